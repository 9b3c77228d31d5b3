"""Interfaces and unions that differ by subgraph: members, fields, `@provides`, `__typename`."""

from __future__ import annotations

from typing import Any

BOOK = {"__typename": "Book", "id": "b", "title": "T", "pages": 9}
FILM = {"__typename": "Film", "id": "f", "title": "U", "minutes": 90}


async def test_union_members_that_one_subgraph_alone_knows(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { media: Media @shareable book: Media }
            union Media = Book
            type Book @key(fields: "id") { id: ID! title: String @shareable }""",
            {"Query": [{"media": BOOK, "book": BOOK}], "Book": [BOOK]},
        ),
        b=(
            """type Query { media: Media @shareable films: [Media] }
            union Media = Book | Film | Song
            type Book @key(fields: "id") { id: ID! title: String @shareable pages: Int }
            type Film { title: String minutes: Int }
            type Song { title: String }""",
            {"Query": [{"media": BOOK, "films": [FILM, BOOK]}], "Book": [BOOK]},
        ),
    )
    fields = """__typename ... on Book { title pages } ... on Film { title minutes }
      ... on Song { title }"""
    book = {"__typename": "Book", "title": "T", "pages": 9}
    assert await g.ask(f"{{ media {{ {fields} }} }}") == {"media": book}
    assert await g.ask(f"{{ book {{ {fields} }} }}") == {"book": book}
    assert await g.ask("{ book { ... on Film { minutes } } }") == {"book": {}}
    assert await g.ask(f"{{ films {{ {fields} }} }}") == {
        "films": [{"__typename": "Film", "title": "U", "minutes": 90}, book]
    }
    assert await g.ask(
        "{ films { t: __typename ... on Film { x: title } ... on Book { x: title } } }"
    ) == {"films": [{"t": "Film", "x": "U"}, {"t": "Book", "x": "T"}]}


async def test_an_interface_field_that_some_implementations_have_elsewhere(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { items: [Item] }
            interface Item { id: ID! }
            type Book implements Item @key(fields: "id") { id: ID! title: String }
            type Film implements Item @key(fields: "id") { id: ID! }""",
            {
                "Query": [{"items": [BOOK, {"__typename": "Film", "id": "f"}]}],
                "Book": [],
                "Film": [],
            },
        ),
        b=(
            """interface Item { title: String minutes: Int }
            type Film implements Item @key(fields: "id") { id: ID! title: String minutes: Int }
            type Book implements Item @key(fields: "id") {
              id: ID! title: String @external minutes: Int @requires(fields: "title") }""",
            {"Film": [FILM], "Book": [{"id": "b", "minutes": lambda r: len(r["title"])}]},
        ),
    )
    assert await g.ask("{ items { title } }") == {"items": [{"title": "T"}, {"title": "U"}]}
    assert await g.ask("{ items { __typename minutes title id } }") == {
        "items": [
            {"__typename": "Book", "minutes": 1, "title": "T", "id": "b"},
            {"__typename": "Film", "minutes": 90, "title": "U", "id": "f"},
        ]
    }
    assert await g.ask(
        """{ items { ... on Item { ... on Film { a: title } } ...B } }
        fragment B on Item { ... on Book { a: title b: title } }"""
    ) == {"items": [{"a": "T", "b": "T"}, {"a": "U"}]}


async def test_same_response_name_for_fields_that_differ_by_type(graph: Any) -> None:
    """`value` is one field here, and another with arguments there."""

    def name(_row: Any, upper: bool = False) -> str:
        return "NAME" if upper else "name"

    g = graph(
        a=(
            """type Query { things: [Thing] }
            union Thing = One | Two | Three
            type One { value: String }
            type Two { value: String }
            type Three @key(fields: "id") { id: ID! name(upper: Boolean): String inner: Inner }
            type Inner { name(upper: Boolean): String }""",
            {
                "Query": [
                    {
                        "things": [
                            {"__typename": "One", "value": "1"},
                            {"__typename": "Two", "value": None},
                            {
                                "__typename": "Three",
                                "id": "3",
                                "name": name,
                                "inner": {"name": name},
                            },
                        ]
                    }
                ],
                "Three": [],
            },
        ),
        b=(
            """type Three @key(fields: "id") { id: ID! other: Int! }""",
            {"Three": [{"id": "3", "other": 3}]},
        ),
    )
    assert await g.ask(
        """{ things { ... on One { value } ... on Two { value }
        ... on Three { value: name(upper: true) name inner { name(upper: true) } other } } }"""
    ) == {
        "things": [
            {"value": "1"},
            {"value": None},
            {"value": "NAME", "name": "name", "inner": {"name": "NAME"}, "other": 3},
        ]
    }


