"""Hops between subgraphs: keys of many shapes, parents asked again, nulls, and what is left out."""

from __future__ import annotations

from typing import Any


async def test_keys_that_only_lead_on_from_each_other(graph: Any) -> None:
    """`a` knows one key, `b` two, `c` a composite one with a list, and `d` only what `c` tells."""
    g = graph(
        a=(
            """type Query { products: [Product] } type Product @key(fields: "id") { id: ID! }""",
            {"Query": [{"products": [{"id": "1"}, {"id": "2"}]}], "Product": []},
        ),
        b=(
            """type Product @key(fields: "id") @key(fields: "id tags { name }") {
              id: ID! tags: [Tag!]! }
            type Tag @shareable { name: String! }""",
            {
                "Product": [
                    {"id": "1", "tags": [{"name": "x"}, {"name": "y"}]},
                    {"id": "2", "tags": []},
                ]
            },
        ),
        c=(
            """type Product @key(fields: "id tags { name }") @key(fields: "upc", resolvable: false)
              { id: ID! upc: String! tags: [Tag!]! }
            type Tag @shareable { name: String! }""",
            {
                "Product": [
                    {"id": "1", "upc": "u1", "tags": [{"name": "x"}, {"name": "y"}]},
                    {"id": "2", "upc": "u2", "tags": []},
                ]
            },
        ),
        d=(
            """type Product @key(fields: "upc") { upc: String! price: Int }""",
            {"Product": [{"upc": "u1", "price": 1}, {"upc": "u2", "price": 2}]},
        ),
    )
    assert await g.ask("{ products { price } }") == {"products": [{"price": 1}, {"price": 2}]}
    assert g.asked == {"a": 1, "b": 1, "c": 1, "d": 1}


async def test_a_type_without_a_key_is_reached_through_its_parent(graph: Any) -> None:
    """Nested twice, in a list, with fields of either subgraph."""
    g = graph(
        a=(
            """type Query { products: [Product] }
            type Product @key(fields: "id") { id: ID! category: Category @shareable }
            type Category { details: [Detail] @shareable id: ID! }
            type Detail @shareable { name: String }""",
            {
                "Query": [
                    {
                        "products": [
                            {"id": "1", "category": {"id": "c1", "details": [{"name": "n"}]}},
                            {"id": "2", "category": None},
                        ]
                    }
                ],
                "Product": [],
            },
        ),
        b=(
            """type Product @key(fields: "id") { id: ID! category: Category @shareable }
            type Category { details: [Detail] @shareable size: Int }
            type Detail { name: String @shareable rank: Int }""",
            {
                "Product": [
                    {
                        "id": "1",
                        "category": {"size": 3, "details": [{"name": "n", "rank": 7}]},
                    },
                    {"id": "2", "category": None},
                ]
            },
        ),
    )
    assert await g.ask("{ products { category { id size details { name rank } } } }") == {
        "products": [
            {"category": {"id": "c1", "size": 3, "details": [{"name": "n", "rank": 7}]}},
            {"category": None},
        ]
    }
    assert g.asked == {"a": 1, "b": 1}


