"""A subgraph that answers from the whole's rows, strictly by its own part of the graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cut import Part, Subgraph
from graphql import GraphQLSchema, build_schema, graphql_sync
from whole import Row, computed, read_path

DIRECTIVES = """
scalar _Any
scalar Fields
scalar Import
directive @link(url: String!, import: [Import]) repeatable on SCHEMA
directive @key(fields: Fields!) repeatable on OBJECT | INTERFACE
directive @requires(fields: Fields!) on FIELD_DEFINITION
directive @provides(fields: Fields!) on FIELD_DEFINITION
directive @external on FIELD_DEFINITION
directive @shareable on OBJECT | FIELD_DEFINITION
directive @override(from: String!) on FIELD_DEFINITION
directive @interfaceObject on OBJECT
"""


@dataclass(frozen=True)
class Seen:
    """A row as a request sees it: what its representation gave, what its parent provided."""

    row: Row
    given: dict[str, Any] = field(default_factory=dict)
    provided: str | None = None


class SubgraphServer:
    """Answers requests to one subgraph."""

    def __init__(self, subgraph: Subgraph) -> None:
        self.subgraph = subgraph
        self.whole = subgraph.whole
        self.requests: list[dict[str, Any]] = []
        self.schema = self._schema()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer one GraphQL request."""
        self.requests.append(request)
        result = graphql_sync(
            self.schema, request["query"], variable_values=request.get("variables")
        )
        return dict(result.formatted)

    def _schema(self) -> GraphQLSchema:
        entities = [*self.subgraph.types, *self.subgraph.interface_objects]
        entities = [n for n in entities if n in self.subgraph.keys or n.startswith("I")]
        union = f"union _Entity = {' | '.join(entities)}\n" if entities else ""
        query = "extend type Query" if "Query" in self.subgraph.types else "type Query"
        extra = "_entities(representations: [_Any!]!): [_Entity]!" if entities else "_none: Int"
        sdl = f"{DIRECTIVES}{self.subgraph.sdl()}\n{union}{query} {{ {extra} }}"
        schema = build_schema(sdl, assume_valid=True)
        for type_name, parts in self.subgraph.types.items():
            fields = schema.type_map[type_name].fields  # type: ignore[attr-defined]
            for name in fields:
                fields[name].resolve = self._resolver(type_name, name, parts.get(name))
        for name in self.subgraph.interface_objects:
            for field_name, definition in schema.type_map[name].fields.items():  # type: ignore[attr-defined]
                definition.resolve = self._resolver(name, field_name, None)
        for name in (*self.whole.interfaces, *self.whole.unions, "_Entity"):
            abstract = schema.type_map.get(name)
            if hasattr(abstract, "resolve_type"):
                abstract.resolve_type = self._type_of  # type: ignore[union-attr]
        if entities:
            schema.query_type.fields["_entities"].resolve = self._entities  # type: ignore[union-attr]
        return schema

    def _type_of(self, seen: Seen, *_: Any) -> str:
        return str(seen.given.get("__typename") or seen.row["__typename"])

    def _entities(
        self, _root: Any, _info: Any, representations: list[dict[str, Any]]
    ) -> list[Seen | None]:
        return [self._entity(representation) for representation in representations]

    def _entity(self, representation: dict[str, Any]) -> Seen | None:
        name = representation["__typename"]
        keys = [key for key in self.subgraph.keys.get(name, ("id",)) if key in representation]
        if not keys:
            raise ValueError(f"{self.subgraph.name} has no key for {sorted(representation)}")
        for concrete in self.whole.concrete(name):
            for row in self.whole.rows[concrete]:
                if row[keys[0]] == representation[keys[0]]:
                    return Seen(row, representation)
        return None

    def _resolver(self, type_name: str, name: str, part: Part | None) -> Any:
        def resolve(seen: Seen | None, _info: Any, **arguments: Any) -> Any:
            if type_name == "Query":
                seen = Seen(self.whole.rows["Query"][0])
            assert seen is not None
            if part is not None:
                self._refuse(seen, type_name, part)
                if part.requires:
                    paths = part.plan.requires
                    return computed([read_path(seen.given, path) for path in paths])
            value = self.whole.value(seen.row, name, arguments)
            provided = part.provides if part else None
            return _wrapped(value, provided) if part and part.plan.target else value

        return resolve

    def _refuse(self, seen: Seen, type_name: str, part: Part) -> None:
        name = part.plan.name
        if part.overridden_by:
            raise ValueError(f"{type_name}.{name} was moved to {part.overridden_by}")
        if part.is_external and seen.provided != name:
            raise ValueError(f"{type_name}.{name} is external in {self.subgraph.name}")


def _wrapped(value: Any, provided: str | None) -> Any:
    if isinstance(value, list):
        return [_wrapped(item, provided) for item in value]
    return None if value is None else Seen(value, provided=provided)
