"""Draw a query against a schema: aliases, arguments, fragments of all kinds, conditions."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from graphql import (
    GraphQLArgument,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

MAX_DEPTH = 4
ALIASES = ("",) * 12 + ("x: ", "y: ", "s0: ", "id: ", "v0: ")
Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
VARIABLES = {
    "b0": ("Boolean!", (True, False)),
    "b1": ("Boolean!", (True, False)),
    "b2": ("Boolean! = false", (True, False, None)),
    "n0": ("Int", (7, None)),
    "n1": ("Int = 4", (9, None)),
    "c0": ("Color! = GREEN", ("RED", None)),
    "in0": ("In", ({"x": 5}, {"y": [{"c": "BLUE"}, {}], "d": {"x": None}}, None)),
}
"""Types, and values; None leaves the variable out."""
LITERALS = {
    "Int": ("2", "null", "$n0", "$n1"),
    "In": (
        "{}",
        "{x: $n1}",
        "{y: [{x: $n0}, {c: RED}], c: $c0}",
        "$in0",
        "{d: {d: {x: 1, y: $in0}}}",
    ),
    "[Color!]": ("[RED, $c0]", "BLUE", "[]"),
}


@dataclass
class Query:
    """A query, the variables it declares, and the values that it is asked with."""

    text: str
    variables: list[str] = field(default_factory=list)

    def values(self, chance: random.Random) -> dict[str, object]:
        found = {}
        for name in self.variables:
            value = chance.choice(VARIABLES[name][1])
            if value is not None:
                found[name] = value
        return found


def draw_query(chance: random.Random, schema: GraphQLSchema, *, is_plain: bool = False) -> Query:
    """Draw a query; it may yet break a rule of validation (overlapping fields).

    A plain one has no conditions.
    """
    root, keyword = schema.query_type, "query"
    if schema.mutation_type is not None and chance.random() < 0.3:
        root, keyword = schema.mutation_type, "mutation"
    assert root is not None
    drawing = _Drawing(chance, schema, is_plain)
    selection = drawing.selection(root, 0)
    text = " ".join([selection, *drawing.fragments])
    variables = [name for name in VARIABLES if f"${name}" in text]
    declared = ", ".join(f"${name}: {VARIABLES[name][0]}" for name in variables)
    return Query(f"{keyword} {f'({declared}) ' if declared else ''}{text}", variables)


class _Drawing:
    def __init__(self, chance: random.Random, schema: GraphQLSchema, is_plain: bool) -> None:
        self.chance, self.schema, self.is_plain = chance, schema, is_plain
        self.fragments: list[str] = []

    def selection(self, parent: Composite, depth: int) -> str:
        chance = self.chance
        parts = ["__typename"] if chance.random() < 0.2 else []
        if chance.random() < 0.05:
            parts.append("t: __typename")
        if not isinstance(parent, GraphQLUnionType):
            names = [
                name
                for name, definition in parent.fields.items()
                if depth < MAX_DEPTH or is_leaf_type(get_named_type(definition.type))
            ]
            for _ in range(chance.choice((1, 2, 3, 4)) if names else 0):
                parts.append(self._field(parent, chance.choice(names), depth))
        parts += self._fragments(parent, depth)
        chance.shuffle(parts)
        return f"{{ {' '.join(parts or ['__typename'])} }}"

    def _fragments(self, parent: Composite, depth: int) -> list[str]:
        chance, found = self.chance, []
        possible = (
            {one.name for one in self.schema.get_possible_types(parent)}
            if not isinstance(parent, GraphQLObjectType)
            else {parent.name}
        )
        abstract = [
            one
            for one in self.schema.type_map.values()
            if isinstance(one, GraphQLInterfaceType | GraphQLUnionType)
            and possible & {each.name for each in self.schema.get_possible_types(one)}
        ]
        if not isinstance(parent, GraphQLObjectType):
            for name in sorted(possible):
                if chance.random() < 0.5:
                    concrete = self.schema.type_map[name]
                    assert isinstance(concrete, GraphQLObjectType)
                    found.append(self._fragment(concrete, depth))
        if abstract and chance.random() < 0.2:
            found.append(self._fragment(chance.choice(abstract), depth + 1))
        if chance.random() < 0.05:
            found.append(f"...{self._condition()} {self.selection(parent, depth + 1)}")
        return found

    def _fragment(self, on: Composite, depth: int) -> str:
        inner = self.selection(on, depth)
        if self.chance.random() < 0.75:
            return f"... on {on.name}{self._condition()} {inner}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {on.name} {inner}")
        return f"...{name}{self._condition()}"

    def _field(
        self, parent: GraphQLObjectType | GraphQLInterfaceType, name: str, depth: int
    ) -> str:
        definition = parent.fields[name]
        alias = self.chance.choice(ALIASES)
        arguments = [
            f"{argument}: {value}"
            for argument, one in definition.args.items()
            if (value := self._literal(one)) is not None
        ]
        named = get_named_type(definition.type)
        inner = ""
        if isinstance(named, Composite):
            inner = " " + self.selection(named, depth + 1)
        text = f"({', '.join(arguments)})" if arguments else ""
        # Conditions would decide which of two mutations comes first that share a name.
        condition = "" if parent is self.schema.mutation_type else self._condition()
        return f"{alias}{name}{text}{condition}{inner}"

    def _literal(self, argument: GraphQLArgument) -> str | None:
        if self.chance.random() < 0.4:
            return None
        value = self.chance.choice(LITERALS[str(argument.type)])
        return value

    def _condition(self) -> str:
        if self.is_plain or self.chance.random() < 0.85:
            return ""
        literal = self.chance.random() < 0.1
        value = self.chance.choice(("true", "false") if literal else ("$b0", "$b1", "$b2"))
        both = f" @{self.chance.choice(('include', 'skip'))}(if: {value})"
        if self.chance.random() < 0.1:
            both = f" @include(if: $b0) @skip(if: {self.chance.choice(('$b1', '$b2'))})"
        return both
