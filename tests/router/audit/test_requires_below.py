"""`@requires` of what lies deeper: below interfaces, lists and their entities."""

from __future__ import annotations

from typing import Any


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
