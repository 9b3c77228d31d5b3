"""Directives that the graph defines for operations: carried to the subgraphs with their fields."""

from __future__ import annotations

from typing import Any

import pytest

from router import Router
from router.composition import SubgraphSource, compose

DIRECTIVES = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.8",
  import: ["@key", "@requires", "@external", "@context", "@fromContext"])
directive @upper(by: String) on FIELD
directive @trace(tag: [String!]) repeatable on FIELD | FRAGMENT_SPREAD
"""
PEOPLE = """
directive @only on FIELD
type Query { me: Person node: Node }
interface Node { id: ID! }
type Person implements Node @key(fields: "id") {
  id: ID! name: String home: Home
}
type Home @key(fields: "id") { id: ID! }
"""
PLACES = """
type Person @key(fields: "id") @context(name: "c") {
  id: ID! name: String @external greeting(at: Int): String @requires(fields: "name")
  tongue: String
}
type Home @key(fields: "id") {
  id: ID! street(near: Int, in: String @fromContext(field: "$c { tongue }")): String
}
"""


@pytest.fixture(scope="module")
def router() -> Router:
    sources = {"people": DIRECTIVES + PEOPLE, "places": DIRECTIVES + PLACES}
    result = compose(
        [SubgraphSource(name=n, url=f"http://127.0.0.1:1/{n}", sdl=s) for n, s in sources.items()]
    )
    assert result.supergraph_sdl is not None, result.errors
    return Router(result.supergraph_sdl)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("query($l: String) { me { name @upper(by: $l) } }", ["{me{name @upper(by: $l)}}"]),
        # Several, repeatable ones, those of composite fields, beside conditions.
        ('query($y: Boolean!) { me @trace(tag: ["a", "b"]) @trace { name @upper @skip(if: $y) } }',
         ['{me @trace(tag: ["a", "b"]) @trace{name @upper@skip(if:$y)}}']),
        # With the field, to whichever subgraph that is; what a subgraph requires is asked as it is.
        ("{ me { name @upper greeting(at: 1) @trace } }",
         ["name @upper", "name_1:name", "greeting(at: 1) @trace"]),
        # A key that the client asks for is another field than the key.
        ("{ me { id @upper greeting } }", ["id @upper", "id_1:id"]),
        # One field of an object has the directives of its first mention.
        ("{ me { name @upper name } }", ["{me{name @upper}}"]),
        ("{ me { name name @upper } }", ["{me{name}}"]),
        ("{ node { id @upper ... on Person { id } } }", ["{node{__typename id @upper}}"]),
        ("{ me { home { id @trace } } ... on Query { me { home @upper { id } } } }",
         ["home{id @trace}"]),
        # Names of types are the router's business.
        ("{ me { __typename @upper name } }", ["{me{__typename name}}"]),
        ("{ me { ...F @trace } } fragment F on Person { name }", ["{me{name}}"]),
    ],
)  # fmt: skip
def test_a_directive_is_carried_with_its_field(
    query: str, asked: list[str], router: Router
) -> None:
    plan = router.plan(query)
    text = " ".join(_operations(plan.node))
    for each in asked:
        assert each in text
    assert "_2" not in text


@pytest.mark.parametrize("directive", ["", " @upper"])
def test_arguments_that_are_filled_from_a_context_stand_before_it(
    directive: str, router: Router
) -> None:
    for arguments in ("", "(near: 3)"):
        plan = router.plan(f"{{ me {{ home {{ street{arguments}{directive} }} }} }}")
        [text] = [each for each in _operations(plan.node) if "street" in each]
        more = ", near: 3" if arguments else ""
        assert f"street(in: $context_Home_street_in{more}){directive}" in text


@pytest.mark.parametrize("name", ["only", "key", "unknown"])
async def test_a_directive_that_not_all_subgraphs_define_is_refused(
    name: str, router: Router
) -> None:
    response = await router.execute(f"{{ me {{ name @{name} }} }}")
    assert response.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def _operations(node: Any) -> list[str]:
    if hasattr(node, "operation"):
        return [node.operation]
    return [text for each in node.nodes for text in _operations(each)]
