"""`@requires`: chains, circles, arguments, nulls."""

from __future__ import annotations

from typing import Any


def _sum(*names: str) -> Any:
    return lambda row: sum(row[name] for name in names)


async def test_a_chain_of_requirements_through_three_subgraphs(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { item: Item } type Item @key(fields: "id") { id: ID! one: Int }""",
            {"Query": [{"item": {"id": "1", "one": 1}}], "Item": [{"id": "1", "one": 1}]},
        ),
        b=(
            """type Item @key(fields: "id") { id: ID! one: Int @external
              two: Int @requires(fields: "one") four: Int @requires(fields: "three")
              three: Int @external }""",
            {
                "Item": [
                    {"id": "1", "two": lambda r: r["one"] * 2, "four": lambda r: r["three"] + 1}
                ]
            },
        ),
        c=(
            """type Item @key(fields: "id") { id: ID! two: Int @external
              three: Int @requires(fields: "two") }""",
            {"Item": [{"id": "1", "three": lambda r: r["two"] + 1}]},
        ),
    )
    assert await g.ask("{ item { four } }") == {"item": {"four": 4}}
    assert await g.ask("{ item { four two one id three } }") == {
        "item": {"four": 4, "two": 2, "one": 1, "id": "1", "three": 3}
    }


async def test_two_requirements_of_one_field_with_different_arguments(graph: Any) -> None:
    def price(row: Any, currency: str) -> int:
        return {"USD": 10, "EUR": 9, "BRL": 50}[currency]

    g = graph(
        a=(
            """type Query { item: Item }
            type Item @key(fields: "id") { id: ID! price(currency: String!): Int }""",
            {
                "Query": [{"item": {"id": "1", "price": price}}],
                "Item": [{"id": "1", "price": price}],
            },
        ),
        b=(
            """type Item @key(fields: "id") { id: ID! price(currency: String!): Int @external
              dollars: Int @requires(fields: "price(currency: \\"USD\\")")
              euros: Int @requires(fields: "price(currency: \\"EUR\\")") }""",
            {
                "Item": [
                    {
                        "id": "1",
                        "dollars": lambda r: r["price"],
                        "euros": lambda r: r["price"],
                    }
                ]
            },
        ),
    )
    # Each requirement must be given its own value, beside what the client asks.
    assert await g.ask('{ item { price(currency: "BRL") dollars } }') == {
        "item": {"price": 50, "dollars": 10}
    }
    assert await g.ask('{ item { euros price: price(currency: "BRL") } }') == {
        "item": {"euros": 9, "price": 50}
    }
    assert await g.ask('{ item { euros dollars price(currency: "BRL") } }') == {
        "item": {"euros": 9, "dollars": 10, "price": 50}
    }


async def test_requirements_in_a_circle_of_two_subgraphs(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { post: Post }
            type Post @key(fields: "id") { id: ID! author: Author @external
              byExpert: Boolean @requires(fields: "author { years }") }
            type Author @key(fields: "id") { id: ID! years: Int @external }""",
            {
                "Query": [{"post": {"id": "1"}}],
                "Post": [{"id": "1", "byExpert": lambda r: r["author"]["years"] > 5}],
                "Author": [{"id": "a"}],
            },
        ),
        b=(
            """type Post @key(fields: "id") { id: ID! author: Author
              byExpert: Boolean @external
              badge: String @requires(fields: "byExpert") }
            type Author @key(fields: "id") { id: ID! years: Int }""",
            {
                "Post": [
                    {
                        "id": "1",
                        "author": {"id": "a", "years": 9},
                        "badge": lambda r: "gold" if r["byExpert"] else "none",
                    }
                ],
                "Author": [{"id": "a", "years": 9}],
            },
        ),
    )
    assert await g.ask("{ post { badge byExpert author { id } } }") == {
        "post": {"badge": "gold", "byExpert": True, "author": {"id": "a"}}
    }
    assert await g.ask("{ post { badge } }") == {"post": {"badge": "gold"}}


