"""Where subgraph schemas come from: files, running services, and Python objects.

A configuration file has the shape that federation tools share:

    subgraphs:
      patients:
        routing_url: http://127.0.0.1:5001/graphql
        schema:
          file: patients.graphql            # beside the configuration, or
          subgraph_url: http://…/graphql    # asked with { _service { sdl } }, or
          import: package.module:schema     # a Strawberry or graphql-core schema, or SDL text
"""

from __future__ import annotations

import asyncio
import importlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import httpx
import yaml
from graphql import GraphQLSchema, graphql_sync

from router.cli.source_map import SourceMap, source_map
from router.composition import SubgraphSource

SERVICE_SDL = "{ _service { sdl } }"
TIMEOUT_SECONDS = 10.0
IMPORT_STRING = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
SCHEMA_KINDS = ("file", "subgraph_url", "import")


class Unusable(click.ClickException):
    """A file, service or object that cannot be used; the exit code is that of wrong usage."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where one subgraph's SDL is, and the URL at which the router finds the service."""

    name: str
    url: str
    location: str


@dataclass(frozen=True, slots=True)
class _Read:
    sdl: str
    file: str | None = None
    source_map: SourceMap | None = None


def configured_places(path: Path) -> list[Place]:
    """Read where the subgraphs of a configuration file are. Raises Unusable."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Unusable(f"{path} could not be read: {error}") from error
    subgraphs = content.get("subgraphs") if isinstance(content, dict) else None
    if not isinstance(subgraphs, dict) or not subgraphs:
        raise Unusable(f"{path} must have a mapping `subgraphs` with an entry for each.")
    return [_configured_place(path, name, entry) for name, entry in subgraphs.items()]


def argument_place(argument: str) -> Place:
    """Understand `LOCATION` or `NAME=LOCATION`; a file's name is its stem. Raises UsageError."""
    name, equals, location = argument.partition("=")
    if not equals or "/" in name or ":" in name:
        name, location = "", argument
    if not name and (_is_url(location) or IMPORT_STRING.fullmatch(location)):
        raise click.UsageError(f"Give the subgraph at {location} a name: NAME={location}")
    name = name or Path(location).stem
    return Place(name, location if _is_url(location) else f"http://{name}/graphql", location)


def read_places(places: list[Place]) -> list[SubgraphSource]:
    """Read every subgraph, services all at once. Raises Unusable with all that failed."""

    async def read() -> list[_Read | Unusable]:
        return await asyncio.gather(*(_attempt(place.location) for place in places))

    found = list(zip(places, asyncio.run(read()), strict=True))
    failures = [result.message for _, result in found if isinstance(result, Unusable)]
    if failures:
        raise Unusable("\n".join(failures))
    return [_source(place, result) for place, result in found if isinstance(result, _Read)]


def read_sdl(location: str) -> str:
    """Read one subgraph's SDL from a file, a URL, or an import string. Raises Unusable."""
    return asyncio.run(_read(location)).sdl


def _configured_place(path: Path, name: object, entry: Any) -> Place:
    schema = entry.get("schema") if isinstance(entry, dict) else None
    if not isinstance(schema, dict) or len(schema) != 1:
        raise Unusable(
            f"{path}: subgraph {name!r} needs a `schema` with one of {', '.join(SCHEMA_KINDS)}."
        )
    ((kind, location),) = schema.items()
    if kind == "file":
        location = str(path.parent / str(location))
    elif kind not in SCHEMA_KINDS:
        raise Unusable(
            f"{path}: the schema of subgraph {name!r} comes from {kind!r}, which is none of "
            f"{', '.join(SCHEMA_KINDS)}."
        )
    url = entry.get("routing_url") or (location if kind == "subgraph_url" else "")
    return Place(str(name), str(url), str(location))


def _source(place: Place, found: _Read) -> SubgraphSource:
    return SubgraphSource(
        name=place.name,
        url=place.url,
        sdl=found.sdl,
        file=found.file,
        source_map=found.source_map or {},
    )


async def _attempt(location: str) -> _Read | Unusable:
    try:
        return await _read(location)
    except Unusable as error:
        return error


async def _read(location: str) -> _Read:
    if _is_url(location):
        return await _read_url(location)
    if IMPORT_STRING.fullmatch(location):
        return _read_import(location)
    return _read_file(Path(location))


def _is_url(location: str) -> bool:
    return location.startswith(("http://", "https://"))


def _read_file(path: Path) -> _Read:
    try:
        return _Read(path.read_text(encoding="utf-8"), file=str(path))
    except OSError as error:
        raise Unusable(f"{path} could not be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Unusable(f"{path} is not UTF-8 text: {error.reason}.") from error


async def _read_url(url: str) -> _Read:
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            response = await client.post(url, json={"query": SERVICE_SDL})
            answer = response.json()
        return _Read(str(answer["data"]["_service"]["sdl"]))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise Unusable(f"{url} did not answer: {reason}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{url} did not answer {SERVICE_SDL} with an SDL.") from error


def _read_import(location: str) -> _Read:
    found = _imported(location)
    if isinstance(found, str):
        return _Read(found)
    schema = found if isinstance(found, GraphQLSchema) else getattr(found, "_schema", None)
    if not isinstance(schema, GraphQLSchema):
        raise Unusable(
            f"{location} is a {type(found).__name__}; a Strawberry schema, a graphql-core schema"
            " or SDL text was expected."
        )
    result = graphql_sync(schema, SERVICE_SDL)
    if result.errors or not result.data:
        raise Unusable(f"{location} has no _service.sdl: is it a federation schema?")
    return _Read(str(result.data["_service"]["sdl"]), source_map=source_map(found))


def _imported(location: str) -> Any:
    """Import an object; modules in the current directory are found, as with `python -m`."""
    module_name, _, attribute = location.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return getattr(importlib.import_module(module_name), attribute)
    except Exception as error:  # Whatever a module raises while it is imported.
        reason = f"{type(error).__name__}: {error}"
        raise Unusable(f"{location} could not be imported: {reason}.") from error
