"""The parts of an answer, as a client gets and merges them."""

from __future__ import annotations

import copy
from typing import Any

import orjson

from router import Router

Json = dict[str, Any]


def lay(known: Any, value: Any) -> Any:
    """What a client does with the data of a part."""
    if isinstance(known, dict) and isinstance(value, dict):
        return {**known, **{name: lay(known.get(name), each) for name, each in value.items()}}
    if isinstance(known, list) and isinstance(value, list):
        return [lay(old, new) for old, new in zip(known, value, strict=True)]
    return value


def lay_at(data: Any, path: list[Any], value: Any) -> Any:
    if not path:
        return lay(data, value)
    assert data[path[0]] is not None, "a part adds to an object that the client has"
    data = copy.copy(data)
    data[path[0]] = lay_at(data[path[0]], path[1:], value)
    return data


def merged(results: list[Json]) -> Json:
    """The answer that results make together."""
    first, *later = results
    data, errors = first["data"], list(first.get("errors", ()))
    for entry in (each for result in later for each in result.get("incremental", ())):
        errors += entry.get("errors", ())
        if entry["data"] is not None:
            data = lay_at(data, entry["path"], entry["data"])
    return {"data": data, "errors": errors}


async def parts(router: Router, query: str, **variables: Any) -> list[Json]:
    """All results of an operation; of each but the last it is said that there are more."""
    stream = await router.stream(query, variables=variables)
    results = [orjson.loads(response.body) async for response in stream]
    if stream.kind == "single":
        return [*results]
    assert [result["hasNext"] for result in results] == [True] * (len(results) - 1) + [False]
    return results


def router_of(world: Any, **transports: Any) -> Router:
    return Router(world.supergraph, transports={**world.transports, **transports})
