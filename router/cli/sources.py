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
from pathlib import Path
from typing import Any

import click
import httpx
import yaml
from graphql import GraphQLSchema, graphql_sync

from router.composition import SubgraphSource

SERVICE_SDL = "{ _service { sdl } }"
TIMEOUT_SECONDS = 10.0
IMPORT_STRING = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
SCHEMA_KINDS = ("file", "subgraph_url", "import")


def read_configuration(path: Path) -> list[SubgraphSource]:
    """Read every subgraph that a configuration file names."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise click.ClickException(f"{path} could not be read: {error}") from error
    subgraphs = content.get("subgraphs") if isinstance(content, dict) else None
    if not isinstance(subgraphs, dict) or not subgraphs:
        raise click.ClickException(
            f"{path} must have a mapping `subgraphs` with an entry for each."
        )
    places = [_place(path, name, entry) for name, entry in subgraphs.items()]
    return _read_all(places)


def read_arguments(arguments: tuple[str, ...]) -> list[SubgraphSource]:
    """Read subgraphs given as `LOCATION` or `NAME=LOCATION`; a file's name is its stem."""
    places = []
    for argument in arguments:
        name, equals, location = argument.partition("=")
        if not equals or "/" in name or ":" in name:
            name, location = Path(argument).stem, argument
        url = location if _is_url(location) else f"http://{name}/graphql"
        places.append((name, url, location))
    return _read_all(places)


def read_sdl(location: str) -> str:
    """Read one subgraph's SDL from a file, a URL, or an import string."""
    return asyncio.run(_read(location))


def _place(path: Path, name: str, entry: Any) -> tuple[str, str, str]:
    schema = entry.get("schema") if isinstance(entry, dict) else None
    if not isinstance(schema, dict) or len(schema) != 1:
        raise click.ClickException(
            f"{path}: subgraph {name!r} needs a `schema` with one of {', '.join(SCHEMA_KINDS)}."
        )
    ((kind, location),) = schema.items()
    if kind == "file":
        location = str(path.parent / location)
    elif kind not in SCHEMA_KINDS:
        raise click.ClickException(
            f"{path}: the schema of subgraph {name!r} comes from {kind!r}, which is none of "
            f"{', '.join(SCHEMA_KINDS)}."
        )
    url = entry.get("routing_url") or (location if kind == "subgraph_url" else "")
    return str(name), str(url), str(location)


def _read_all(places: list[tuple[str, str, str]]) -> list[SubgraphSource]:
    async def read() -> list[str]:
        return await asyncio.gather(*(_read(location) for _, _, location in places))

    sdls = asyncio.run(read())
    return [
        SubgraphSource(name=name, url=url, sdl=sdl)
        for (name, url, _), sdl in zip(places, sdls, strict=True)
    ]


async def _read(location: str) -> str:
    if _is_url(location):
        return await _read_url(location)
    if IMPORT_STRING.fullmatch(location):
        return _read_import(location)
    return _read_file(Path(location))


def _is_url(location: str) -> bool:
    return location.startswith(("http://", "https://"))


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path} could not be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is not UTF-8 text: {error.reason}.") from error


async def _read_url(url: str) -> str:
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            response = await client.post(url, json={"query": SERVICE_SDL})
            answer = response.json()
        return str(answer["data"]["_service"]["sdl"])
    except httpx.HTTPError as error:
        raise click.ClickException(
            f"{url} did not answer: {error or type(error).__name__}."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{url} did not answer {SERVICE_SDL} with an SDL.") from error


def _read_import(location: str) -> str:
    module_name, _, attribute = location.partition(":")
    try:
        found = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError) as error:
        raise click.ClickException(f"{location} could not be imported: {error}.") from error
    if isinstance(found, str):
        return found
    schema = found if isinstance(found, GraphQLSchema) else getattr(found, "_schema", None)
    if not isinstance(schema, GraphQLSchema):
        raise click.ClickException(
            f"{location} is a {type(found).__name__}; a Strawberry schema, a graphql-core schema"
            " or SDL text was expected."
        )
    result = graphql_sync(schema, SERVICE_SDL)
    if result.errors or not result.data:
        raise click.ClickException(f"{location} has no _service.sdl: is it a federation schema?")
    return str(result.data["_service"]["sdl"])
