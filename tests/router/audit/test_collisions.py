"""Names that collide: of the client's, of representations, and of types at one position."""

from __future__ import annotations

from typing import Any


def _price(_row: Any, currency: str = "BRL") -> str:
    return f"{currency} 1"


async def test_arguments_collide_below_lists_and_inside_representations(graph: Any) -> None:
    shelf = {"id": "s", "books": [{"id": "1", "price": _price}, {"id": "2", "price": _price}]}
    g = graph(
        a=(
            """type Query { shelf: Shelf }
            type Shelf @key(fields: "id") { id: ID! books: [Book!]! }
            type Book @key(fields: "id") { id: ID! price(currency: String): String }""",
            {"Query": [{"shelf": shelf}], "Shelf": [shelf], "Book": shelf["books"]},
        ),
        b=(
            """type Shelf @key(fields: "id") { id: ID! books: [Book!]! @external
              inDollars: String @requires(fields: "books { price(currency: \\"USD\\") }")
              inEuros: String @requires(fields: "books { id price(currency: \\"EUR\\") }")
              plain: String @requires(fields: "books { price }") }
            type Book @key(fields: "id", resolvable: false) {
              id: ID! price(currency: String): String @external }""",
            {
                "Shelf": [
                    {
                        "id": "s",
                        **dict.fromkeys(
                            ("inDollars", "inEuros", "plain"),
                            lambda r: ",".join(each["price"] for each in r["books"]),
                        ),
                    }
                ],
                "Book": [],
            },
        ),
    )
    assert await g.ask(
        """{ shelf { inDollars books { price: id id: price(currency: "ARS") } plain inEuros
          others: books { price } } }"""
    ) == {
        "shelf": {
            "inDollars": "USD 1,USD 1",
            "books": [{"price": "1", "id": "ARS 1"}, {"price": "2", "id": "ARS 1"}],
            "plain": "BRL 1,BRL 1",
            "inEuros": "EUR 1,EUR 1",
            "others": [{"price": "BRL 1"}, {"price": "BRL 1"}],
        }
    }


async def test_aliases_take_the_names_that_keys_and_requirements_need(graph: Any) -> None:
    item = {"__typename": "Item", "id": "1", "weight": 2, "size": 3}
    g = graph(
        a=(
            """type Query { items: [Item] }
            type Item @key(fields: "id") { id: ID! weight: Int size: Int }""",
            {"Query": [{"items": [item, None, item]}], "Item": [item]},
        ),
        b=(
            """type Item @key(fields: "id") { id: ID! weight: Int @external size: Int @external
              cost: Int @requires(fields: "weight size") }""",
            {"Item": [{"id": "1", "cost": lambda r: r["weight"] * 10 + r["size"]}]},
        ),
    )
    assert await g.ask(
        "{ items { __typename: size id: weight weight: size size: id c: cost } }"
    ) == {
        "items": [
            {"__typename": 3, "id": 2, "weight": 3, "size": "1", "c": 23},
            None,
            {"__typename": 3, "id": 2, "weight": 3, "size": "1", "c": 23},
        ]
    }
    assert await g.ask("{ items { id: cost _entities: id representations: weight } }") == {
        "items": [
            {"id": 23, "_entities": "1", "representations": 2},
            None,
            {"id": 23, "_entities": "1", "representations": 2},
        ]
    }


async def test_variables_named_as_the_planner_names_its_own(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { item: Item } type Item @key(fields: "id") { id: ID! }""",
            {"Query": [{"item": {"id": "1"}}], "Item": []},
        ),
        b=(
            """type Item @key(fields: "id") { id: ID! echo(text: String, texts: [In!]): String }
            input In { text: String = "d" }""",
            {"Item": [{"id": "1", "echo": lambda _r, text=None, texts=(): f"{text} {texts}"}]},
        ),
    )
    query = """query($representations: String = "x", $representations0: [In!]) {
      item { echo(text: $representations, texts: $representations0)
        other: echo(texts: [{ text: $representations }, {}]) } }"""
    assert await g.ask(query) == {
        "item": {"echo": "x ()", "other": "None [{'text': 'x'}, {'text': 'd'}]"}
    }
    assert await g.ask(query, representations=None, representations0=[{"text": None}]) == {
        "item": {
            "echo": "None [{'text': None}]",
            "other": "None [{'text': None}, {'text': 'd'}]",
        }
    }


async def test_one_name_in_two_shapes_at_one_position(graph: Any) -> None:
    """Nullable and not, a list and none: in the subgraphs' own schemas, which the API merges."""
    cat = {"__typename": "Cat", "id": "c", "tags": ["a"], "kin": {"__typename": "Cat", "id": "k"}}
    dog = {"__typename": "Dog", "id": "d", "tags": ["b"], "kin": None}
    g = graph(
        a=(
            """type Query { pets: [Pet] @shareable }
            union Pet = Cat | Dog
            type Cat @key(fields: "id") { id: ID! tags: [String!]! @shareable kin: Cat! }
            type Dog @key(fields: "id") { id: ID! tags: [String] @shareable kin: Dog }""",
            {"Query": [{"pets": [cat, dog]}], "Cat": [cat], "Dog": [dog]},
        ),
        b=(
            """type Cat @key(fields: "id") { id: ID! tags: [String] @shareable lives: Int }
            type Dog @key(fields: "id") { id: ID! tags: [String!] @shareable lives: Int }""",
            {
                "Cat": [{"id": "c", "lives": 7}, {"id": "k", "lives": 9}],
                "Dog": [{"id": "d", "lives": 1}],
            },
        ),
    )
    assert await g.ask(
        """{ pets { ... on Cat { tags kinOfCat: kin { id lives } lives }
          ... on Dog { tags kin { id lives } l: lives } } }"""
    ) == {
        "pets": [
            {"tags": ["a"], "kinOfCat": {"id": "k", "lives": 9}, "lives": 7},
            {"tags": ["b"], "kin": None, "l": 1},
        ]
    }


async def test_a_field_of_an_interface_object_and_of_its_implementation_required(
    graph: Any,
) -> None:
    ana = {"__typename": "Person", "id": "1", "name": "Ana", "age": 30}
    acme = {"__typename": "Firm", "id": "2", "name": "Acme"}
    g = graph(
        a=(
            """type Query { owners: [Owner] }
            interface Owner @key(fields: "id") { id: ID! name: String! }
            type Person implements Owner @key(fields: "id") { id: ID! name: String! age: Int }
            type Firm implements Owner @key(fields: "id") { id: ID! name: String! }""",
            {"Query": [{"owners": [ana, acme]}], "Owner": [ana, acme], "Person": [ana], "Firm": []},
        ),
        b=(
            """type Owner @interfaceObject @key(fields: "id") { id: ID! score: Int }""",
            {"Owner": [{"id": "1", "score": 5}, {"id": "2", "score": 6}]},
        ),
        c=(
            """type Person @key(fields: "id") {
              id: ID! score: Int @external age: Int @external
              rank: Int @requires(fields: "score age") }""",
            {"Person": [{"id": "1", "rank": lambda r: r["score"] + r["age"]}]},
        ),
    )
    assert await g.ask("{ owners { ... on Person { rank } name } }") == {
        "owners": [{"rank": 35, "name": "Ana"}, {"name": "Acme"}]
    }
