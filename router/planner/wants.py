"""What is wanted at a position: the client's fields, keys and requirements in one form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from router.operation.model import FieldSelection
from router.planner.conditions import ALWAYS, Literal, When, both, either
from router.query_graph.field_set import FieldSet, FieldSetField


@dataclass(frozen=True, slots=True, eq=False)
class Want:
    """A field wanted at a position; equal wants of one plan are one object (see `Wants`).

    `types` are the object types for which it is wanted, None for whatever stands there. `deferral`
    is the number of the `@defer` that it is in, where that one begins at this position.
    """

    name: str
    response_name: str
    arguments: str = ""
    types: frozenset[str] | None = None
    when: When = ALWAYS
    wants: tuple[Want, ...] = ()
    variables: frozenset[str] = frozenset()
    deferral: int | None = None


@dataclass(slots=True)
class Wants:
    """The wants of one plan, each distinct one once, so that they can be compared by identity."""

    _known: dict[tuple[object, ...], Want] = field(default_factory=dict)
    _field_sets: dict[int, tuple[FieldSet, tuple[Want, ...]]] = field(default_factory=dict)

    def intern(self, want: Want) -> Want:
        """Return the one want that equals this."""
        key = (
            want.name,
            want.response_name,
            want.arguments,
            want.types,
            want.when,
            tuple(map(id, want.wants)),
            want.deferral,
        )
        return self._known.setdefault(key, want)

    def of_selections(
        self, selections: tuple[FieldSelection, ...], known: frozenset[Literal] = frozenset()
    ) -> tuple[Want, ...]:
        """The client's selections as wants, without what can never be wanted under `known`."""
        wanted: dict[Want, None] = {}
        for selection in selections:
            conditions = frozenset((c.variable, c.value) for c in selection.conditions)
            if any((variable, not value) in known for variable, value in conditions):
                continue
            want = Want(
                selection.name,
                selection.response_name,
                selection.arguments,
                selection.types,
                frozenset({conditions}),
                self.of_selections(selection.selections, known | conditions),
                selection.variables,
                selection.deferral.id if selection.deferral is not None else None,
            )
            wanted[self.intern(want)] = None
        return self.combine(tuple(wanted))

    def of_field_set(self, field_set: FieldSet) -> tuple[Want, ...]:
        """A key or a requirement as wants."""
        cached = self._field_sets.get(id(field_set))
        if cached is None:
            wants = self.combine(tuple(self._of_field(asked) for asked in field_set))
            cached = self._field_sets[id(field_set)] = (field_set, wants)
        return cached[1]

    def _of_field(self, asked: FieldSetField) -> Want:
        below = self.of_field_set(asked.selections)
        return self.intern(
            Want(asked.name, asked.name, asked.arguments, asked.types, ALWAYS, below)
        )

    def combine(self, wants: tuple[Want, ...]) -> tuple[Want, ...]:
        """Join wants that differ in nothing but when they are wanted, or what is wanted below."""
        joined: dict[tuple[object, ...], Want] = {}
        for want in wants:
            key = (want.name, want.response_name, want.arguments, want.types, want.deferral)
            earlier = joined.get(key)
            joined[key] = want if earlier is None else self._join(earlier, want)
        return tuple(joined.values())

    def _join(self, earlier: Want, later: Want) -> Want:
        when = either(earlier.when, later.when)
        below = (
            *(self._under(want, earlier.when, when) for want in earlier.wants),
            *(self._under(want, later.when, when) for want in later.wants),
        )
        wants = self.combine(tuple(dict.fromkeys(below)))
        return self.intern(replace(earlier, when=when, wants=wants))

    def _under(self, want: Want, own: When, joined: When) -> Want:
        """A want below a field that is now asked more often than it was."""
        if own == joined:
            return want
        return self.intern(replace(want, when=both(want.when, own)))

    def narrow(self, wants: tuple[Want, ...], type_name: str) -> tuple[Want, ...]:
        """The wants for objects of one type."""
        kept: list[Want] = []
        for want in wants:
            if want.types is None:
                kept.append(want)
            elif type_name in want.types:
                kept.append(self.intern(replace(want, types=None)))
        return self.combine(tuple(kept)) if len(kept) > 1 else tuple(kept)
