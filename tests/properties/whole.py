"""A random graph as a whole: its types, its rows, and one graphql-core schema over them.

A row is a dictionary with `__typename`. Rows are drawn once; every schema, the whole one and those
of the subgraphs, answers from the same rows, so that their answers can be compared.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema, build_schema
from hypothesis import strategies as st

Row = dict[str, Any]

SCALARS = ("String", "Int", "Boolean", "Color", "String!", "Int!", "[String!]", "[Int]!")
WRAPPINGS = ("{}", "{}", "{}!", "[{}!]", "[{}]", "[{}!]!", "[[{}!]]")
ROWS_PER_TYPE = 4


@dataclass(frozen=True)
class FieldPlan:
    """A field: its type, and how its value comes about."""

    name: str
    type: str
    target: str | None = None
    """The entity, value type, interface or union it leads to; None for a leaf."""
    requires: tuple[str, ...] = ()
    """For a computed field: the scalar fields (`s0`) and paths (`r0.s0`) that it is made from."""
    has_argument: bool = False


@dataclass
class TypePlan:
    """An object type. An entity has the keys `id` and `code`."""

    name: str
    is_entity: bool
    fields: dict[str, FieldPlan] = field(default_factory=dict)


@dataclass(repr=False)
class Whole:
    """All types, and the rows of each entity."""

    types: dict[str, TypePlan]
    interfaces: dict[str, tuple[str, ...]]
    """Implementations by interface. Their shared fields are `id` and `common`."""
    unions: dict[str, tuple[str, ...]]
    roots: dict[str, FieldPlan]
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.sdl()

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))  # what hypothesis shows of a failure

    def entities(self) -> list[str]:
        """The names of the entities."""
        return [name for name, plan in self.types.items() if plan.is_entity]

    def concrete(self, target: str) -> tuple[str, ...]:
        """The object types that a target can be."""
        return self.interfaces.get(target) or self.unions.get(target) or (target,)

    def sdl(self) -> str:
        """The whole schema."""
        parts = ["enum Color { RED GREEN BLUE }"]
        for name in self.interfaces:
            parts.append(f"interface {name} {{ id: ID! common: String {interface_extra(name)} }}")
        parts += [f"union {name} = {' | '.join(members)}" for name, members in self.unions.items()]
        for plan in self.types.values():
            mine = [name for name, types in self.interfaces.items() if plan.name in types]
            implements = f" implements {' & '.join(mine)}" if mine else ""
            lines = ["id: ID!", "code: String!", "common: String"] if plan.is_entity else []
            lines += [interface_extra(name) for name in mine]
            lines += [declaration(f) for f in plan.fields.values()]
            parts.append(f"type {plan.name}{implements} {{ {' '.join(lines)} }}")
        roots = " ".join(declaration(f) for f in self.roots.values())
        parts.append(f"type Query {{ {roots} }}")
        return "\n".join(parts)

    def schema(self) -> GraphQLSchema:
        """The whole schema, executable over the rows."""
        schema = build_schema(self.sdl())
        for plan in self.types.values():
            for name, definition in schema.type_map[plan.name].fields.items():  # type: ignore[attr-defined]
                definition.resolve = _resolver(self, plan.name, name)
        for name, definition in schema.query_type.fields.items():  # type: ignore[union-attr]
            definition.resolve = _root_resolver(self, name)
        return schema

    def value(self, row: Row, name: str, arguments: dict[str, Any]) -> Any:
        """A field's value; a computed one is made from what it requires."""
        type_plan = self.types.get(row["__typename"])
        plan = type_plan.fields.get(name) if type_plan else None
        if plan is not None and plan.requires:
            return computed([read_path(row, path) for path in plan.requires])
        if plan is not None and plan.has_argument:
            return f"{row[name]}×{arguments.get('n')}"
        return row[name]


def interface_extra(interface: str) -> str:
    """The field that an interface object can add: `extraI0: String`."""
    return f"extra{interface}: String"


def declaration(plan: FieldPlan) -> str:
    """A field as SDL writes it."""
    arguments = "(n: Int = 1)" if plan.has_argument else ""
    return f"{plan.name}{arguments}: {plan.type}"


def computed(values: list[Any]) -> str:
    """The value of a computed field."""
    return "+".join(repr(value) for value in values)


def read_path(row: Row | None, path: str) -> Any:
    """Follow a path such as `r0.s0` through rows and lists of rows."""
    head, _, rest = path.partition(".")
    value = row[head] if row is not None else None
    if not rest:
        return value
    return _read_below(value, rest)


def _read_below(value: Any, rest: str) -> Any:
    if isinstance(value, list):
        return [_read_below(item, rest) for item in value]
    return None if value is None else read_path(value, rest)


def _resolver(whole: Whole, _type: str, name: str) -> Any:
    return lambda row, _info, **arguments: whole.value(row, name, arguments)


