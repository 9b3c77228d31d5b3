"""A coordinate of a Strawberry schema leads to the Python line that made it."""

from enum import Enum
from pathlib import Path

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


def test_another_object_has_an_empty_map() -> None:
    assert source_map("type Query { a: Int }") == {}
