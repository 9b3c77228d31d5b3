"""What a fetch selects, as plan nodes: on the interface where that says all, else by type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from router.planner.conditions import NEVER, Literal, shared, without
from router.planner.fetch_graph import Chosen, Selected
from router.query_graph.model import SubgraphType
from router.query_plan.nodes import Condition, SelectedField, SelectedFragment, Selection

TYPENAME = SelectedField("__typename", "__typename")
Known = frozenset[Literal]


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders what fetches into one subgraph select; `types` are the subgraph's."""

    types: Mapping[str, SubgraphType]

    def selections(self, selected: Selected, known: Known) -> tuple[Selection, ...]:
        """Render a selection set, leaving out conditions that are `known` to hold there."""
        by_field = self._fields(selected, known)
        if selected.view is None:
            return tuple(self._entrance(selected, by_field))
        rendered: list[Selection] = []
        if selected.view.is_abstract or selected.typename != NEVER:
            rendered.append(TYPENAME)
        plain, parted = self._part(selected, by_field)
        rendered.extend(plain)
        rendered.extend(self._by_type(selected, parted))
        return tuple(dict.fromkeys(rendered)) or (TYPENAME,)

    def _fields(self, selected: Selected, known: Known) -> dict[SelectedField, frozenset[str]]:
        """Each field as rendered, with all types for which it is selected in the same way."""
        by_field: dict[SelectedField, frozenset[str]] = {}
        for (name, types), chosen in selected.fields.items():
            for rendered in self._field(name, chosen, known):
                by_field[rendered] = by_field.get(rendered, frozenset()) | types
        return by_field

    def _field(self, name: str, chosen: Chosen, known: Known) -> Iterator[SelectedField]:
        below: tuple[Selection, ...] = ()
        if chosen.below is not None:
            below = self.selections(chosen.below, known | shared(chosen.when))
        for conjunction in sorted(without(chosen.when, known), key=sorted):
            conditions = tuple(Condition(*literal) for literal in sorted(conjunction))
            yield SelectedField(chosen.name, name, chosen.arguments, conditions, below)

    def _part(
        self, selected: Selected, by_field: dict[SelectedField, frozenset[str]]
    ) -> tuple[list[SelectedField], dict[SelectedField, frozenset[str]]]:
        """Part the fields into those selected on the view itself, and the rest by type."""
        view = selected.view
        assert view is not None
        plain: list[SelectedField] = []
        parted: dict[SelectedField, frozenset[str]] = {}
        for field, types in by_field.items():
            if not view.is_abstract or (
                types >= view.possible
                and (field.name in view.fields or field.name == "__typename")
                and not selected.scope.is_mixed(field.response_name)
            ):
                plain.append(field)
            else:
                parted[field] = types
        return plain, parted

    def _by_type(
        self, selected: Selected, parted: dict[SelectedField, frozenset[str]]
    ) -> Iterator[SelectedFragment]:
        by_types: dict[frozenset[str], list[SelectedField]] = {}
        for field, types in parted.items():
            by_types.setdefault(types, []).append(field)
        by_type: dict[str, list[Selection]] = {}
        for types, fields in by_types.items():
            interface = self._interface(selected, types, fields)
            for name in (interface,) if interface else sorted(types):
                by_type.setdefault(name, []).extend(fields)
        for name, selections in by_type.items():
            yield SelectedFragment(name, (), tuple(selections))

    def _interface(
        self, selected: Selected, types: frozenset[str], fields: list[SelectedField]
    ) -> str | None:
        """An interface of the subgraph that is exactly these types and has all these fields."""
        if len(types) < 2 or any(selected.scope.is_mixed(f.response_name) for f in fields):
            return None
        for view in self.types.values():
            if (
                view.kind == "interface"
                and view.possible == types
                and all(field.name in view.fields for field in fields)
            ):
                return view.name
        return None

    def _entrance(
        self, selected: Selected, by_field: dict[SelectedField, frozenset[str]]
    ) -> Iterator[SelectedFragment]:
        by_condition: dict[str, list[Selection]] = {}
        if selected.typename != NEVER:
            for name in dict.fromkeys(selected.conditions.values()):
                by_condition[name] = [TYPENAME]
        for field, types in by_field.items():
            conditions = [selected.conditions.get(name, name) for name in sorted(types)]
            interface = self._interface(selected, frozenset(conditions), [field])
            for name in (interface,) if interface else dict.fromkeys(conditions):
                by_condition.setdefault(name, []).append(field)
        for name, selections in by_condition.items():
            yield SelectedFragment(name, (), tuple(dict.fromkeys(selections)))


def variables_of(selected: Selected) -> Iterator[str]:
    """The client's variables in a selection set's arguments and conditions."""
    for chosen in selected.fields.values():
        yield from sorted(chosen.variables)
        yield from (variable for one in chosen.when for variable, _ in sorted(one))
        if chosen.below is not None:
            yield from variables_of(chosen.below)


def used_variables(selections: Iterable[Selection]) -> Iterator[str]:
    """The variables that conditions in a rendered selection set name."""
    for selection in selections:
        yield from (condition.variable for condition in selection.conditions)
        yield from used_variables(selection.selections)