def _root_resolver(whole: Whole, name: str) -> Any:
    return lambda _root, _info, **_arguments: whole.rows["Query"][0][name]


@st.composite
def wholes(draw: st.DrawFn) -> Whole:
    """Draw a graph and its rows."""
    names = [f"E{n}" for n in range(draw(st.integers(2, 4)))]
    values = [f"V{n}" for n in range(draw(st.integers(0, 2)))]
    types = {name: TypePlan(name, is_entity=True) for name in names}
    types |= {name: TypePlan(name, is_entity=False) for name in values}
    subsets = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True).map(tuple)
    interfaces = {"I0": draw(subsets)} if draw(st.booleans()) else {}
    unions = {"U0": draw(subsets)} if draw(st.booleans()) else {}
    targets = [*names, *interfaces, *unions]
    for plan in types.values():
        _draw_fields(draw, plan, targets, values)
    roots = {}
    for number, target in enumerate(targets):
        wrapping = draw(st.sampled_from(("{}", "[{}]", "[{}!]")))
        roots[f"q{number}"] = FieldPlan(f"q{number}", wrapping.format(target), target)
    whole = Whole(types, interfaces, unions, roots)
    _fill(whole, random.Random(draw(st.integers(0, 2**16))))
    return whole


def _draw_fields(draw: st.DrawFn, plan: TypePlan, targets: list[str], values: list[str]) -> None:
    def add(name: str, type_text: str, **more: Any) -> None:
        plan.fields[name] = FieldPlan(name, type_text, **more)

    for number in range(draw(st.integers(1, 3))):
        add(f"s{number}", draw(st.sampled_from(SCALARS)))
    if draw(st.booleans()):
        add("a0", "String", has_argument=True)
    deeper = [value for value in values if not plan.name.startswith("V") or value > plan.name]
    if deeper and draw(st.booleans()):
        target = draw(st.sampled_from(deeper))
        add("v0", draw(st.sampled_from(WRAPPINGS[:4])).format(target), target=target)
    if not plan.is_entity:
        return
    for number in range(draw(st.integers(0, 2))):
        target = draw(st.sampled_from(targets))
        add(f"r{number}", draw(st.sampled_from(WRAPPINGS)).format(target), target=target)
    if draw(st.booleans()):
        add("c0", "String", requires=draw(_requirements(plan)))


@st.composite
def _requirements(draw: st.DrawFn, plan: TypePlan) -> tuple[str, ...]:
    choices = [name for name in plan.fields if name.startswith("s")]
    choices += [
        f"{name}.code"
        for name, definition in plan.fields.items()
        if definition.target and definition.target.startswith("E") and "[[" not in definition.type
    ]
    return tuple(draw(st.lists(st.sampled_from(choices), min_size=1, max_size=2, unique=True)))


def _fill(whole: Whole, chance: random.Random) -> None:
    for name in whole.entities():
        interfaces = [i for i, types in whole.interfaces.items() if name in types]
        whole.rows[name] = [
            {
                "__typename": name,
                "id": f"{name}-{number}",
                "code": f"code-{name}-{number}",
                "common": f"common {name} {number}",
                **{f"extra{interface}": f"extra {name} {number}" for interface in interfaces},
            }
            for number in range(ROWS_PER_TYPE)
        ]
    for name in whole.entities():
        for row in whole.rows[name]:
            _fill_row(whole, row, whole.types[name].fields, chance)
    root: Row = {"__typename": "Query"}
    _fill_row(whole, root, whole.roots, chance)
    whole.rows["Query"] = [root]


def _fill_row(whole: Whole, row: Row, fields: dict[str, FieldPlan], chance: random.Random) -> None:
    for plan in fields.values():
        if not plan.requires:
            row[plan.name] = _random_value(whole, plan.type, chance)


def _random_value(whole: Whole, type_text: str, chance: random.Random) -> Any:
    if type_text.endswith("!"):
        return _random_present(whole, type_text[:-1], chance)
    return None if chance.random() < 0.15 else _random_present(whole, type_text, chance)


def _random_present(whole: Whole, type_text: str, chance: random.Random) -> Any:
    if type_text.startswith("["):
        return [_random_value(whole, type_text[1:-1], chance) for _ in range(chance.randint(0, 3))]
    leaves = {
        "String": lambda: chance.choice(["x", "y", "ç"]) + str(chance.randint(0, 9)),
        "Int": lambda: chance.randint(-5, 5),
        "Boolean": lambda: chance.random() < 0.5,
        "Color": lambda: chance.choice(["RED", "GREEN", "BLUE"]),
    }
    if type_text in leaves:
        return leaves[type_text]()
    concrete = chance.choice(whole.concrete(type_text))
    if whole.types[concrete].is_entity:
        return chance.choice(whole.rows[concrete])
    row: Row = {"__typename": concrete}
    _fill_row(whole, row, whole.types[concrete].fields, chance)
    return row
