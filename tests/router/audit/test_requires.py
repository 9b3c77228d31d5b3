"""`@requires`: with fragments, with arguments, of interfaces, in chains and in circles."""

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


async def test_requirements_with_fragments_on_an_interface(graph: Any) -> None:
    owners = [
        {"__typename": "Person", "id": "p", "name": "Ana", "age": 30},
        {"__typename": "Firm", "id": "f", "name": "Acme", "size": 7},
    ]
    items: list[Any] = [{"id": str(n), "owner": owner} for n, owner in enumerate(owners)]
    items.append({"id": "2", "owner": None})

    def label(row: Any) -> str:
        owner = row["owner"]
        return f"{owner['name']} {owner.get('age', owner.get('size'))}" if owner else "nobody"

    g = graph(
        a=(
            """type Query { items: [Item] }
            interface Owner { name: String }
            type Person implements Owner { id: ID! name: String age: Int }
            type Firm implements Owner { id: ID! name: String size: Int }
            type Item @key(fields: "id") { id: ID! owner: Owner }""",
            {"Query": [{"items": items}], "Item": items},
        ),
        b=(
            """interface Owner { name: String }
            type Person implements Owner @shareable { name: String @external age: Int @external }
            type Firm implements Owner @shareable { name: String @external size: Int @external }
            type Item @key(fields: "id") { id: ID! owner: Owner @external
              label: String
                @requires(fields: "owner { name ... on Person { age } ... on Firm { size } }") }""",
            {"Item": [{"id": n, "label": label} for n in "012"]},
        ),
    )
    assert await g.ask("{ items { label } }") == {
        "items": [{"label": "Ana 30"}, {"label": "Acme 7"}, {"label": "nobody"}]
    }
    assert await g.ask("{ items { label owner { __typename ... on Firm { id } } } }") == {
        "items": [
            {"label": "Ana 30", "owner": {"__typename": "Person"}},
            {"label": "Acme 7", "owner": {"__typename": "Firm", "id": "f"}},
            {"label": "nobody", "owner": None},
        ]
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


async def test_a_requirement_below_a_list_of_entities_elsewhere(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { orders: [Order!] }
            type Order @key(fields: "id") { id: ID! lines: [Line!]! }
            type Line @key(fields: "sku") { sku: ID! amount: Int! }""",
            {
                "Query": [
                    {
                        "orders": [
                            {
                                "id": "1",
                                "lines": [
                                    {"sku": "x", "amount": 2},
                                    {"sku": "y", "amount": 3},
                                ],
                            },
                            {"id": "2", "lines": []},
                        ]
                    }
                ],
                "Order": [],
                "Line": [],
            },
        ),
        b=(
            """type Line @key(fields: "sku") { sku: ID! price: Int! }""",
            {"Line": [{"sku": "x", "price": 10}, {"sku": "y", "price": 5}]},
        ),
        c=(
            """type Order @key(fields: "id") { id: ID! lines: [Line!]! @external
              total: Int! @requires(fields: "lines { amount price }") }
            type Line @key(fields: "sku", resolvable: false) {
              sku: ID! amount: Int! @external price: Int! @external }""",
            {
                "Order": [
                    {
                        "id": n,
                        "total": lambda r: sum(e["amount"] * e["price"] for e in r["lines"]),
                    }
                    for n in "12"
                ]
            },
        ),
    )
    assert await g.ask("{ orders { total } }") == {"orders": [{"total": 35}, {"total": 0}]}
    assert g.asked == {"a": 1, "b": 1, "c": 1}


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


async def test_a_requirement_through_interfaces_of_interfaces(graph: Any) -> None:
    home = {"__typename": "Home", "id": "h", "street": "S", "city": "C", "door": 4}
    office = {"__typename": "Office", "id": "o", "street": "T", "floor": 9}
    rows: Any = [{"id": "1", "address": home}, {"id": "2", "address": office}]

    def where(row: Any) -> str:
        address = row["address"]
        return " ".join(str(address[each]) for each in address if each not in ("__typename", "id"))

    types = """interface Address { id: ID! }
      interface Streeted implements Address { id: ID! street: String }
      type Home implements Address & Streeted @key(fields: "id") {
        id: ID! street: String EXT city: String EXT }
      type Office implements Address & Streeted @key(fields: "id") {
        id: ID! street: String EXT floor: Int EXT }"""
    g = graph(
        a=(
            """type Query { users: [User] }
            type User @key(fields: "id") { id: ID! address: Address } """
            + types.replace("EXT", ""),
            {"Query": [{"users": rows}], "User": rows, "Home": [home], "Office": [office]},
        ),
        b=(
            """type User @key(fields: "id") { id: ID! address: Address @external
              where: String @requires(fields:
                "address {... on Streeted {street ... on Home {city}} ... on Office {floor}}") } """
            + types.replace("EXT", "@external"),
            {
                "User": [{"id": "1", "where": where}, {"id": "2", "where": where}],
                "Home": [],
                "Office": [],
            },
        ),
    )
    assert await g.ask("{ users { where } }") == {"users": [{"where": "S C"}, {"where": "T 9"}]}
    assert await g.ask(
        "{ users { address { id ... on Home { street: city } ... on Office { street } } where } }"
    ) == {
        "users": [
            {"address": {"id": "h", "street": "C"}, "where": "S C"},
            {"address": {"id": "o", "street": "T"}, "where": "T 9"},
        ]
    }


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
