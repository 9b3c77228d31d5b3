"""What a fetch selects, as plan nodes: on the interface where that says all, else by type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from router.planner.conditions import ALWAYS, NEVER, Literal, When, shared, without
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
        assert selected.view is not None, "an entrance is rendered for some types"
        rendered: list[Selection] = []
        if selected.view.is_abstract or selected.typename != NEVER:
            rendered.append(TYPENAME)
        plain, parted = self._part(selected, by_field)
        rendered.extend(plain)
        rendered.extend(self._by_type(selected, parted))
        return tuple(dict.fromkeys(rendered)) or (TYPENAME,)

    def _fields(self, selected: Selected, known: Known) -> dict[Selection, frozenset[str]]:
        """Each field as rendered, with all types for which it is selected in the same way."""
        always: dict[str, frozenset[str]] = {}
        for (name, types), chosen in selected.fields.items():
            if chosen.below is None and without(chosen.when, known) == ALWAYS:
                always[name] = always.get(name, frozenset()) | types
        by_field: dict[Selection, frozenset[str]] = {}
        for (name, types), chosen in selected.fields.items():
            left = without(chosen.when, known)
            if chosen.below is None and left != ALWAYS and types <= always.get(name, frozenset()):
                continue
            for rendered in self._field(name, chosen, left, known):
                by_field[rendered] = by_field.get(rendered, frozenset()) | types
        return by_field

    def _field(self, name: str, chosen: Chosen, left: When, known: Known) -> Iterator[Selection]:
        below: tuple[Selection, ...] = ()
        if chosen.below is not None:
            below = self.selections(chosen.below, known | shared(chosen.when))
        for conjunction in sorted(left, key=sorted):
            own, around = _directives(conjunction)
            field: Selection = SelectedField(chosen.name, name, chosen.arguments, own, below)
            for condition in around:
                field = SelectedFragment(None, (condition,), (field,))
            yield field

    def _part(
        self, selected: Selected, by_field: dict[Selection, frozenset[str]]
    ) -> tuple[list[Selection], dict[Selection, frozenset[str]]]:
        """Part the fields into those selected on the view itself, and the rest by type."""
        view = selected.view
        assert view is not None
        plain: list[Selection] = []
        parted: dict[Selection, frozenset[str]] = {}
        for field, types in by_field.items():
            inner = _field_in(field)
            if not view.is_abstract or (
                types >= view.possible
                and (inner.name in view.fields or inner.name == "__typename")
                and not selected.scope.is_mixed(inner.response_name)
            ):
                plain.append(field)
            else:
                parted[field] = types
        return plain, parted

    def _by_type(
        self, selected: Selected, parted: dict[Selection, frozenset[str]]
    ) -> Iterator[SelectedFragment]:
        by_types: dict[frozenset[str], list[Selection]] = {}
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
        self, selected: Selected, types: frozenset[str], fields: list[Selection]
    ) -> str | None:
        """An interface of the subgraph that is exactly these types and has all these fields."""
        inner = [_field_in(field) for field in fields]
        if len(types) < 2 or any(selected.scope.is_mixed(f.response_name) for f in inner):
            return None
        for view in self.types.values():
            if (
                view.kind == "interface"
                and view.possible == types
                and all(field.name in view.fields for field in inner)
            ):
                return view.name
        return None

    def entrance(
        self, selected: Selected, only: frozenset[str], known: Known
    ) -> tuple[Selection, ...]:
        """Render what is selected where entities of some types enter."""
        by_condition: dict[str, list[Selection]] = {}
        if selected.typename != NEVER:
            named = (selected.conditions[name] for name in sorted(only))
            by_condition = {name: [TYPENAME] for name in named}
        for field, types in self._fields(selected, known).items():
            if field == TYPENAME and selected.typename != NEVER:
                continue
            # A subgraph that told the type is asked by the type then.
            conditions = [
                selected.conditions.get(name, name)
                for name in sorted(types)
                if name in only or name not in selected.conditions
            ]
            interface = self._interface(selected, frozenset(conditions), [field])
            for name in (interface,) if interface else dict.fromkeys(conditions):
                by_condition.setdefault(name, []).append(field)
        return tuple(
            SelectedFragment(name, (), tuple(dict.fromkeys(selections)))
            for name, selections in by_condition.items()
        )


def _directives(
    conjunction: frozenset[Literal],
) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
    """Conditions on a field itself, one of each kind at most, and those on fragments around it."""
    own: dict[bool, Condition] = {}
    around: list[Condition] = []
    for variable, value in sorted(conjunction):
        condition = Condition(variable, value)
        if own.setdefault(value, condition) is not condition:
            around.append(condition)
    return tuple(own.values()), tuple(around)


def _field_in(selection: Selection) -> SelectedField:
    """The field inside the fragments that bear its conditions."""
    while isinstance(selection, SelectedFragment):
        (selection,) = selection.selections
    return selection


def variables_of(selected: Selected) -> Iterator[str]:
    """The client's variables in a selection set's arguments."""
    for chosen in selected.fields.values():
        yield from chosen.variables
        if chosen.below is not None:
            yield from variables_of(chosen.below)


def used_variables(selections: Iterable[Selection]) -> Iterator[str]:
    """The variables that conditions in a rendered selection set name."""
    for selection in selections:
        yield from (condition.variable for condition in selection.conditions)
        yield from used_variables(selection.selections)
