"""A graph that is served in both ways, federated and whole, and asked the same."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from typing import Any

from agreement import disagreement, without_non_null
from draw_query import draw_query
from drawn_world import World, make_whole
from graph import Graph
from graphql import build_schema, graphql_sync, parse, validate
from strict_subgraph import StrictSubgraph, serve

from router import Router
from router.composition import SubgraphSource, compose
from router.gateway import GatewayOptions


def composed(sources: Mapping[str, str]) -> tuple[str, str] | None:
    """Supergraph and API schema; None where the composer refuses."""
    result = compose(
        [SubgraphSource(name=n, url=f"http://{n}/", sdl=sdl) for n, sdl in sources.items()]
    )
    if result.supergraph_sdl is None or result.api_sdl is None:
        return None
    return result.supergraph_sdl, result.api_sdl


class Federated:
    """A graph served by a router over strict subgraphs, and as one schema."""

    def __init__(
        self,
        sources: Mapping[str, str],
        world: World,
        sdl: tuple[str, str],
        labels: frozenset[str] = frozenset(),
    ) -> None:
        self.world = world
        self.servers = serve(sources, world, labels)
        self.api = build_schema(sdl[1])
        self.whole = make_whole(build_schema(sdl[1]), world)
        self.relaxed = make_whole(without_non_null(self.api), world)
        self.router = Router(
            sdl[0],
            transports={name: _transport(server) for name, server in self.servers.items()},
            options=GatewayOptions(override_labels=labels, retries=0),
        )

    async def difference(self, query: str, variables: dict[str, Any]) -> str | None:
        """Ask both; say how they differ, None where they agree."""
        response = await self.ask(query, variables)
        expected = self.ask_whole(self.whole, query, variables)
        relaxed = self.ask_whole(self.relaxed, query, variables)
        found = disagreement(response, expected, relaxed)
        return None if found is None else f"{found}\n{response}\n{expected}"

    async def ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        self.world.counted = 0
        response = await self.router.execute(query, variables=variables)
        answer: dict[str, Any] = {"data": response.data}
        if response.errors:
            answer["errors"] = list(response.errors)
        return answer

    def ask_whole(self, schema: Any, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        self.world.counted = 0
        return dict(graphql_sync(schema, query, variable_values=variables).formatted)


def _transport(server: StrictSubgraph) -> Any:
    return lambda request, _headers: server.answer(request)


def try_graph(chance: random.Random, graph: Graph, queries: int) -> str | None:
    """Ask a graph some queries; say what differs first, None where nothing does."""
    sdl = composed(graph.sources())
    if sdl is None:
        return None
    on = [label for label in ("new", "old") if chance.random() < 0.5]
    labels = graph.labels & {"percent(100)", *on}
    federated = Federated(graph.sources(), graph.world, sdl, frozenset(labels))
    return asyncio.run(_try(chance, federated, queries))


async def _try(chance: random.Random, federated: Federated, queries: int) -> str | None:
    try:
        for _ in range(queries):
            query = draw_query(chance, federated.api)
            if validate(federated.api, parse(query.text)):
                continue
            for _again in range(2 if query.variables else 1):
                values = query.values(chance)
                found = await federated.difference(query.text, values)
                if found is not None:
                    return f"{query.text}\n{values}\n{found}"
        return None
    finally:
        await federated.router.close()
