"""What a visit may need besides people: a room, a piece of equipment."""

import re
from enum import StrEnum


class ResourceCategory(StrEnum):
    """How a resource is used: a room by one practitioner at a time, equipment by one visit."""

    ROOM = "ROOM"
    """Where patients are seen: one practitioner's at a time."""
    EQUIPMENT = "EQUIPMENT"
    """What a visit is done with: one visit's at a time."""


class InvalidResourceKind(ValueError):
    """A code that names no kind of room or equipment."""


def parse_kind(text: str) -> str:
    """The code of a kind of room or equipment, like ULTRASOUND, in capitals.

    Raises:
        InvalidResourceKind: not 2 to 32 letters, digits and underscores, a letter first.
    """
    code = text.strip().upper()
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,31}", code):
        raise InvalidResourceKind(
            "O tipo de sala ou equipamento é um código de 2 a 32 letras sem acento, "
            "algarismos ou sublinhados."
        )
    return code
