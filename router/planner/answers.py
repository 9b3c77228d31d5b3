"""Who answers one want: single visits, or several whose parts are laid over each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from router.planner.placement import JumpKey, Part, Placement, Spot

Source = int | JumpKey
"""A spot that stands at the position, by index, or a jump made there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A way to answer a want.

    `used` are those of `sources` that the answer needs. Levels below count from `base`; `end` is
    the level at which all of it is there; `missing` and `fetches` count what is below.
    """

    sources: tuple[Source, ...]
    used: tuple[Source, ...]
    below: Placement | None
    base: int
    missing: int
    end: int
    fetches: int

    @property
    def is_free(self) -> bool:
        return self.missing == self.fetches == 0


def leaf(source: Source, level: int) -> Answer:
    """A field without selections."""
    return Answer((source,), (source,), None, level, 0, level, 0)


def single(source: Source, level: int, below: Placement) -> Answer:
    """A field that one visit answers, with what is below it."""
    cost = below.cost
    return Answer((source,), (source,), below, level, cost.missing, level + cost.end, cost.fetches)


def joint(sources: list[tuple[Source, Spot]], below: Placement) -> Answer:
    """A field fetched from several subgraphs because none of them has all that is below it."""
    lowest = min(spot.level for _, spot in sources)
    read = set(_spots_read(below, len(sources))) or {0}
    used = tuple(source for index, (source, _) in enumerate(sources) if index in read)
    cost = below.cost
    return Answer(
        tuple(source for source, _ in sources),
        used,
        below,
        lowest,
        cost.missing,
        lowest + cost.end,
        cost.fetches,
    )


def _spots_read(placement: Placement, count: int) -> Iterator[int]:
    for assigned in placement.direct:
        yield from _below_count(assigned.sources, count)
    for part in placement.parts:
        yield from _spots_read_by(part, count)


def _spots_read_by(part: Part, count: int) -> Iterator[int]:
    for assigned in (*part.assigned, *(need for jump in part.jumps for need in jump.needs)):
        yield from _below_count(assigned.sources, count)
    if part.rest is not None:
        yield from _spots_read(part.rest, count)


def _below_count(sources: tuple[int, ...], count: int) -> Iterator[int]:
    return (source for source in sources if 0 <= source < count)
