"""Find every field that the client wants in the plan's output, and in the tree."""

from __future__ import annotations

from dataclasses import dataclass

from router.query_plan.parts import Output, OutputField
from router.query_plan.soundness.answer import Answer, Stand
from router.query_plan.soundness.choice import Choice, flat

_ANSWERED_BY_ROUTER = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field that the client asks for, without fragments."""

    name: str
    response_name: str
    arguments: str
    types: frozenset[str] | None
    conditions: tuple[tuple[str, bool], ...]
    below: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Objects of one type in the answer, what is wanted of them and what the output has."""

    stand: Stand
    type_name: str
    wanted: tuple[Wanted, ...]
    output: tuple[Output, ...]
    path: tuple[str, ...] = ()
    is_known: bool = True
    """The field that leads here has an object type, so that nobody has to tell it."""


def compare(answer: Answer, place: Place, choice: Choice) -> None:
    """Note every wanted field that is not where the output says."""
    fields: dict[str, list[OutputField]] = {}
    for one in flat(place.output, place.type_name, choice):
        fields.setdefault(one.response_name, []).append(one)
    for want in place.wanted:
        asked = all(choice.get(variable, True) == value for variable, value in want.conditions)
        if asked and (want.types is None or place.type_name in want.types):
            _find(answer, place, want, fields.get(want.response_name, []), choice)


def _find(
    answer: Answer, place: Place, want: Wanted, found: list[OutputField], choice: Choice
) -> None:
    path = (*place.path, want.response_name)
    where = f"{'.'.join(path)} on {place.type_name}"
    if not found or found[0].name != want.name:
        answer.problems.append(f"{where} is not in the output.")
    elif want.name == "__typename":
        if not place.is_known and not place.stand.tellers:
            answer.problems.append(f"{where}: nobody tells the type.")
    elif want.name not in _ANSWERED_BY_ROUTER:
        slot = place.stand.slots.get(place.type_name, {}).get(found[0].source)
        if slot is None or (slot.name, slot.arguments) != (want.name, want.arguments):
            answer.problems.append(f"{where} is not fetched.")
        elif slot.below is not None:
            below = tuple(one for field in found for one in field.selections)
            returned = found[0].type.name
            is_known = answer.facts.possible(returned) == {returned}
            for name in sorted(slot.below.types()):
                inner = Place(slot.below, name, want.below, below, path, is_known)
                compare(answer, inner, choice)