async def test_a_skipped_field_asks_for_nothing_that_it_requires(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { item: Item } type Item @key(fields: "id") { id: ID! one: Int }""",
            {"Query": [{"item": {"id": "1", "one": 1}}], "Item": [{"id": "1", "one": 1}]},
        ),
        b=(
            """type Item @key(fields: "id") { id: ID! one: Int @external
              two: Int @requires(fields: "one") }""",
            {"Item": [{"id": "1", "two": _sum("one")}]},
        ),
        c=(
            """type Item @key(fields: "id") { id: ID! two: Int @external
              three: Int @requires(fields: "two") }""",
            {"Item": [{"id": "1", "three": _sum("two")}]},
        ),
    )
    query = "query($skip: Boolean = true) { item { id three @skip(if: $skip) } }"
    assert await g.ask(query) == {"item": {"id": "1"}}
    assert g.asked == {"a": 1}
    assert await g.ask(query, skip=False) == {"item": {"id": "1", "three": 1}}
    query = "query($skip: Boolean!) { item { one @skip(if: $skip) three @include(if: true) } }"
    assert await g.ask(query, skip=True) == {"item": {"three": 1}}


async def test_requirements_of_requirements_under_one_entity_in_four_subgraphs(graph: Any) -> None:
    """Each of five fields requires others, three times through the subgraph that it came from."""
    base = {"id": "1", "price": 10}
    g = graph(
        a=(
            """type Query { product: Product }
            type Product @key(fields: "id") { id: ID! price: Int
              hasDiscount: Boolean @external
              label: String @requires(fields: "hasDiscount") }""",
            {
                "Query": [{"product": base}],
                "Product": [base | {"label": lambda r: "sale" if r["hasDiscount"] else "-"}],
            },
        ),
        b=(
            """type Product @key(fields: "id") { id: ID! price: Int @external
              hasDiscount: Boolean @requires(fields: "price")
              isExpensive: Boolean @external
              canAfford: Boolean @requires(fields: "isExpensive") }""",
            {
                "Product": [
                    {
                        "id": "1",
                        "hasDiscount": lambda r: r["price"] < 50,
                        "canAfford": lambda r: not r["isExpensive"],
                    }
                ]
            },
        ),
        c=(
            """type Product @key(fields: "id") { id: ID! hasDiscount: Boolean @external
              price: Int @external label: String @external
              isExpensive: Boolean @requires(fields: "hasDiscount price")
              tag: String @requires(fields: "label") }""",
            {
                "Product": [
                    {
                        "id": "1",
                        "isExpensive": lambda r: r["price"] > 5 and not r["hasDiscount"],
                        "tag": lambda r: f"#{r['label']}",
                    }
                ]
            },
        ),
        d=(
            """type Product @key(fields: "id") { id: ID! canAfford: Boolean @external
              tag: String @external advice: String @requires(fields: "canAfford tag") }""",
            {"Product": [{"id": "1", "advice": lambda r: f"{r['canAfford']} {r['tag']}"}]},
        ),
    )
    assert await g.ask("{ product { advice } }") == {"product": {"advice": "True #sale"}}
    assert await g.ask("{ product { canAfford advice isExpensive label tag hasDiscount } }") == {
        "product": {
            "canAfford": True,
            "advice": "True #sale",
            "isExpensive": False,
            "label": "sale",
            "tag": "#sale",
            "hasDiscount": True,
        }
    }


async def test_what_is_required_may_be_null_or_missing_and_is_sent_as_it_is(graph: Any) -> None:
    rows: Any = [
        {"id": "1", "size": {"w": None, "h": 2}},
        {"id": "2", "size": None},
        {"id": "3", "size": {"w": 1, "h": 1}},
    ]
    g = graph(
        a=(
            """type Query { items: [Item!]! }
            type Item @key(fields: "id") { id: ID! size: Size } type Size { w: Int h: Int }""",
            {"Query": [{"items": rows}], "Item": rows},
        ),
        b=(
            """type Item @key(fields: "id") { id: ID! size: Size @external
              area: String! @requires(fields: "size { w h }") }
            type Size { w: Int @external h: Int @external }""",
            {"Item": [{"id": each["id"], "area": lambda r: str(r["size"])} for each in rows]},
        ),
    )
    assert await g.ask("{ items { area size { h } } }") == {
        "items": [
            {"area": "{'w': None, 'h': 2}", "size": {"h": 2}},
            {"area": "None", "size": None},
            {"area": "{'w': 1, 'h': 1}", "size": {"h": 1}},
        ]
    }
