"""Representations of every form: nested, by fragments, of several types, under another name."""

from __future__ import annotations

from typing import Any

from graphql import build_schema

from router.query_plan.nodes import (
    EntityEntry,
    Fetch,
    Representation,
    RepresentationField,
    RepresentationFragment,
    SelectedField,
    Sequence,
    TypeStep,
)

SCHEMA = build_schema(
    """
    type Query { feed: [Item] box: Box }
    type Box { items: [[Item]] }
    interface Item { id: ID! price: Int }
    type Book implements Item { id: ID! price: Int }
    type Film implements Item { id: ID! price: Int }
    """
)
QUERY = "{ feed { id price } }"

FIELD = RepresentationField
OBJECTS = [
    {
        "__typename": "Book",
        "id": "1",
        "sizes": [{"unit": "cm", "values": [1, 2]}, None],
        "maker": {"__typename": "Press", "id": "p", "city": "Recife"},
    },
    {
        "__typename": "Film",
        "id": "1",
        "sizes": None,
        "maker": {"__typename": "Studio", "id": "s", "wing": 3},
    },
    {"__typename": "Song", "id": "9"},
    None,
    {"__typename": "Book", "id": "2", "sizes": []},
]


async def sent(
    entries: tuple[EntityEntry, ...], plan_of: Any, subgraphs: Any, objects: Any = OBJECTS
) -> tuple[dict[str, Any], Any]:
    """The variables that a fetch with these entries sends, and the answer."""
    feed = Fetch(
        0,
        "feed",
        "query",
        "{ feed }",
        selections=(
            SelectedField("feed", "feed", selections=(SelectedField("__typename", "__typename"),)),
        ),
    )
    prices = Fetch(1, "prices", "query", "…", entries=entries, depends_on=(0,))
    graph = subgraphs(SCHEMA)

    def answer(request: dict[str, Any]) -> Any:
        variables = request["variables"]
        return {
            "data": {
                entry.response_name: [
                    {"__typename": "Item", "price": 10 + number}
                    for number, _ in enumerate(variables[entry.variable])
                ]
                for entry in entries
            }
        }

    plan = plan_of(SCHEMA, QUERY, Sequence((feed, prices)))
    given = await graph.run(plan, {"feed": lambda _: {"data": {"feed": objects}}, "prices": answer})
    return graph.requests[1][1]["variables"], given


def entry(*representations: Representation, **more: Any) -> EntityEntry:
    return EntityEntry(
        more.get("response_name", "_entities"),
        more.get("variable", "representations"),
        (more.get("position", ("feed", "@")),),
        representations,
        (SelectedField("__typename", "__typename"), SelectedField("price", "price")),
    )


async def test_nested_objects_lists_and_fragments_are_read_with_their_names(
    plan_of: Any, subgraphs: Any
) -> None:
    representation = Representation(
        frozenset({"Book", "Film"}),
        None,
        (
            FIELD("id", "id"),
            FIELD("dimensions", "sizes", (FIELD("unit", "unit"), FIELD("values", "values"))),
            FIELD("dimensions", "sizes", (FIELD("u", "unit"),)),
            FIELD(
                "maker",
                "maker",
                (
                    FIELD("id", "id"),
                    RepresentationFragment(frozenset({"Press"}), "Press", (FIELD("city", "city"),)),
                    RepresentationFragment(
                        frozenset({"Studio"}), "Studio", (FIELD("wing", "wing"),)
                    ),
                ),
            ),
        ),
    )
    variables, _ = await sent((entry(representation),), plan_of, subgraphs)
    # The last book lacks its maker: it gives none.
    assert variables["representations"] == [
        {
            "__typename": "Book",
            "id": "1",
            "dimensions": [{"unit": "cm", "values": [1, 2], "u": "cm"}, None],
            "maker": {"id": "p", "city": "Recife"},
        },
        {
            "__typename": "Film",
            "id": "1",
            "dimensions": None,
            "maker": {"id": "s", "wing": 3},
        },
    ]


