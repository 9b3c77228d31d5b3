"""Fill a graph with rows, after it was cut: what a subgraph cannot return is not there.

In a frail graph some values are missing where they must be there, some resolvers raise, and some
subgraphs do not know some entities; but what a field set names can always be had.
"""

from __future__ import annotations

import random
from typing import Any

from drawn_world import Counter, Failure, Row
from graph import TONES, Field, Graph

ROWS_PER_TYPE = 4


def fill(chance: random.Random, graph: Graph) -> None:
    """Draw rows for all types and roots."""
    rows = graph.world.rows
    members = {**graph.interfaces, **graph.unions}
    graph.world.members = {name: frozenset(types) for name, types in members.items()}
    for name in graph.entities:
        rows[name] = [_identity(graph, name, number) for number in range(ROWS_PER_TYPE)]
    for name, fields in graph.entities.items():
        for row in rows[name]:
            if name not in ("E0", "X0"):
                row["owner"] = chance.choice(rows["E0"])
            _fill_row(chance, graph, row, fields)
    for name, fields in graph.roots.items():
        row = {"__typename": name}
        _fill_row(chance, graph, row, fields)
        if name == "Mutation":
            row |= {one.name: Counter() for one in fields.values() if one.target is None}
        rows[name] = [row]
    if graph.is_frail:
        _forget_entities(chance, graph)


def _identity(graph: Graph, name: str, number: int) -> Row:
    return {
        "__typename": name,
        "id": f"{name}-{number}",
        "code": f"code-{name}-{number}",
        "tags": ["tag", f"{name}{number}"],
        "pair": {
            "__typename": "Pair",
            "a": number,
            "b": {"__typename": "Inner", "c": f"c{name}"},
        },
    }


def _fill_row(chance: random.Random, graph: Graph, row: Row, fields: dict[str, Field]) -> None:
    name = row["__typename"]
    for one in fields.values():
        if (name, one.name) in graph.world.requires:
            continue
        draw = _Values(chance, graph, name, one)
        row[one.name] = draw.of(one.type)


class _Values:
    """Values for one field of one row."""

    def __init__(self, chance: random.Random, graph: Graph, type_name: str, one: Field) -> None:
        self.chance, self.graph, self.field = chance, graph, one
        self.owners = graph.owners(type_name, one.name)
        self.is_frail = graph.is_frail and (type_name, one.name) not in graph.needed
        self.where = f"{type_name}.{one.name}"
        self.is_value_type = type_name in graph.values

    def of(self, type_text: str) -> Any:
        if self.is_frail and self.chance.random() < 0.04:
            return Failure(f"{self.where} broke") if type_text == self.field.type else None
        if type_text.endswith("!"):
            return self._present(type_text[:-1])
        return None if self.chance.random() < 0.15 else self._present(type_text)

    def _present(self, type_text: str) -> Any:
        if type_text.startswith("["):
            if not self._concrete_or_leaf():
                return []
            return [self.of(type_text[1:-1]) for _ in range(self.chance.randint(0, 3))]
        match type_text:
            case "String":
                return self.chance.choice(("x", "y", "ç")) + str(self.chance.randint(0, 9))
            case "Int":
                return self.chance.randint(-5, 5)
            case "Boolean":
                return self.chance.random() < 0.5
            case "Color":
                return self.chance.choice(("RED", "GREEN", "BLUE"))
            case "Tone":
                known = set(TONES).intersection(*(s.tones for s, _ in self.owners))
                return self.chance.choice(sorted(known)) if known else None
        return self._object()

    def _concrete_or_leaf(self) -> bool:
        return self.field.target is None or bool(self._concrete())

    def _concrete(self) -> list[str]:
        assert self.field.target is not None
        names = set(self.graph.concrete(self.field.target))
        for subgraph, _ in self.owners:
            if self.field.target not in subgraph.interface_objects:
                names &= subgraph.possible(self.field.target)
        return sorted(names)

    def _object(self) -> Row | None:
        names = self._concrete()
        if not names:
            return None
        name = self.chance.choice(names)
        if name in self.graph.entities:
            return self.chance.choice(self.graph.world.rows[name])
        row: Row = {"__typename": name}
        _fill_row(self.chance, self.graph, row, self.graph.values[name])
        return row


def _forget_entities(chance: random.Random, graph: Graph) -> None:
    """Let a subgraph not know an entity; all fields that it alone resolves are null then."""
    for subgraph in graph.subgraphs:
        for name in sorted(set(subgraph.types) & (set(graph.entities) - {"X0"})):
            own = [
                p.field.name
                for p in subgraph.types[name].values()
                if p.field.name not in ("id", "code", "pair", "tags", "owner")
            ]
            is_apart = all(
                len(graph.owners(name, field)) == 1
                and subgraph.types[name][field].is_plain
                and (name, field) not in graph.needed
                for field in own
            )
            keys = {key for s in graph.subgraphs for key in s.keys.get(name, ())}
            if not own or not is_apart or keys != {'"id"'} or chance.random() < 0.5:
                continue
            row = chance.choice(graph.world.rows[name])
            graph.world.absent.add((subgraph.name, name, row["id"]))
            row |= dict.fromkeys(own)
