"""Small graphs, composed and served: subgraphs answer from rows of their own, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import GraphQLResolveInfo, GraphQLSchema, build_schema, graphql_sync

from router.composition import SubgraphSource, compose
from router.gateway import Gateway

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key",'
    ' "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible",'
    ' "@interfaceObject"])\n'
)
_DIRECTIVE = re.compile(r"@\w+(\((?:[^()\"]|\"[^\"]*\")*\))?")

Rows = Mapping[str, list[dict[str, Any]]]
"""What a subgraph knows: the objects of each entity type, and under `Query` the root's fields."""


class Subgraph:
    """A subgraph over rows. A value that can be called is given its object and the arguments."""

    def __init__(self, sdl: str, rows: Rows) -> None:
        self.sdl = sdl if "@link" in sdl or "federation 1" in sdl else _LINK + sdl
        self.rows = rows
        self.schema = self._schema()
        self.requests: list[dict[str, Any]] = []

    def answer(self, request: dict[str, Any], _headers: Mapping[str, str]) -> dict[str, Any]:
        """Answer a request, which must be valid here."""
        self.requests.append(request)
        result = graphql_sync(
            self.schema,
            request["query"],
            {},
            variable_values=request.get("variables"),
            field_resolver=self._resolve,
            type_resolver=lambda value, *_: value["__typename"],
        )
        return dict(result.formatted)

    def _schema(self) -> GraphQLSchema:
        keyed = re.findall(r"(?:type|interface) (\w+)[^{]*@key", self.sdl)
        plain = re.sub(r"extend schema[^\n]*", "", self.sdl)
        plain = _DIRECTIVE.sub("", plain).replace("extend ", "")
        plain = re.sub(r"type Query\s*{", "type Query {", plain)
        if "type Query" not in plain:
            plain += "\ntype Query { _none: Int }\n"
        if keyed:
            plain = plain.replace(
                "type Query {",
                "type Query { _entities(representations: [_Any!]!): [_Entity]! ",
            )
            names = [name for name in dict.fromkeys(keyed) if f"interface {name}" not in plain]
            names += re.findall(r"type (\w+) implements", plain)
            plain += f"scalar _Any\nunion _Entity = {' | '.join(dict.fromkeys(names))}\n"
        return build_schema(plain)

    def _resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if info.field_name == "_entities":
            return [self._entity(each) for each in arguments["representations"]]
        if not source:
            source = self.rows[info.parent_type.name][0]
        value = source.get(info.field_name)
        return value(source, **arguments) if callable(value) else value

    def _entity(self, representation: dict[str, Any]) -> dict[str, Any] | None:
        for row in self.rows[representation["__typename"]]:
            known = (row.keys() & representation.keys()) - {"__typename"}
            if all(_agree(row[name], representation[name]) for name in known):
                name = row.get("__typename", representation["__typename"])
                return {**representation, **row, "__typename": name}
        return None


def _agree(row: Any, given: Any) -> bool:
    if isinstance(row, dict) and isinstance(given, dict):
        return all(_agree(row[name], given[name]) for name in row.keys() & given)
    if isinstance(row, list) and isinstance(given, list):
        return len(row) == len(given) and all(map(_agree, row, given))
    return callable(row) or bool(row == given)


class Graph:
    """Subgraphs composed, behind a gateway. What cannot be composed fails the test."""

    def __init__(self, **subgraphs: tuple[str, Rows]) -> None:
        self.subgraphs = {name: Subgraph(*each) for name, each in subgraphs.items()}
        composed = compose(
            [
                SubgraphSource(name=name, url=f"http://{name}.test", sdl=each.sdl)
                for name, each in self.subgraphs.items()
            ]
        )
        assert composed.supergraph_sdl is not None, composed.errors
        self.gateway = Gateway(
            composed.supergraph_sdl,
            transports={name: each.answer for name, each in self.subgraphs.items()},
        )

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer that has no errors."""
        response = await self.gateway.execute(query, variables=variables)
        assert not response.errors, (response.errors, str(self.gateway.plan(query)))
        return response.data

    async def errors(self, query: str, **variables: Any) -> list[str]:
        """The messages of an answer's errors."""
        response = await self.gateway.execute(query, variables=variables)
        return [str(each["message"]) for each in response.errors]

    @property
    def asked(self) -> dict[str, int]:
        """How many requests each subgraph got so far."""
        return {name: len(each.requests) for name, each in self.subgraphs.items() if each.requests}


@pytest.fixture
def graph() -> type[Graph]:
    return Graph
