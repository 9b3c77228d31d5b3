"""Stories: graphs with rows, queries and their answers, each of them a golden page.

A page says in a sentence why its answers are right. The subgraphs answer strictly from the page's
rows (`strict_subgraph`), and each answer must also be that of one schema over the same rows.
`--update-golden` writes answers and requests anew.

In the rows, `Book#1` is the book with the `id` 1; `!text` is a resolver that fails with the text.
"""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from drawn_world import Context, Counter, Failure, World
from federated import Federated, composed
from graph import LINK
from graphql import (
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
    UnionTypeDefinitionNode,
    parse,
    validate,
)
from strict_subgraph import StrictSubgraph

PAGES = sorted((Path(__file__).parent / "stories").glob("*.md"))
SUBGRAPH = re.compile(r"^```graphql subgraph=([\w-]+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROWS = re.compile(r"^```json rows\n(.*?)^```", re.MULTILINE | re.DOTALL)
QUERY = re.compile(
    r"^```graphql query(?: variables=([^\n]+))?\n(.*?)^```\n(?:\n```json answer\n.*?^```\n)?"
    r"(?:\n```text requests\n.*?^```\n)?",
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_story(path: Path, update_golden: bool) -> None:
    page = path.read_text(encoding="utf-8")
    told = asyncio.run(retold(page))
    if update_golden:
        path.write_text(told, encoding="utf-8")

    assert update_golden or told == page


async def retold(page: str) -> str:
    """The page with the answers and requests of now."""
    sources = {name: f"{LINK}\n{sdl}" for name, sdl in SUBGRAPH.findall(page)}
    sdl = composed(sources)
    assert sdl is not None
    rows = ROWS.search(page)
    assert rows is not None
    federated = Federated(sources, world_of(sources, json.loads(rows[1])), sdl)
    written, position = [], 0
    for match in QUERY.finditer(page):
        variables, query = match.groups()[:2]
        answer, requests = await _ask(federated, query, json.loads(variables or "{}"))
        head = f"```graphql query{f' variables={variables}' if variables else ''}\n{query}```\n"
        blocks = f"\n```json answer\n{answer}```\n\n```text requests\n{requests}```\n"
        written += [page[position : match.start()], head, blocks]
        position = match.end()
    await federated.router.close()
    return "".join([*written, page[position:]])


async def _ask(federated: Federated, query: str, variables: dict[str, Any]) -> tuple[str, str]:
    """The answer, which must be the whole's, and the requests that it took."""
    assert validate(federated.api, parse(query)) == []
    for server in federated.servers.values():
        server.requests.clear()
    answer = await federated.ask(query, variables)
    requests = "".join(sorted(line for s in federated.servers.values() for line in _asked(s)))
    assert await federated.difference(query, variables) is None
    return json.dumps(answer, indent=1, ensure_ascii=False) + "\n", requests


def _asked(server: StrictSubgraph) -> list[str]:
    return [
        f"{server.name}: {request['query']}"
        + (
            f"\n  {json.dumps(sent, ensure_ascii=False)}"
            if (sent := request.get("variables"))
            else ""
        )
        + "\n"
        for request in server.requests
    ]


def world_of(sources: dict[str, str], rows: dict[str, list[dict[str, Any]]]) -> World:
    """The world of a page: its rows, and what the SDL says of how fields are made."""
    world = World(
        {name: [{"__typename": name, **row} for row in some] for name, some in rows.items()}
    )
    for some in world.rows.values():
        for row in some:
            row |= {name: _value(world, value) for name, value in row.items()}
    members: dict[str, set[str]] = {}
    for sdl in sources.values():
        for node in parse(sdl).definitions:
            if isinstance(node, UnionTypeDefinitionNode):
                members.setdefault(node.name.value, set()).update(n.name.value for n in node.types)
            elif isinstance(node, ObjectTypeDefinitionNode):
                for interface in node.interfaces or ():
                    members.setdefault(interface.name.value, set()).add(node.name.value)
    world.members = {name: frozenset(types) for name, types in members.items()}
    holders = _holders(sources, world)
    for sdl in sources.values():
        for node in parse(sdl).definitions:
            if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
                for definition in node.fields or ():
                    for concrete in world.stands_for(node.name.value):
                        _learn(world, concrete, definition, holders)
    return world


def _value(world: World, value: Any) -> Any:
    if isinstance(value, list):
        return [_value(world, item) for item in value]
    if isinstance(value, dict):
        return {name: _value(world, inner) for name, inner in value.items()}
    if value == "#count":
        return Counter()
    if isinstance(value, str) and value.startswith("!"):
        return Failure(value[1:])
    if isinstance(value, str) and (match := re.fullmatch(r"(\w+)#(\w+)", value)):
        return next(row for row in world.rows[match[1]] if row["id"] == match[2])
    return value


def _holders(sources: dict[str, str], world: World) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for sdl in sources.values():
        for node in parse(sdl).definitions:
            for directive in getattr(node, "directives", None) or ():
                if directive.name.value == "context":
                    name = directive.arguments[0].value.value
                    types = world.stands_for(node.name.value)
                    found[name] = found.get(name, frozenset()) | types
    return found


def _learn(
    world: World,
    type_name: str,
    definition: FieldDefinitionNode,
    holders: dict[str, frozenset[str]],
) -> None:
    key = (type_name, definition.name.value)
    for directive in definition.directives or ():
        if directive.name.value == "requires":
            value = directive.arguments[0].value
            assert isinstance(value, StringValueNode)
            world.requires[key] = value.value
    for argument in definition.arguments or ():
        for directive in argument.directives or ():
            if directive.name.value == "fromContext":
                text = directive.arguments[0].value.value.strip()
                name, _, selection = text[1:].partition(" ")
                world.contexts[key] = Context(argument.name.value, holders[name], selection)
