"""Roots, values and fields that several subgraphs share, move or hide, and conditions on them."""

from __future__ import annotations

from typing import Any


async def test_a_shared_root_is_put_together_from_all_who_have_a_part(graph: Any) -> None:
    g = graph(
        name=(
            """type Query { product: Product @shareable products: [Product!]! @shareable }
            type Product @shareable { id: ID! name: Name } type Name { brand: String }""",
            {
                "Query": [
                    {
                        "product": {"id": "1", "name": {"brand": "B"}},
                        "products": [
                            {"id": "1", "name": {"brand": "B"}},
                            {"id": "2", "name": {"brand": "C"}},
                        ],
                    }
                ]
            },
        ),
        price=(
            """type Query { product: Product @shareable products: [Product!]! @shareable }
            type Product @shareable { id: ID! price: Price }
            type Price { amount: Int currency: String }""",
            {
                "Query": [
                    {
                        "product": {"id": "1", "price": {"amount": 3, "currency": "BRL"}},
                        "products": [
                            {"id": "1", "price": {"amount": 3}},
                            {"id": "2", "price": None},
                        ],
                    }
                ]
            },
        ),
    )
    assert await g.ask("{ product { id name { brand } price { amount currency } } }") == {
        "product": {"id": "1", "name": {"brand": "B"}, "price": {"amount": 3, "currency": "BRL"}}
    }
    assert g.asked == {"name": 1, "price": 1}
    assert await g.ask("{ products { price { amount } name { brand } } }") == {
        "products": [
            {"price": {"amount": 3}, "name": {"brand": "B"}},
            {"price": None, "name": {"brand": "C"}},
        ]
    }


async def test_an_override_whose_field_has_a_requirement_of_its_own(graph: Any) -> None:
    user = {"id": "u", "name": "Ana", "aName": "old"}
    g = graph(
        a=(
            """type Query { me: User }
            type User @key(fields: "id") { id: ID! name: String! aName: String! }""",
            {"Query": [{"me": user}], "User": [user]},
        ),
        b=(
            """type User @key(fields: "id") { id: ID! name: String! @external
              aName: String! @override(from: "a") @requires(fields: "name") }""",
            {"User": [{"id": "u", "aName": lambda r: r["name"] + "!"}]},
        ),
        c=(
            """type User @key(fields: "id") { id: ID! aName: String! @external
              cName: String! @requires(fields: "aName") }""",
            {"User": [{"id": "u", "cName": lambda r: r["aName"] + "?"}]},
        ),
    )
    assert await g.ask("{ me { aName } }") == {"me": {"aName": "Ana!"}}
    assert await g.ask("{ me { cName } }") == {"me": {"cName": "Ana!?"}}
    assert await g.ask("{ me { cName aName name } }") == {
        "me": {"cName": "Ana!?", "aName": "Ana!", "name": "Ana"}
    }


