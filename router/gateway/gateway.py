"""The router without a server: requests in, responses out, for one supergraph at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, Self

from router.errors import RequestError, SupergraphError
from router.executor.compile import CompiledPlan
from router.executor.exact_json import dumps
from router.executor.execute import execute
from router.executor.fetch import Observe
from router.executor.run import Headers
from router.executor.single_flight import SingleFlight
from router.gateway.authorization.authorization import Authorization, Policies
from router.gateway.authorization.tokens import ANONYMOUS, Identity
from router.gateway.operations import AcceptedOperation
from router.gateway.options import GatewayOptions
from router.gateway.response import Explanation, Response
from router.gateway.response_stream import CLOSED, RELOADED, ResponseStream
from router.gateway.served_graph import ServedGraph
from router.gateway.services import Services, TransportChoice
from router.gateway.streaming import stream_of
from router.gateway.worker import Worker
from router.operation.requirements import Demands
from router.query_plan.nodes import QueryPlan
from router.supergraph.model import Supergraph


class Observer(Protocol):
    """Who wants to know what requests to services came to (see `router.executor.fetch`)."""

    def fetched(self, service: str, outcome: str) -> None:
        """A request to a service was answered, or failed."""


class Gateway:
    """Answers operations over a supergraph.

    `transports` say how services are reached that are not at their URL (see `TransportChoice`).
    `policies` decides what `@policy` demands (see `Policies`). Raises `SupergraphError` for SDL
    that is no supergraph, or one whose demands nobody would decide about, and `RouterError` where
    the options do not fit.
    """

    def __init__(
        self,
        supergraph_sdl: str,
        *,
        transports: Mapping[str, TransportChoice] | None = None,
        options: GatewayOptions | None = None,
        policies: Policies | None = None,
    ) -> None:
        self.options = options or GatewayOptions()
        self._services = Services(self.options, transports)
        self._authorization = Authorization(self.options.authentication, policies)
        self._worker = Worker()
        self._graph = self._read(supergraph_sdl)
        self._observe: Observe | None = None
        self._flights: SingleFlight[tuple[CompiledPlan, bytes, Headers], bytes] = SingleFlight()

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        *,
        transports: Mapping[str, TransportChoice] | None = None,
        options: GatewayOptions | None = None,
        policies: Policies | None = None,
    ) -> Self:
        """A gateway for a supergraph file. Raises `SupergraphError` where it cannot be read."""
        sdl = read_supergraph_file(path)
        return cls(sdl, transports=transports, options=options, policies=policies)

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
        request = (query, operation_name)
        return await self.respond(
            request, variables, forwarded, authorization=self._authorization_in(headers)
        )

    async def respond(
        self,
        request: tuple[str, str | None],
        variables: Mapping[str, Any] | None,
        headers: Headers,
        *,
        allows_mutation: bool = True,
        authorization: str | None = None,
    ) -> Response:
        """Answer an operation, given by text and name, with the headers to forward.

        `authorization` is the request's header of that name, forwarded or not.
        """
        graph = self._graph
        try:
            identity = await self._identify(authorization)
            accepted = graph.seen(*request) or await graph.accept(*request)
            is_query = accepted.operation.kind == "query"
            if not is_query:
                _check_kind(accepted, allows_mutation)
            held = await self._held(accepted, identity)
            compiled, run = await graph.run(accepted, variables, headers, held)
        except RequestError as error:
            return Response.refused(error)
        if not (is_query and self.options.deduplicates):
            return Response(await execute(run))
        # What a query is answered with depends on these, and on nothing else of the request.
        key = (compiled, dumps(run.variables) if run.variables else b"", headers)
        return Response(await self._flights.run(key, lambda: execute(run)))

    async def stream(
        self,
        query: str,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ResponseStream:
        """Answer one operation with as many responses as it takes: a subscription, above all.

        What goes wrong is in the responses; nothing is raised for it. Close the stream that you
        leave early, or use it in `async with`.
        """
        return await self.respond_in_stream(
            (query, operation_name),
            variables,
            self.forwarded((headers or {}).items()),
            authorization=self._authorization_in(headers),
        )

    async def respond_in_stream(
        self,
        request: tuple[str, str | None],
        variables: Mapping[str, Any] | None,
        headers: Headers,
        *,
        allows_mutation: bool = True,
        authorization: str | None = None,
    ) -> ResponseStream:
        """As `respond`, with a stream of responses."""
        graph = self._graph
        try:
            identity = await self._identify(authorization)
            accepted = graph.seen(*request) or await graph.accept(*request)
            if accepted.operation.kind == "mutation" and not allows_mutation:
                raise _must_be_posted()
            held = await self._held(accepted, identity)
            _, run = await graph.run(accepted, variables, headers, held, in_parts=True)
        except RequestError as error:
            return ResponseStream.of(Response.refused(error))
        stream = stream_of(run, accepted.operation.kind, identity.expires)
        if stream.kind == "subscription":
            graph.subscriptions.add(stream)
        return stream

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
        identity = await self._identify(self._authorization_in(headers))
        accepted = await graph.accept(query, operation_name)
        _check_kind(accepted)
        held = await self._held(accepted, identity)
        _, run = await graph.run(accepted, variables, forwarded, held)
        run.records = []
        run.started = time.perf_counter()
        body = await execute(run)
        seconds = time.perf_counter() - run.started
        return Explanation(run.compiled.plan, tuple(run.records), Response(body), seconds)

    def plan(self, query: str, operation_name: str | None = None) -> QueryPlan:
        """The plan of an operation. Raises `RequestError` for a refusal."""
        return self._graph.accepted_now(query, operation_name).planned_now().plan

    def code(
        self,
        query: str,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> str:
        """The Python code that an operation's plan is compiled to. Raises `RequestError`."""
        accepted = self._graph.accepted_now(query, operation_name)
        values = accepted.variables.coerce(variables)
        return accepted.planned_now().compiled_now(values).source

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

    @property
    def delegated(self) -> str | None:
        """The directives of authorization that the services alone decide about; None for none."""
        return self._authorization.delegated(self.supergraph)

    @property
    def identifies(self) -> bool:
        """Whether requests are told apart by their `Authorization` header."""
        return self._authorization.identify is not None

    async def reload(self, supergraph_sdl: str) -> None:
        """Serve another supergraph from now on; requests under way finish on the old one.

        Subscriptions end, and are told to subscribe again. The operations used last are planned
        for the new supergraph before it takes over. Raises `SupergraphError`, and goes on with the
        old one, where the new one is none.
        """
        graph = await self._worker.run(lambda: self._read(supergraph_sdl))
        graph.fetcher.observe = self._observe
        await graph.warm_up(self._graph.operations_seen(self.options.warmed_operations))
        replaced, self._graph = self._graph, graph
        replaced.end_subscriptions(RELOADED)

    async def close(self) -> None:
        """End subscriptions, close connections, and shut down the apps in this process."""
        self._graph.end_subscriptions(CLOSED)
        self._worker.close()
        await self._services.close()

    def _read(self, supergraph_sdl: str) -> ServedGraph:
        return ServedGraph(
            supergraph_sdl, self.options, self._services, self._authorization, self._worker
        )

    def _authorization_in(self, headers: Mapping[str, str] | None) -> str | None:
        if headers is None or not self.identifies:
            return None
        values = (value for name, value in headers.items() if name.lower() == "authorization")
        return next(values, None)

    async def _identify(self, authorization: str | None) -> Identity:
        identify = self._authorization.identify
        return ANONYMOUS if identify is None else await identify(authorization)

    async def _held(self, accepted: AcceptedOperation, identity: Identity) -> Demands:
        if not accepted.demands:
            return accepted.demands
        return await self._authorization.held(accepted.demands, identity)


def read_supergraph_file(path: str | Path) -> str:
    """The text of a supergraph file. Raises `SupergraphError` where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SupergraphError(f"The supergraph file {path} cannot be read: {error}.") from error


def _check_kind(accepted: AcceptedOperation, allows_mutation: bool = True) -> None:
    """Raise `RequestError` for what a single response cannot answer, or a GET must not ask."""
    if accepted.operation.kind == "subscription":
        raise RequestError.of(
            "A subscription cannot be answered with a single response.",
            "SUBSCRIPTION_NOT_SUPPORTED",
        )
    if accepted.operation.kind == "mutation" and not allows_mutation:
        raise _must_be_posted()


def _must_be_posted() -> RequestError:
    """GraphQL over HTTP: "GET requests MUST NOT be used for executing mutation operations"."""
    message = "Only queries can be asked with GET; send a mutation with POST."
    error = {"message": message, "extensions": {"code": "METHOD_NOT_ALLOWED"}}
    return RequestError([error], status=405, is_malformed=True, headers={"allow": "POST"})