async def test_a_reference_to_nothing_leads_nowhere(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { books: [Book] } type Book @key(fields: "upc") { upc: ID! }""",
            {"Query": [{"books": [{"upc": "1"}, None, {"upc": "3"}]}], "Book": []},
        ),
        b=(
            """type Book @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }""",
            {"Book": [{"id": "i1", "upc": "1"}]},
        ),
        c=(
            """type Book @key(fields: "id") { id: ID! author: Author }
            type Author { name: String }""",
            {"Book": [{"id": "i1", "author": {"name": "Ana"}}]},
        ),
    )
    assert await g.ask("{ books { author { name } } }") == {
        "books": [{"author": {"name": "Ana"}}, None, {"author": None}]
    }
    [asked] = g.subgraphs["c"].requests
    assert asked["variables"]["representations"] == [{"__typename": "Book", "id": "i1"}]


async def test_a_field_moved_elsewhere_is_asked_there_even_as_a_requirement(graph: Any) -> None:
    """`@override` of a field that another subgraph requires, on a type with an interface."""
    g = graph(
        a=(
            """type Query { nodes: [Node] }
            interface Node { id: ID! createdAt: Int }
            type Post implements Node @key(fields: "id") { id: ID! createdAt: Int }
            type Image implements Node @key(fields: "id") { id: ID! createdAt: Int }""",
            {
                "Query": [
                    {
                        "nodes": [
                            {"__typename": "Post", "id": "1", "createdAt": -1},
                            {"__typename": "Image", "id": "2", "createdAt": 20},
                        ]
                    }
                ],
                "Post": [{"id": "1", "createdAt": -1}],
                "Image": [{"id": "2", "createdAt": 20}],
            },
        ),
        b=(
            """type Post @key(fields: "id") { id: ID! createdAt: Int @override(from: "a") }""",
            {"Post": [{"id": "1", "createdAt": 10}]},
        ),
        c=(
            """type Post @key(fields: "id") { id: ID! createdAt: Int @external
              age: Int @requires(fields: "createdAt") }""",
            {"Post": [{"id": "1", "age": lambda r: 100 - r["createdAt"]}]},
        ),
    )
    assert await g.ask("{ nodes { createdAt ... on Post { age } } }") == {
        "nodes": [{"createdAt": 10, "age": 90}, {"createdAt": 20}]
    }
    assert await g.ask("{ nodes { ... on Post { age } id } }") == {
        "nodes": [{"age": 90, "id": "1"}, {"id": "2"}]
    }


async def test_circular_references_are_walked_as_far_as_asked(graph: Any) -> None:
    ana = {"__typename": "User", "id": "u"}
    g = graph(
        a=(
            """type Query { me: User }
            type User @key(fields: "id") { id: ID! name: String @shareable }""",
            {"Query": [{"me": ana | {"name": "Ana"}}], "User": [ana | {"name": "Ana"}]},
        ),
        b=(
            """type User @key(fields: "id") { id: ID! posts: [Post] name: String @external }
            type Post @key(fields: "id") { id: ID! author: User @provides(fields: "name") }""",
            {
                "User": [
                    {
                        "id": "u",
                        "posts": [
                            {
                                "id": "p",
                                "author": {
                                    "id": "u",
                                    "name": "Ana",
                                    "posts": [{"id": "p", "author": ana}],
                                },
                            }
                        ],
                    }
                ],
                "Post": [],
            },
        ),
    )
    g_query = "{ me { posts { author { name posts { id author { id } } } } } }"
    assert await g.ask(g_query) == {
        "me": {
            "posts": [{"author": {"name": "Ana", "posts": [{"id": "p", "author": {"id": "u"}}]}}]
        }
    }
    assert g.asked == {"a": 1, "b": 1}


async def test_external_keys_of_federation_1_extensions(graph: Any) -> None:
    g = graph(
        a=(
            """# federation 1
            extend type Query { item: Item }
            type Item @key(fields: "id") @key(fields: "sku")
              { id: ID! sku: String name: String }""",
            {
                "Query": [{"item": {"id": "1", "sku": "s", "name": "n"}}],
                "Item": [{"id": "1", "sku": "s", "name": "n"}],
            },
        ),
        b=(
            """# federation 1
            extend type Item @key(fields: "sku") { sku: String @external name: String @external
              label: String @requires(fields: "name") }
            type Query { items: [Item] }""",
            {
                "Query": [{"items": [{"sku": "s"}]}],
                "Item": [{"sku": "s", "label": lambda r: f"<{r['name']}>"}],
            },
        ),
    )
    assert await g.ask("{ items { id label } item { label } }") == {
        "items": [{"id": "1", "label": "<n>"}],
        "item": {"label": "<n>"},
    }


async def test_parts_of_a_nested_type_by_parents_and_by_keys_at_once(graph: Any) -> None:
    """`category` has its id from one subgraph, its name by that id, and the rest by the parent."""
    g = graph(
        a=(
            """type Query { product: Product }
            type Product @key(fields: "id") { id: ID! category: Category @shareable }
            type Category { details: Details @shareable }
            type Details { products: Int }""",
            {
                "Query": [{"product": {"id": "1", "category": {"details": {"products": 5}}}}],
                "Product": [],
            },
        ),
        b=(
            """type Product @key(fields: "id") { id: ID! category: Category @shareable }
            type Category @key(fields: "id") { id: ID! details: Details @shareable }
            type Details { sold: Int }""",
            {
                "Product": [{"id": "1", "category": {"id": "c", "details": {"sold": 6}}}],
                "Category": [{"id": "c", "details": {"sold": 6}}],
            },
        ),
        c=(
            """type Category @key(fields: "id") { id: ID! name: String }""",
            {"Category": [{"id": "c", "name": "Toys"}]},
        ),
    )
    assert await g.ask("{ product { category { name details { products sold } id } } }") == {
        "product": {"category": {"name": "Toys", "details": {"products": 5, "sold": 6}, "id": "c"}}
    }
    assert g.asked == {"a": 1, "b": 1, "c": 1}


async def test_keys_that_can_and_cannot_be_entered_by(graph: Any) -> None:
    """`b` can be entered by the composite key alone, which only `c` can complete."""
    item = {"id": "1", "sku": "s", "kind": "k"}
    g = graph(
        a=(
            """type Query { items: [Item] } type Item @key(fields: "id") { id: ID! }""",
            {"Query": [{"items": [{"id": "1"}, {"id": "1"}]}], "Item": []},
        ),
        b=(
            """type Item @key(fields: "id", resolvable: false) @key(fields: "sku kind") {
              id: ID! sku: ID! kind: String! price: Int } type Query { best: Item }""",
            {"Query": [{"best": item | {"price": 1}}], "Item": [item | {"price": 1}]},
        ),
        c=(
            """type Item @key(fields: "id") @key(fields: "sku kind", resolvable: false) {
              id: ID! sku: ID! kind: String! stock: Int }""",
            {"Item": [item | {"stock": 2}]},
        ),
    )
    assert await g.ask("{ items { price stock } best { stock price } }") == {
        "items": [{"price": 1, "stock": 2}] * 2,
        "best": {"stock": 2, "price": 1},
    }
    [entered] = g.subgraphs["c"].requests
    assert list(entered["variables"].values()) == [[{"__typename": "Item", "id": "1"}]] * 2
