"""Federated equals whole: however a graph is cut, the router answers as one schema would.

A failure is shrunk by hypothesis to a small graph and query; it becomes a golden page of the step
that was wrong. `FUZZ_EXAMPLES` says how many graphs are tried (`make fuzz`).
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from cut import cuts
from graphql import build_schema, graphql_sync, parse, validate
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from queries import queries
from subgraph_server import SubgraphServer
from whole import wholes

from router import Router
from router.composition import SubgraphSource, compose

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(st.data())
def test_federated_equals_whole(data: st.DataObject) -> None:
    whole = data.draw(wholes(), "whole")
    subgraphs = data.draw(cuts(whole), "cut")
    composed = compose(
        [SubgraphSource(name=s.name, url=f"http://{s.name}/", sdl=s.sdl()) for s in subgraphs]
    )
    assume(composed.supergraph_sdl is not None)
    assert composed.supergraph_sdl is not None
    assert composed.api_sdl is not None
    api_schema = build_schema(composed.api_sdl)
    query = data.draw(queries(api_schema), "query")
    assume(not validate(api_schema, parse(query.text)))

    schema = whole.schema()
    expected = graphql_sync(schema, query.text, variable_values=query.variables).formatted
    servers = {subgraph.name: SubgraphServer(subgraph) for subgraph in subgraphs}
    answer = asyncio.run(ask(composed.supergraph_sdl, servers, query.text, query.variables))

    assert answer == expected, f"\n{answer}\n{expected}"


async def ask(
    sdl: str, servers: dict[str, SubgraphServer], query: str, variables: dict[str, Any]
) -> dict[str, Any]:
    """Ask a router over the subgraphs."""
    router = Router(
        sdl,
        transports={
            name: lambda request, _headers, server=server: server.answer(request)
            for name, server in servers.items()
        },
    )
    try:
        response = await router.execute(query, variables=variables)
        answer: dict[str, Any] = {"data": response.data}
        if response.errors:
            answer["errors"] = list(response.errors)
        return answer
    finally:
        await router.close()
