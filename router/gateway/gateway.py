"""The router without a server: requests in, responses out, for one supergraph at a time."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, Self

import orjson

from router.errors import PlanError, RequestError, SupergraphError
from router.executor.compile import CompiledPlan
from router.executor.execute import execute
from router.executor.fetch import Observe, SubgraphFetcher
from router.executor.run import Headers, Run
from router.executor.single_flight import SingleFlight
from router.gateway.lru_cache import LruCache
from router.gateway.operations import AcceptedOperation, Operations, PlannedOperation
from router.gateway.options import GatewayOptions
from router.gateway.response import Explanation, Response
from router.gateway.services import Services, TransportChoice
from router.query_plan.nodes import QueryPlan
from router.supergraph.model import Supergraph
from router.supergraph.parse import parse_supergraph

_LONG_TEXT = 16_384
"""A longer text is remembered by its digest, or a thousand of them would fill the memory."""


class Observer(Protocol):
    """Who wants to know what requests to services came to (see `router.executor.fetch`)."""

    def fetched(self, service: str, outcome: str) -> None:
        """A request to a service was answered, or failed."""


class Gateway:
    """Answers operations over a supergraph.

    `transports` say how services are reached that are not at their URL (see `TransportChoice`).
    Raises `SupergraphError` for SDL that is no supergraph.
    """

    def __init__(
        self,
        supergraph_sdl: str,
        *,
        transports: Mapping[str, TransportChoice] | None = None,
        options: GatewayOptions | None = None,
    ) -> None:
        self.options = options or GatewayOptions()
        self._services = Services(self.options, transports)
        self._graph = _Graph(supergraph_sdl, self.options, self._services)
        self._observe: Observe | None = None
        self._flights: SingleFlight[tuple[CompiledPlan, bytes, Headers], bytes] = SingleFlight()

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        *,
        transports: Mapping[str, TransportChoice] | None = None,
        options: GatewayOptions | None = None,
    ) -> Self:
        """A gateway for a supergraph file. Raises `SupergraphError` where it cannot be read."""
        return cls(read_supergraph_file(path), transports=transports, options=options)

    async def execute(
        self,
        query: str,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Answer one operation. What goes wrong is in the response; nothing is raised for it."""
        forwarded = self.forwarded((headers or {}).items())
        return await self.respond((query, operation_name), variables, forwarded)

    async def respond(
        self,
        request: tuple[str, str | None],
        variables: Mapping[str, Any] | None,
        headers: Headers,
        *,
        allows_mutation: bool = True,
    ) -> Response:
        """Answer an operation, given by text and name, with the headers to forward."""
        graph = self._graph
        try:
            accepted = graph.accepted(*request)
            is_query = accepted.operation.kind == "query"
            if not (is_query or allows_mutation):
                raise _must_be_posted()
            run = graph.run(accepted, variables, headers)
        except RequestError as error:
            return Response.refused(error)
        if not (is_query and self.options.deduplicates):
            return Response(await execute(run))
        # What a query is answered with depends on these, and on nothing else of the request.
        key = (run.compiled, orjson.dumps(run.variables) if run.variables else b"", headers)
        return Response(await self._flights.run(key, lambda: execute(run)))

    async def explain(
        self,
        query: str,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Explanation:
        """Answer one operation, and tell of each fetch. Raises `RequestError` for a refusal."""
        graph = self._graph
        forwarded = self.forwarded((headers or {}).items())
        run = graph.run(graph.accepted(query, operation_name), variables, forwarded)
        run.records = []
        run.started = time.perf_counter()
        body = await execute(run)
        seconds = time.perf_counter() - run.started
        return Explanation(run.compiled.plan, tuple(run.records), Response(body), seconds)

    def plan(self, query: str, operation_name: str | None = None) -> QueryPlan:
        """The plan of an operation. Raises `RequestError` for a refusal."""
        graph = self._graph
        return graph.planned(graph.accepted(query, operation_name)).plan

    def code(
        self,
        query: str,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> str:
        """The Python code that an operation's plan is compiled to. Raises `RequestError`."""
        graph = self._graph
        return graph.run(graph.accepted(query, operation_name), variables, ()).compiled.source

    def forwarded(self, headers: Iterable[tuple[str, str]]) -> Headers:
        """The headers of a request that go to services, in the order of the options."""
        wanted = self.options.forward_headers
        found = {name.lower(): value for name, value in headers}
        return tuple((name, found[name]) for name in wanted if name in found)

    def observe(self, telemetry: Observer) -> None:
        """Tell an observer of every request to a service from now on."""
        self._observe = self._graph.fetcher.observe = telemetry.fetched

    @property
    def supergraph(self) -> Supergraph:
        """The supergraph that is served now."""
        return self._graph.operations.supergraph

    async def reload(self, supergraph_sdl: str) -> None:
        """Serve another supergraph from now on; requests under way finish on the old one.

        The operations used last are planned for the new one before it takes over. Raises
        `SupergraphError`, and goes on with the old one, where the new one is none.
        """
        graph = _Graph(supergraph_sdl, self.options, self._services)
        graph.fetcher.observe = self._observe
        await graph.warm_up(self._graph.operations_seen(self.options.warmed_operations))
        self._graph = graph

    async def close(self) -> None:
        """Close connections, and shut down the apps in this process."""
        await self._services.close()


class _Graph:
    """All that belongs to one supergraph, and goes with it."""

    def __init__(self, sdl: str, options: GatewayOptions, services: Services) -> None:
        supergraph = parse_supergraph(sdl)
        self.operations = Operations(supergraph, options)
        self.fetcher = SubgraphFetcher(services.of(supergraph), deduplicates=options.deduplicates)
        self._accepted: LruCache[tuple[str | bytes, str | None], AcceptedOperation] = LruCache(
            options.cached_operations
        )

    def accepted(self, text: str, operation_name: str | None) -> AcceptedOperation:
        key = (text if len(text) <= _LONG_TEXT else _digest(text), operation_name)
        accepted = self._accepted.get(key)
        if accepted is None:
            accepted = self._accepted.put(key, self.operations.accept(text, operation_name))
        return accepted

    def planned(self, accepted: AcceptedOperation) -> PlannedOperation:
        try:
            return accepted.planned()
        except PlanError as error:
            raise RequestError.of(str(error), "PLANNING_FAILED", status=500) from error

    def run(
        self,
        accepted: AcceptedOperation,
        variables: Mapping[str, Any] | None,
        headers: Headers,
    ) -> Run:
        values = accepted.variables.coerce(variables)
        compiled = self.planned(accepted).compiled(values)
        run = Run(compiled, self.fetcher, values, headers)
        if accepted.introspection is not None:
            run.introspection = accepted.introspection.answer(values)
        return run

    def operations_seen(self, most: int) -> list[tuple[str, str | None]]:
        keys = self._accepted.keys()[-most:] if most else []
        return [(text, name) for text, name in keys if isinstance(text, str)]

    async def warm_up(self, operations: Iterable[tuple[str, str | None]]) -> None:
        for text, name in operations:
            try:
                self.planned(self.accepted(text, name))
            except RequestError:
                # It does not fit the new supergraph; its client will be told when it asks.
                continue
            await asyncio.sleep(0)  # requests go on meanwhile


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def read_supergraph_file(path: str | Path) -> str:
    """The text of a supergraph file. Raises `SupergraphError` where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SupergraphError(f"The supergraph file {path} cannot be read: {error}.") from error


def _must_be_posted() -> RequestError:
    """GraphQL over HTTP: "GET requests MUST NOT be used for executing mutation operations"."""
    message = "Only queries can be asked with GET; send a mutation with POST."
    error = {"message": message, "extensions": {"code": "METHOD_NOT_ALLOWED"}}
    return RequestError([error], status=405, is_malformed=True, headers={"allow": "POST"})
