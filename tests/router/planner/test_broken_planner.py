"""A planner that is broken on purpose makes plans that the proof finds out.

Each break is one that a change of the planner could bring, of a step that the plan depends on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from router.composition import SubgraphSource, compose
from router.planner import Planner
from router.planner.answer_tree import Scope
from router.planner.ground import Ground
from router.planner.layout import Layout
from router.planner.placement import JumpKey
from router.planner.proof import prove
from router.query_graph.walk import Walk

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: '
    '["@key", "@external", "@requires", "@provides", "@shareable", "@override", '
    '"@interfaceObject"])\n'
)
SUBGRAPHS = {
    "shop": """
      type Query { products: [Product!]! top: Product @provides(fields: "stock") }
      interface Item @key(fields: "id") { id: ID! }
      type Product implements Item @key(fields: "id") {
        id: ID! price(in: String): Int! stock: Int! @external seller: Int!
      }
    """,
    "depot": """
      type Product @key(fields: "id") {
        id: ID! price(in: String): Int! @external
        heavy: Boolean! @requires(fields: "price(in: \\"EUR\\")")
        stock: Int! @shareable seller: Int! @override(from: "shop")
      }
    """,
    "notes": """
      type Query { noted: [Item!]! }
      type Item @key(fields: "id") @interfaceObject { id: ID! note: String }
    """,
}
QUERY = """
  query ($b: Boolean!) {
    products { price(in: "USD") heavy stock note seller }
    top { stock heavy @include(if: $b) }
    noted { __typename note ... on Product { stock price } }
  }
"""


def planner() -> Planner:
    result = compose(
        [SubgraphSource(name=n, url=f"http://{n}", sdl=LINK + s) for n, s in SUBGRAPHS.items()]
    )
    assert result.supergraph_sdl is not None, result.errors
    return Planner(result.supergraph_sdl)


def problems() -> list[str]:
    one = planner()
    operation = one.normalize(QUERY)
    return prove(one.plan_operation(operation), operation, one.graph.supergraph)


def external_is_resolved(patch: pytest.MonkeyPatch) -> None:
    here = Walk.field_here
    patch.setattr(
        Walk,
        "field_here",
        lambda self, standing, name: (
            here(self, standing, name)
            or (standing.view.kind == "object" and standing.view.fields.get(name))
            or None
        ),
    )


def requirements_are_not_carried(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "router.planner.entrances.JumpKey",
        lambda view, _requires=(), contexts=(), deferral=None: JumpKey(
            view, (), contexts, deferral
        ),
    )


def keys_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("router.planner.layout.of_type", lambda _selections, _name: ())


def the_type_is_not_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Ground, "typename_from", lambda _self, _is_opaque: None)


def nothing_is_waited_for(patch: pytest.MonkeyPatch) -> None:
    lay = Layout.lay_root

    def lay_root(self: Layout, *given: Any) -> None:
        lay(self, *given)
        for node in self.fetches:
            node.after.clear()

    patch.setattr(Layout, "lay_root", lay_root)


def arguments_are_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("router.planner.layout.arguments_in", lambda _view, _name, _arguments: "")


def names_collide(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Scope, "_fits", lambda *_given: True)


BREAKS = [
    external_is_resolved,
    requirements_are_not_carried,
    keys_are_forgotten,
    the_type_is_not_told,
    nothing_is_waited_for,
    arguments_are_dropped,
    names_collide,
]


@pytest.fixture
def broken(request: pytest.FixtureRequest) -> Iterator[None]:
    assert problems() == []
    with pytest.MonkeyPatch.context() as patch:
        request.param(patch)
        yield


@pytest.mark.unproved("the planner is broken on purpose")
@pytest.mark.parametrize("broken", BREAKS, ids=lambda one: one.__name__, indirect=True)
@pytest.mark.usefixtures("broken")
def test_a_broken_planner_is_found_out() -> None:
    assert problems() != []
