"""What the search decides for a position: who answers each want, and which jumps it takes."""

from __future__ import annotations

from dataclasses import dataclass

from router.planner.visits import Visit
from router.planner.wants import Want
from router.query_graph.field_set import FieldSet
from router.query_graph.model import ContextUse, SubgraphType


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """Compared in this order: wants that nobody answers, levels of fetches, number of fetches.

    `end` is the level of the last fetch, counted from the first visit that stands here.
    """

    missing: int = 0
    end: int = 0
    fetches: int = 0

    @property
    def is_free(self) -> bool:
        return self.missing == 0 and self.fetches == 0


@dataclass(frozen=True, slots=True)
class Spot:
    """A visit that stands at a position, at the level of its fetch."""

    visit: Visit
    level: int


@dataclass(frozen=True, slots=True)
class Assigned:
    """A want and who answers it.

    `sources` are indexes into the spots of the position followed by the jumps of the part. Below,
    the visits of the same sources stand, in this order; -1 is in the place of one that turned out
    not to be needed. `types` are the object types that this is for, None for all that can stand
    here. Levels below count from `base`.
    """

    want: Want
    sources: tuple[int, ...]
    below: Placement | None
    base: int
    types: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class JumpKey:
    """An entrance: a view of the type, and what its fields want sent beside the key.

    What is deferred enters apart from what is not.
    """

    view: SubgraphType
    requires: FieldSet = ()
    contexts: tuple[ContextUse, ...] = ()
    deferral: int | None = None


@dataclass(frozen=True, slots=True)
class Jump:
    """A fetch of entities at this position; `needs` are what its representation carries."""

    key: JumpKey
    visit: Visit
    level: int
    needs: tuple[Assigned, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """How objects of some types at a position are answered.

    `types` holds the interface's own name where no visit knows what type stands here. `rest` is
    what follows once a jump has told: its spots are this part's spots and jumps.
    """

    types: frozenset[str]
    jumps: tuple[Jump, ...]
    assigned: tuple[Assigned, ...]
    rest: Placement | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """How a position is answered: wants answered in place, then by parts.

    `possible` are the types that can stand here; `missing` wants nobody can answer, with the types
    for which that is so.
    """

    possible: frozenset[str]
    direct: tuple[Assigned, ...]
    parts: tuple[Part, ...]
    cost: Cost
    missing: tuple[tuple[Want, frozenset[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Crossing:
    """How objects of one type are answered: jumps, in an order in which each finds its needs."""

    jumps: tuple[Jump, ...]
    assigned: tuple[Assigned, ...]
    cost: Cost
    missing: tuple[Want, ...]