async def test_provides_on_an_interface_and_on_a_union(graph: Any) -> None:
    dog = {"__typename": "Dog", "id": "d", "name": "Rex", "age": 3}
    cat = {"__typename": "Cat", "id": "c", "name": "Tom", "age": 4}
    parts = """interface Animal { id: ID! name: String }
      type Dog implements Animal @key(fields: "id") { id: ID! EXT }
      type Cat implements Animal @key(fields: "id") { id: ID! EXT }
      union Pet = Dog | Cat"""
    g = graph(
        a=(
            parts.replace("EXT", "name: String @external", 1).replace(
                "EXT", "name: String @external age: Int @external"
            )
            + """ type Query {
              animal: Animal @provides(fields: "... on Dog { name }")
              pet: Pet @provides(fields: "... on Cat { name age }")
              bare: Animal }""",
            {"Query": [{"animal": dog, "pet": cat, "bare": dog}], "Dog": [], "Cat": []},
        ),
        b=(
            parts.replace("EXT", "name: String @shareable age: Int @shareable"),
            {"Dog": [dog], "Cat": [cat]},
        ),
    )
    assert await g.ask("{ animal { ... on Dog { name } } pet { ... on Cat { name age } } }") == {
        "animal": {"name": "Rex"},
        "pet": {"name": "Tom", "age": 4},
    }
    assert g.asked == {"a": 1}
    assert await g.ask("{ animal { id name ... on Dog { age } } bare { name } }") == {
        "animal": {"id": "d", "name": "Rex", "age": 3},
        "bare": {"name": "Rex"},
    }


async def test_provides_within_provides(graph: Any) -> None:
    g = graph(
        a=(
            """type Query {
              a: Category @provides(fields: "sub { name sub { name } }") plain: Category }
            type Category @key(fields: "id") {
              id: ID! name: String @external sub: Category @external }""",
            {
                "Query": [
                    {
                        "a": {
                            "id": "1",
                            "sub": {"id": "2", "name": "two", "sub": {"id": "3", "name": "three"}},
                        },
                        "plain": {"id": "1"},
                    }
                ],
                "Category": [],
            },
        ),
        b=(
            """type Category @key(fields: "id") {
              id: ID! name: String @shareable sub: Category @shareable }""",
            {
                "Category": [
                    {
                        "id": "1",
                        "name": "one",
                        "sub": {"id": "2", "name": "two", "sub": {"id": "3", "name": "three"}},
                    },
                    {"id": "2", "name": "two", "sub": {"id": "3", "name": "three"}},
                    {"id": "3", "name": "three", "sub": None},
                ]
            },
        ),
    )
    assert await g.ask("{ a { sub { name sub { name } } } }") == {
        "a": {"sub": {"name": "two", "sub": {"name": "three"}}}
    }
    assert g.asked == {"a": 1}
    assert await g.ask("{ a { name sub { sub { name sub { name } } } } plain { name } }") == {
        "a": {"name": "one", "sub": {"sub": {"name": "three", "sub": None}}},
        "plain": {"name": "one"},
    }


async def test_values_that_one_subgraph_hides_or_alone_has(graph: Any) -> None:
    """An enum's intersection where it is input, and what is inaccessible where it is output."""
    g = graph(
        a=(
            """type Query { users(type: Kind, filter: Filter): [User] users2: [User] }
            enum Kind { ONE TWO @inaccessible }
            input Filter { first: Int offset: Int @inaccessible }
            type User @key(fields: "id") { id: ID! kind: Kind }""",
            {
                "Query": [
                    {
                        "users": lambda _r, **args: [{"id": str(len(args)), "kind": "ONE"}],
                        "users2": [{"id": "1", "kind": "ONE"}, {"id": "2", "kind": "TWO"}],
                    }
                ],
                "User": [],
            },
        ),
        b=(
            """enum Kind { ONE TWO }
            input Filter { first: Int }
            type User @key(fields: "id") { id: ID! kind2(filter: Filter): Kind }""",
            {"User": [{"id": "1", "kind2": "TWO"}, {"id": "2", "kind2": "ONE"}]},
        ),
    )
    assert await g.ask("{ users(type: ONE, filter: { first: 1 }) { id kind } }") == {
        "users": [{"id": "2", "kind": "ONE"}]
    }
    for bad in ("type: TWO", "filter: { offset: 1 }"):
        [error] = await g.errors(f"{{ users({bad}) {{ id }} }}")
        assert "TWO" in error or "offset" in error
    response = await g.gateway.execute("{ users2 { id kind kind2 } }")
    assert response.data == {
        "users2": [
            {"id": "1", "kind": "ONE", "kind2": None},
            {"id": "2", "kind": None, "kind2": "ONE"},
        ]
    }


async def test_typename_queries(graph: Any) -> None:
    g = graph(
        a=(
            """type Query { item: Item union: Any }
            interface Item { id: ID! } union Any = Book | Film
            type Book implements Item @key(fields: "id") { id: ID! }
            type Film implements Item @key(fields: "id") { id: ID! }""",
            {"Query": [{"item": BOOK, "union": FILM}], "Book": [], "Film": []},
        ),
        b=(
            """type Book @key(fields: "id") { id: ID! pages: Int } type Query { two: Int }""",
            {"Query": [{"two": 2}], "Book": [BOOK]},
        ),
    )
    assert await g.ask("{ __typename t: __typename }") == {"__typename": "Query", "t": "Query"}
    assert g.asked == {}
    assert await g.ask(
        "{ __typename two item { x: __typename } union { __typename y: __typename } }"
    ) == {
        "__typename": "Query",
        "two": 2,
        "item": {"x": "Book"},
        "union": {"__typename": "Film", "y": "Film"},
    }
    assert await g.ask("{ item { __typename: id ... on Book { p: pages } } }") == {
        "item": {"__typename": "b", "p": 9}
    }
