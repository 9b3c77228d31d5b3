"""`@interfaceObject`: both directions, with requirements, extended from afar, not resolvable."""

from __future__ import annotations

from typing import Any

ANA = {"__typename": "Person", "id": "1", "name": "Ana", "age": 30}
ACME = {"__typename": "Firm", "id": "2", "name": "Acme", "size": 7}
OWNERS = """interface Owner @key(fields: "id") { id: ID! name: String! }
  type Person implements Owner @key(fields: "id") { id: ID! name: String! age: Int }
  type Firm implements Owner @key(fields: "id") { id: ID! name: String! size: Int }"""
ROWS: dict[str, list[dict[str, Any]]] = {"Owner": [ANA, ACME], "Person": [ANA], "Firm": [ACME]}


async def test_from_the_interface_to_the_object_and_back(graph: Any) -> None:
    g = graph(
        a=(
            f"type Query {{ owners: [Owner] person: Person }} {OWNERS}",
            {"Query": [{"owners": [ANA, ACME], "person": ANA}], **ROWS},
        ),
        b=(
            """type Query { any: [Owner] }
            type Owner @interfaceObject @key(fields: "id") { id: ID! score: Int }""",
            {
                "Query": [{"any": [{"__typename": "Owner", "id": "2"}]}],
                "Owner": [{"id": "1", "score": 1}, {"id": "2", "score": 2}],
            },
        ),
    )
    assert await g.ask("{ owners { score __typename } person { score } }") == {
        "owners": [{"score": 1, "__typename": "Person"}, {"score": 2, "__typename": "Firm"}],
        "person": {"score": 1},
    }
    assert await g.ask(
        "{ any { __typename name ... on Firm { size } ... on Person { age } } }"
    ) == {"any": [{"__typename": "Firm", "name": "Acme", "size": 7}]}


async def test_the_id_alone_asks_nobody_for_the_type(graph: Any) -> None:
    rows = [{"__typename": "Owner", "id": "1", "score": 1}]
    g = graph(
        a=(f"type Query {{ owners: [Owner] }} {OWNERS}", {"Query": [{"owners": []}], **ROWS}),
        b=(
            """type Query { any: [Owner] }
            type Owner @interfaceObject @key(fields: "id") { id: ID! score: Int }""",
            {"Query": [{"any": rows}], "Owner": rows},
        ),
    )
    assert await g.ask("{ any { id score } }") == {"any": [{"id": "1", "score": 1}]}
    assert g.asked == {"b": 1}
    assert await g.ask("{ any { ... on Person { id } } }") == {"any": [{"id": "1"}]}
    assert await g.ask("{ any { ... on Firm { score } } }") == {"any": [{}]}


async def test_requirements_of_an_interface_object_in_both_directions(graph: Any) -> None:
    objects = [
        {"__typename": "Owner", "id": "1", "greeting": lambda r: f"Hi {r['name']}", "score": 5},
        {"__typename": "Owner", "id": "2", "greeting": lambda r: f"Hi {r['name']}", "score": 6},
    ]
    g = graph(
        a=(
            f"type Query {{ owners: [Owner] }} {OWNERS}",
            {"Query": [{"owners": [ANA, ACME]}], **ROWS},
        ),
        b=(
            """type Query { any: Owner }
            type Owner @interfaceObject @key(fields: "id") {
              id: ID! name: String! @external score: Int
              greeting: String @requires(fields: "name") }""",
            {"Query": [{"any": objects[1]}], "Owner": objects},
        ),
        c=(
            """type Person @key(fields: "id") { id: ID! age: Int @external
              rank: Int @requires(fields: "age") }""",
            {"Person": [{"id": "1", "rank": lambda r: r["age"] + 1}]},
        ),
    )
    assert await g.ask("{ owners { greeting score ... on Person { rank } } }") == {
        "owners": [
            {"greeting": "Hi Ana", "score": 5, "rank": 31},
            {"greeting": "Hi Acme", "score": 6},
        ]
    }
    assert await g.ask("{ any { greeting ... on Person { rank } } }") == {
        "any": {"greeting": "Hi Acme"}
    }


async def test_two_interface_objects_and_one_extends_what_the_other_returns(graph: Any) -> None:
    owner = {"__typename": "Owner", "id": "1"}
    g = graph(
        a=(f"type Query {{ x: Int }} {OWNERS}", {"Query": [{"x": 1}], **ROWS}),
        b=(
            """type Query { boss: Owner }
            type Owner @interfaceObject @key(fields: "id") { id: ID! }""",
            {"Query": [{"boss": owner}], "Owner": []},
        ),
        c=(
            """type Owner @interfaceObject @key(fields: "id") { id: ID! badges: [Badge!] }
            type Badge { text: String owner: Owner }""",
            {"Owner": [owner | {"badges": [{"text": "t", "owner": owner}]}]},
        ),
    )
    assert await g.ask("{ boss { badges { text owner { id } } } }") == {
        "boss": {"badges": [{"text": "t", "owner": {"id": "1"}}]}
    }
    assert "a" not in g.asked
    assert await g.ask(
        "{ boss { __typename badges { owner { name ... on Person { age } } } } }"
    ) == {"boss": {"__typename": "Person", "badges": [{"owner": {"name": "Ana", "age": 30}}]}}


async def test_an_interface_object_that_is_only_pointed_at(graph: Any) -> None:
    """`resolvable: false`: the subgraph gives references, and is never entered."""
    g = graph(
        a=(f"type Query {{ x: Int }} {OWNERS}", {"Query": [{"x": 1}], **ROWS}),
        b=(
            """type Query { bills: [Bill] }
            type Bill { owner: Owner amount: Int }
            type Owner @interfaceObject @key(fields: "id", resolvable: false) { id: ID! }""",
            {
                "Query": [
                    {
                        "bills": [
                            {"amount": 1, "owner": {"__typename": "Owner", "id": "1"}},
                            {"amount": 2, "owner": None},
                        ]
                    }
                ],
                "Owner": [],
            },
        ),
    )
    assert await g.ask(
        "{ bills { amount owner { __typename id name ... on Person { age } } } }"
    ) == {
        "bills": [
            {
                "amount": 1,
                "owner": {"__typename": "Person", "id": "1", "name": "Ana", "age": 30},
            },
            {"amount": 2, "owner": None},
        ]
    }
