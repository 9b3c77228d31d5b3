"""Whether two answers agree: the router's, and that of one schema over the same rows.

Data is equal to the letter, order of keys included. Errors are compared by what is certain: where
several things fail below one null, the specification leaves open which of them is told. So each
error of the whole has one of the router at or below the null that it explains, each of the router's
is of something that fails in the whole, and none is told twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    print_schema,
)

Answer = dict[str, Any]
Path = tuple[str | int, ...]


def without_non_null(schema: GraphQLSchema) -> GraphQLSchema:
    """The same schema where every position takes null, so that every failure is told."""
    relaxed = build_schema(print_schema(schema), assume_valid=True)
    for named in relaxed.type_map.values():
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            if named.name.startswith("__"):
                continue
            for definition in named.fields.values():
                definition.type = _relaxed(definition.type)
    return relaxed


def _relaxed(one: Any) -> Any:
    if isinstance(one, GraphQLNonNull):
        return _relaxed(one.of_type)
    return GraphQLList(_relaxed(one.of_type)) if isinstance(one, GraphQLList) else one


def disagreement(answer: Answer, expected: Answer, relaxed: Answer) -> str | None:
    """Say how the answers differ; None where they agree.

    `relaxed` is what the whole answers where every position takes null.
    """
    if json.dumps(answer.get("data")) != json.dumps(expected.get("data")):
        return "data"
    paths = [tuple(error.get("path") or ()) for error in answer.get("errors", ())]
    if len(set(paths)) != len(paths):
        return "an error is told twice"
    for error in answer.get("errors", ()):
        if str(error.get("message", "")).startswith(("STRICT", "INVALID")):
            return "a subgraph was asked wrongly"
    failing = {tuple(error["path"]) for error in relaxed.get("errors", ())}
    nulls = set(_nulls(relaxed.get("data"), ()))
    for path in paths:
        if path not in failing and path not in nulls:
            return f"an error at {path}, where nothing fails"
    for error in expected.get("errors", ()):
        null = _null_of(expected["data"], tuple(error["path"]))
        if not any(path[: len(null)] == null for path in paths):
            return f"no error explains the null at {null}"
    return None


def _nulls(value: Any, path: Path) -> Iterator[Path]:
    if value is None:
        yield path
    elif isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for step, below in inner:
            yield from _nulls(below, (*path, step))


def _null_of(data: Any, path: Path) -> Path:
    """The null in the answer that an error explains."""
    for number, step in enumerate(path):
        if data is None:
            return path[:number]
        data = data[step]
    return path