async def test_a_hidden_key_and_a_hidden_requirement_are_used_and_not_shown(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { user: User }
            type User @key(fields: "id") {
              id: ID! @inaccessible email: String age: Int @inaccessible }""",
            {
                "Query": [{"user": {"id": "1", "email": "e", "age": 9}}],
                "User": [{"id": "1", "email": "e", "age": 9}],
            },
        ),
        b=(
            """type User @key(fields: "id") { id: ID! age: Int @external
              isAdult: Boolean @requires(fields: "age") }""",
            {"User": [{"id": "1", "isAdult": lambda r: r["age"] > 17}]},
        ),
    )
    assert await g.ask("{ user { isAdult email } }") == {"user": {"isAdult": False, "email": "e"}}
    [error] = await g.errors("{ user { id } }")
    assert "id" in error
    assert await g.ask('{ __type(name: "User") { fields { name } } }') == {
        "__type": {"fields": [{"name": "email"}, {"name": "isAdult"}]}
    }


async def test_a_composite_key_of_nested_lists_and_objects(graph: Any) -> None:
    products: list[dict[str, Any]] = [
        {"id": "1", "pid": "p1", "category": {"id": "c1", "tag": "t1"}},
        {"id": "2", "pid": "p2", "category": {"id": "c1", "tag": "t1"}},
    ]
    g = graph(
        a=(
            """type Query { top: [Product!]! }
            type Product @key(fields: "id") { id: ID! category: Category @shareable }
            type Category @key(fields: "id") { id: ID! }""",
            {
                "Query": [
                    {
                        "top": [
                            {"id": "2", "category": {"id": "c1"}},
                            {"id": "1", "category": {"id": "c1"}},
                        ]
                    }
                ],
                "Product": [],
                "Category": [],
            },
        ),
        b=(
            """type Product @key(fields: "id pid") @key(fields: "id") { id: ID! pid: ID! }""",
            {"Product": products},
        ),
        c=(
            """type Product @key(fields: "id pid category { id tag }") {
              id: ID! pid: ID! category: Category @shareable price: Int }
            type Category @shareable { id: ID! tag: String }""",
            {"Product": [each | {"price": int(each["id"])} for each in products]},
        ),
        d=(
            """type Category @key(fields: "id") { id: ID! tag: String @shareable }""",
            {"Category": [{"id": "c1", "tag": "t1"}]},
        ),
    )
    assert await g.ask("{ top { price category { tag } pid } }") == {
        "top": [
            {"price": 2, "category": {"tag": "t1"}, "pid": "p2"},
            {"price": 1, "category": {"tag": "t1"}, "pid": "p1"},
        ]
    }


async def test_conditions_on_entities_fragments_and_below_them(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { item: Item }
            type Item @key(fields: "id") { id: ID! name: String part: Part }
            type Part @key(fields: "id") { id: ID! }""",
            {
                "Query": [{"item": {"id": "1", "name": "n", "part": {"id": "p"}}}],
                "Item": [],
                "Part": [],
            },
        ),
        b=(
            """type Item @key(fields: "id") { id: ID! price: Int stock: Int }
            type Part @key(fields: "id") { id: ID! weight: Int }""",
            {
                "Item": [{"id": "1", "price": 3, "stock": 4}],
                "Part": [{"id": "p", "weight": 5}],
            },
        ),
    )
    query = """query($a: Boolean!, $b: Boolean = false) { item {
      name @include(if: $a) ...F @skip(if: $b) part @include(if: $b) { weight }
      ... @include(if: $a) { price @skip(if: $b) x: price } } }
      fragment F on Item { stock @include(if: $a) part { id weight @skip(if: $a) } }"""
    assert await g.ask(query, a=True) == {
        "item": {"name": "n", "stock": 4, "part": {"id": "p"}, "price": 3, "x": 3}
    }
    assert await g.ask(query, a=False) == {"item": {"part": {"id": "p", "weight": 5}}}
    assert await g.ask(query, a=False, b=True) == {"item": {"part": {"weight": 5}}}
    assert await g.ask(query, a=True, b=True) == {
        "item": {"name": "n", "part": {"weight": 5}, "x": 3}
    }


async def test_nullability_and_lists_by_the_merged_type(graph: Any) -> None:
    """A field that is non-null in one subgraph and nullable in the other is nullable to clients."""
    g = graph(
        a=(
            """type Query { items: [Item!]! @shareable first: Item }
            type Item @key(fields: "id") { id: ID! label: String! @shareable }""",
            {
                "Query": [{"items": [{"id": "1", "label": "x"}], "first": {"id": "2"}}],
                "Item": [{"id": "1", "label": "x"}],
            },
        ),
        b=(
            """type Item @key(fields: "id") { id: ID! label: String @shareable sizes: [Int!]
              parts: [[Part!]]! }
            type Part { name: String! }""",
            {
                "Item": [
                    {
                        "id": "1",
                        "sizes": [1, None],
                        "parts": [[{"name": "p"}, {"name": None}], None],
                    },
                    {"id": "2", "label": None, "sizes": None, "parts": []},
                ]
            },
        ),
    )
    response = await g.gateway.execute("{ items { id sizes parts { name } } first { id sizes } }")
    assert response.data == {
        "items": [{"id": "1", "sizes": None, "parts": [None, None]}],
        "first": {"id": "2", "sizes": None},
    }
    assert sorted(each["path"] for each in response.errors) == [
        ["items", 0, "parts", 0, 1, "name"],
        ["items", 0, "sizes", 1],
    ]
