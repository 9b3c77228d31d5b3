"""A coordinate of a Strawberry schema leads to the Python line that made it."""

from enum import Enum
from pathlib import Path
from typing import ClassVar

import strawberry
from strawberry.federation import Schema

from router.cli.source_map import source_map

HERE = Path(__file__)


@strawberry.federation.type(keys=["id"])
class Room:
    id: strawberry.ID
    door_number: int

    @strawberry.field
    def label(self) -> str:
        return f"Room {self.door_number}"


@strawberry.enum
class Floor(Enum):
    GROUND = "ground"


@strawberry.type
class Query:
    room: Room
    floor: Floor


def line_with(text: str) -> int:
    lines = HERE.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_types_attributes_and_resolvers_are_located() -> None:
    found = source_map(Schema(query=Query))

    assert Path(found["Room"][0]).name == HERE.name
    assert found["Room"][1] == line_with("@strawberry.federation.type")
    assert found["Room.doorNumber"][1] == line_with("door_number: int")
    assert found["Room.label"][1] in (line_with("def label"), line_with("def label") - 1)
    assert Path(found["Floor"][0]).name == HERE.name


def test_the_values_of_an_enumeration_are_located() -> None:
    assert source_map(Schema(query=Query))["Floor.GROUND"][1] == line_with("GROUND = ")


def test_the_root_type_is_located_though_strawberry_makes_it_anew() -> None:
    found = source_map(Schema(query=Query))

    assert found["Query"][1] == line_with("class Query:") - 1
    assert found["Query.room"][1] == line_with("room: Room")


def test_an_inherited_field_is_where_it_is_declared() -> None:
    @strawberry.type
    class Suite(Room):
        beds: int

    @strawberry.type
    class Query:
        suite: Suite

    found = source_map(Schema(query=Query))

    assert found["Suite.beds"][1] == line_with("beds: int")
    assert found["Suite.doorNumber"][1] == line_with("door_number: int")


def test_a_class_that_does_not_stand_alone_still_has_its_own_line() -> None:
    @strawberry.type
    class Query:
        sign: ClassVar[str] = """This way,
and then that way."""
        corridor: str

    found = source_map(Schema(query=Query))

    assert found["Query"][1] == found["Query.corridor"][1]
    assert Path(found["Query"][0]).name == HERE.name


def test_a_resolver_that_is_no_function_is_where_its_attribute_is() -> None:
    class Count:
        def __call__(self) -> int:
            return 1

    @strawberry.type
    class Query:
        rooms: int = strawberry.field(resolver=Count())

    found = source_map(Schema(query=Query))

    assert found["Query.rooms"][1] == line_with("rooms: int = strawberry")


def test_another_object_has_an_empty_map() -> None:
    assert source_map("type Query { a: Int }") == {}