async def test_an_interface_objects_subgraph_gets_its_name_and_cannot_change_ours(
    plan_of: Any, subgraphs: Any
) -> None:
    representation = Representation(frozenset({"Book", "Film"}), "Item", (FIELD("id", "id"),))
    variables, answer = await sent((entry(representation),), plan_of, subgraphs)
    # A book and a film with one id are one item there.
    assert variables["representations"] == [
        {"__typename": "Item", "id": "1"},
        {"__typename": "Item", "id": "2"},
    ]
    assert [each and each["price"] for each in answer["data"]["feed"]] == [10, 10, None, None, 11]


async def test_types_with_keys_of_their_own_share_one_list(plan_of: Any, subgraphs: Any) -> None:
    book = Representation(frozenset({"Book"}), None, (FIELD("id", "id"),))
    film = Representation(frozenset({"Film"}), None, (FIELD("code", "id"),))
    variables, _ = await sent((entry(book, film),), plan_of, subgraphs)
    assert variables["representations"] == [
        {"__typename": "Book", "id": "1"},
        {"__typename": "Film", "code": "1"},
        {"__typename": "Book", "id": "2"},
    ]


async def test_two_entries_may_share_a_variable(plan_of: Any, subgraphs: Any) -> None:
    book = Representation(frozenset({"Book"}), None, (FIELD("id", "id"),))
    films = Representation(frozenset({"Film"}), None, (FIELD("id", "id"),))
    only_books = ("feed", "@", TypeStep(frozenset({"Book"})))
    entries = (
        entry(book, response_name="a", position=only_books),
        entry(book, films, response_name="b"),
    )
    variables, _ = await sent(entries, plan_of, subgraphs)
    assert [each["id"] for each in variables["representations"]] == ["1", "2", "1"]


async def test_lists_in_lists_are_walked(plan_of: Any, subgraphs: Any) -> None:
    box = Fetch(
        0,
        "box",
        "query",
        "{ box }",
        selections=(
            SelectedField(
                "box",
                "box",
                selections=(
                    SelectedField("items", "items", selections=(SelectedField("id", "id"),)),
                ),
            ),
        ),
    )
    representation = Representation(frozenset({"Book"}), None, (FIELD("id", "id"),))
    prices = Fetch(
        1,
        "prices",
        "query",
        "…",
        entries=(entry(representation, position=("box", "items", "@", "@")),),
        depends_on=(0,),
    )
    items = [[{"id": "1"}, None], None, [{"id": "2"}, {"id": "1"}]]
    answer = await subgraphs(SCHEMA).run(
        plan_of(SCHEMA, "{ box { items { id price } } }", Sequence((box, prices))),
        {
            "box": lambda _: {"data": {"box": {"items": items}}},
            "prices": lambda _: {"data": {"_entities": [{"price": 1}, {"price": 2}]}},
        },
    )
    one, two = {"id": "1", "price": 1}, {"id": "2", "price": 2}
    assert answer == {"data": {"box": {"items": [[one, None], None, [two, one]]}}}


async def test_a_shared_variable_keeps_types_apart_that_have_one_key(
    plan_of: Any, subgraphs: Any
) -> None:
    entries = (
        entry(Representation(frozenset({"Book"}), None, (FIELD("id", "id"),)), response_name="a"),
        entry(Representation(frozenset({"Film"}), None, (FIELD("id", "id"),)), response_name="b"),
    )
    variables, answer = await sent(entries, plan_of, subgraphs)
    assert variables["representations"] == [
        {"__typename": "Book", "id": "1"},
        {"__typename": "Book", "id": "2"},
        {"__typename": "Film", "id": "1"},
    ]
    assert [each and each["price"] for each in answer["data"]["feed"]] == [10, 12, None, None, 11]
