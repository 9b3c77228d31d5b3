"""What may not be read: null with an error, not fetched, and never shared."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from router import Router
from router.composition import SubgraphSource, compose
from router.gateway import GatewayOptions
from tests.router.gateway.guards import refused, router_of

ANYONE, SOMEONE = None, ""


@pytest.mark.parametrize(
    ("query", "scope", "data", "paths"),
    [
        ("{ clock }", ANYONE, {"clock": None}, ["clock"]),
        ("{ clock }", SOMEONE, {"clock": "noon"}, []),
        ("{ me { name cpf } }", SOMEONE, {"me": {"name": "P1", "cpf": None}}, ["me.cpf"]),
        ("{ me { cpf name } }", "person:read", {"me": {"cpf": None, "name": "P1"}}, ["me.cpf"]),
        ("{ me { cpf } }", "person:id x person:read", {"me": {"cpf": "cpf 1"}}, []),
        ("{ me { cpf } }", ["admin"], {"me": {"cpf": "cpf 1"}}, []),
        ("{ me { no: cpf yes: name } }", ANYONE, {"me": {"no": None, "yes": "P1"}}, ["me.no"]),
        # A type asks at the fields that show it, whatever its kind.
        ("{ total vault { code } }", ANYONE, {"total": 7, "vault": None}, ["vault"]),
        ("{ grade stamp }", SOMEONE, {"grade": "LOW", "stamp": None}, ["stamp"]),
        ("{ anything { __typename ... on Vault { code } } }", ANYONE,
         {"anything": [{"__typename": "Book"}, {"__typename": "Vault", "code": None}]},
         ["anything.1.code"]),
        # An interface asks for what its implementations ask for; a type, for what it asks itself.
        ("{ things { label weight } }", SOMEONE,
         {"things": [{"label": "b", "weight": None}, {"label": "x", "weight": None}]},
         ["things.0.weight"]),
        ("{ things { ... on Book { weight } ... on Bomb { weight } } }", SOMEONE,
         {"things": [{"weight": 1}, {"weight": None}]}, ["things.1.weight"]),
        ("{ things { ... on Book { weight } weight } }", SOMEONE,
         {"things": [{"weight": 1}, {"weight": None}]}, ["things.1.weight"]),
        ("{ things { ... on Thing { label } ... on Book { title } } }", ANYONE,
         {"things": [{"label": "b", "title": None}, {"label": "x"}]}, ["things.0.title"]),
        # Null goes up to where it is allowed.
        ("{ me { friend { name born } name } }", ANYONE,
         {"me": {"friend": None, "name": "P1"}}, ["me.friend.born"]),
        ("{ total boss { name born } }", ANYONE, None, ["boss.born"]),
        ("{ people { name born } total }", ANYONE, None, ["people.0.born"]),
        # An error for each field, at the first object that has it.
        ("{ people { name cpf } }", ANYONE,
         {"people": [{"name": "P1", "cpf": None}, {"name": "P2", "cpf": None}]}, ["people.0.cpf"]),
        # An object that refuses null is asked for, or its absence would take the others along.
        ("{ boss { cpf } total }", ANYONE, {"boss": {"cpf": None}, "total": 7}, ["boss.cpf"]),
        # Introspection and the names of types are everyone's.
        ("{ __typename __type(name: \"Vault\") { name } clock }", ANYONE,
         {"__typename": "Query", "__type": {"name": "Vault"}, "clock": None}, ["clock"]),
        # A client's alias is not taken for a marker.
        ("{ me { refused_0: name cpf } }", ANYONE,
         {"me": {"refused_0": "P1", "cpf": None}}, ["me.cpf"]),
    ],
)  # fmt: skip
async def test_what_may_not_be_read_is_null_with_an_error(
    query: str, scope: Any, data: Any, paths: list[str], guarded: Any, issuer: Any
) -> None:
    headers = None if scope is ANYONE else issuer.bearer(scope)
    response = await router_of(guarded, issuer.options()).execute(query, headers=headers)
    assert (response.data, refused(response)) == (data, paths)
    assert list(response.data or {}) == list(data or {})


@pytest.mark.parametrize(
    ("query", "data", "paths"),
    [
        ("{ clock vault { code } }", {"clock": None, "vault": None}, ["clock", "vault"]),
        ("{ me { cpf friend { born } } }", {"me": None}, ["me.cpf", "me.friend.born"]),
        ("{ things { weight } }", {"things": None}, ["things"]),
        ("{ people { cpf debt } }", None, ["people", "people"]),
        ("{ boss { cpf } }", None, ["boss.cpf"]),
        ("mutation { greet { cpf } fire { name } }", {"greet": None, "fire": None},
         ["greet.cpf", "fire"]),
    ],
)  # fmt: skip
async def test_where_nothing_may_be_read_nothing_is_fetched(
    query: str, data: Any, paths: list[str], guarded: Any, issuer: Any
) -> None:
    response = await router_of(guarded, issuer.options()).execute(query)
    assert (response.data, refused(response)) == (data, paths)
    assert guarded.asked == []


async def test_a_refused_field_is_not_fetched_nor_what_only_it_needs(
    guarded: Any, issuer: Any
) -> None:
    router = router_of(guarded, issuer.options())
    response = await router.execute("{ me { name debt } }")
    assert (response.data, refused(response)) == ({"me": {"name": "P1", "debt": None}}, ["me.debt"])
    assert guarded.asked == ["people"]
    assert "cpf" not in guarded.text
    assert "debt" not in guarded.text


async def test_a_service_may_require_what_the_client_may_not_read(
    guarded: Any, issuer: Any
) -> None:
    requirement = '@requiresScopes(scopes: [["person:read", "person:id"], ["admin"]])'
    lines = guarded.supergraph.splitlines()
    [debt] = [line for line in lines if line.strip().startswith("debt:")]
    assert requirement in debt
    guarded.supergraph = guarded.supergraph.replace(debt, debt.replace(requirement, ""))
    response = await router_of(guarded, issuer.options()).execute("{ me { cpf debt } }")
    assert (response.data, refused(response)) == ({"me": {"cpf": None, "debt": 5}}, ["me.cpf"])


async def test_a_refused_mutation_has_no_effect_and_its_neighbour_has(
    guarded: Any, issuer: Any
) -> None:
    query = "mutation { fire { name } greet { name } }"
    response = await router_of(guarded, issuer.options()).execute(query)
    assert response.data == {"fire": None, "greet": {"name": "P1"}}
    assert refused(response) == ["fire"]
    assert "fire" not in guarded.text


@pytest.mark.parametrize(
    ("query", "with_it", "without_it"),
    [
        ("query($x: Boolean!) { total clock @include(if: $x) }",
         ({"total": 7, "clock": None}, ["clock"]), ({"total": 7}, [])),
        ("query($x: Boolean!) { me { cpf @include(if: $x) } }",
         ({"me": {"cpf": None}}, ["me.cpf"]), ({"me": {}}, [])),
        ("query($x: Boolean!) { me { clock: cpf friend { born @include(if: $x) cpf } } }",
         ({"me": None}, ["me.clock", "me.friend.born", "me.friend.cpf"]),
         ({"me": None}, ["me.clock", "me.friend.cpf"])),
    ],
)  # fmt: skip
async def test_what_a_condition_leaves_out_is_not_refused(
    query: str, with_it: Any, without_it: Any, guarded: Any, issuer: Any
) -> None:
    router = router_of(guarded, issuer.options())
    for value, expected in ((True, with_it), (False, without_it)):
        response = await router.execute(query, variables={"x": value})
        assert (response.data, refused(response)) == expected


async def test_a_plan_serves_all_who_hold_the_same_of_what_it_asks_for(
    guarded: Any, issuer: Any
) -> None:
    router = router_of(guarded, issuer.options())
    plans = [
        (await router.explain("{ me { cpf } clock }", headers=headers)).plan
        for headers in (
            issuer.bearer("admin"),
            issuer.bearer("admin other", sub="u2"),
            issuer.bearer("person:read person:id"),
            issuer.bearer("other"),
            None,
        )
    ]
    assert plans[0] is plans[1] is plans[2]
    assert len({id(plan) for plan in plans}) == 3


async def test_an_answer_is_not_shared_between_those_who_may_read_and_those_who_may_not(
    guarded: Any, issuer: Any
) -> None:
    gateway = GatewayOptions(authentication=issuer.options(), forward_headers=())
    router = Router(guarded.supergraph, transports=guarded.transports, options=gateway)
    asked = [issuer.bearer("admin"), issuer.bearer(), None, issuer.bearer("admin")]
    answers = await asyncio.gather(
        *(router.execute("{ me { name cpf } }", headers=headers) for headers in asked)
    )
    assert [answer.data["me"]["cpf"] for answer in answers] == ["cpf 1", None, None, "cpf 1"]


async def test_what_an_interface_object_demands_holds_for_every_implementation(
    issuer: Any,
) -> None:
    link = (
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6",'
        ' import: ["@key", "@interfaceObject", "@authenticated"])'
    )
    shelf = """
    type Query { media: [Media] }
    interface Media @key(fields: "id") { id: ID! }
    type Book implements Media @key(fields: "id") { id: ID! }
    """
    reviews = """
    type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int @authenticated }
    """
    sources = [
        SubgraphSource(name="shelf", url="http://127.0.0.1:1/shelf", sdl=link + shelf),
        SubgraphSource(name="reviews", url="http://127.0.0.1:1/reviews", sdl=link + reviews),
    ]
    sdl = compose(sources).supergraph_sdl
    assert sdl is not None
    book = {"__typename": "Book", "id": "1", "refused_0": "Book"}
    router = Router(
        sdl,
        transports={
            "shelf": lambda _request, _headers: {"data": {"media": [book]}},
            "reviews": lambda _request, _headers: {"data": {"_entities": [{"stars": 5}]}},
        },
        options=GatewayOptions(authentication=issuer.options()),
    )
    for query in ("{ media { id stars } }", "{ media { id ... on Book { stars } } }"):
        response = await router.execute(query)
        assert response.data == {"media": [{"id": "1", "stars": None}]}
        assert refused(response) == ["media.0.stars"]
        response = await router.execute(query, headers=issuer.bearer())
        assert response.data == {"media": [{"id": "1", "stars": 5}]}
