"""Federation 1 habits beside Federation 2: `@extends`, idle `@external`, value types."""

from __future__ import annotations

from typing import Any


async def test_extends_and_external_in_all_their_spellings(graph: Any) -> None:
    g = graph(
        a=(
            """# federation 1
            type Query { users: [User!] }
            type User @key(fields: "id") { id: ID! email: String name: String }""",
            {
                "Query": [{"users": [{"id": "1", "email": "e", "name": "n"}]}],
                "User": [{"id": "1", "email": "e", "name": "n"}],
            },
        ),
        b=(
            """# federation 1
            type User @extends @key(fields: "id") {
              id: ID! @external email: String @external rid: ID
              greeting: String @requires(fields: "email") }
            type Query @extends { randomUser: User @provides(fields: "email") other: User }""",
            {
                "Query": [
                    {"randomUser": {"id": "1", "email": "e", "rid": "r"}, "other": {"id": "1"}}
                ],
                "User": [{"id": "1", "rid": "r", "greeting": lambda r: f"Hi {r['email']}"}],
            },
        ),
        c=(
            """extend type User @key(fields: "id") { id: ID! @external age: Int }""",
            {"User": [{"id": "1", "age": 9}]},
        ),
    )
    assert await g.ask("{ users { rid age greeting } randomUser { id email name age } }") == {
        "users": [{"rid": "r", "age": 9, "greeting": "Hi e"}],
        "randomUser": {"id": "1", "email": "e", "name": "n", "age": 9},
    }
    g.subgraphs["a"].requests.clear()
    assert await g.ask("{ randomUser { email rid } }") == {"randomUser": {"email": "e", "rid": "r"}}
    assert "a" not in g.asked
    assert await g.ask("{ other { email greeting } }") == {
        "other": {"email": "e", "greeting": "Hi e"}
    }


async def test_an_external_that_nothing_uses_is_never_asked_there(graph: Any) -> None:
    g = graph(
        a=(
            """# federation 1
            type Query { product: Product }
            type Product @key(fields: "id") { id: ID! name: String price: Price }
            type Price { amount: Int }""",
            {
                "Query": [{"product": {"id": "1"}}],
                "Product": [{"id": "1", "name": "n", "price": {"amount": 3}}],
            },
        ),
        b=(
            """# federation 1
            extend type Product @key(fields: "id") { id: ID! name: String @external stock: Int }
            extend type Query { products: [Product] }""",
            {
                "Query": [{"products": [{"id": "1", "name": "WRONG", "stock": 4}]}],
                "Product": [{"id": "1", "name": "WRONG", "stock": 4}],
            },
        ),
    )
    assert await g.ask("{ products { name stock price { amount } } }") == {
        "products": [{"name": "n", "stock": 4, "price": {"amount": 3}}]
    }


async def test_value_types_of_both_are_shared(graph: Any) -> None:
    g = graph(
        a=(
            """# federation 1
            type Query { here: Place here2: Place }
            type Place { lat: Int lon: Int }""",
            {"Query": [{"here": {"lat": 1, "lon": 2}, "here2": None}]},
        ),
        b=(
            """type Query { there: Place }
            type Place @shareable { lat: Int lon: Int }""",
            {"Query": [{"there": {"lat": 3, "lon": 4}}]},
        ),
    )
    assert await g.ask("{ here { lat } there { lon } here2 { lat } }") == {
        "here": {"lat": 1},
        "there": {"lon": 4},
        "here2": None,
    }
