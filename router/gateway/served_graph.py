"""One supergraph that is served, with all that goes with it at a reload."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Iterable, Mapping
from typing import Any

from router.errors import RequestError
from router.executor.compile import CompiledPlan
from router.executor.fetch import SubgraphFetcher
from router.executor.introspection import Introspection
from router.executor.run import Headers, Run
from router.gateway.authorization.authorization import Authorization
from router.gateway.authorization.refused import rejection
from router.gateway.made import Made
from router.gateway.operations import AcceptedOperation, Operations
from router.gateway.options import GatewayOptions
from router.gateway.response_stream import ResponseStream
from router.gateway.services import Services
from router.gateway.worker import Worker
from router.operation.requirements import Demands
from router.supergraph.parse import parse_supergraph

_LONG_TEXT = 16_384
"""A longer text is remembered by its digest, or a thousand of them would fill the memory."""


class ServedGraph:
    """A supergraph with its operations and services. Raises `SupergraphError` for bad SDL."""

    def __init__(
        self,
        sdl: str,
        options: GatewayOptions,
        services: Services,
        authorization: Authorization,
        worker: Worker,
    ) -> None:
        supergraph = parse_supergraph(sdl)
        requirements = authorization.requirements_of(supergraph)
        self.operations = Operations(supergraph, options, requirements, worker)
        self._rejects = authorization.rejects
        self._inserted = options.insert_headers
        self.fetcher = SubgraphFetcher(services.of(supergraph), deduplicates=options.deduplicates)
        self.subscriptions: weakref.WeakSet[ResponseStream] = weakref.WeakSet()
        self._accepted: Made[tuple[str | bytes, str | None], AcceptedOperation] = Made(
            options.cached_operations, worker
        )

    def seen(self, text: str, operation_name: str | None) -> AcceptedOperation | None:
        """The operation of a text that was accepted before."""
        return self._accepted.get(_key(text, operation_name))

    async def accept(self, text: str, operation_name: str | None) -> AcceptedOperation:
        """The operation of a text, parsed and validated once. Raises `RequestError`."""
        accept = self.operations.accept
        return await self._accepted.make(
            _key(text, operation_name), lambda: accept(text, operation_name)
        )

    def accepted_now(self, text: str, operation_name: str | None) -> AcceptedOperation:
        """As `accept`, in this thread."""
        accept = self.operations.accept
        return self._accepted.make_now(
            _key(text, operation_name), lambda: accept(text, operation_name)
        )

    async def run(
        self,
        accepted: AcceptedOperation,
        variables: Mapping[str, Any] | None,
        headers: Headers,
        held: Demands | None = None,
        *,
        in_parts: bool = False,
    ) -> tuple[CompiledPlan, Run]:
        """A run that is ready to be executed, and the plan that runs of its kind share.

        Raises `RequestError`, also for what may not be read where that refuses the operation.
        """
        values = accepted.variables.coerce(variables)
        variant = accepted.variant(held)
        planned = accepted.plans.get(variant) or await accepted.planned(variant)
        compiled = planned.known(values, in_parts=in_parts)
        if compiled is None:
            compiled = await planned.compiled(values, in_parts=in_parts)
        run = Run(compiled, self.fetcher, values, headers + self._inserted)
        if accepted.introspection is not None:
            run.introspection = await self._introspected(accepted.introspection, values)
        if planned.refusals:
            if self._rejects and (refused := rejection(planned.refusals, values)) is not None:
                raise refused
            run.refusals = planned.refusals
        return compiled, run

    async def _introspected(
        self, introspection: Introspection, values: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        known = introspection.known(values)
        if known is not None:
            return known
        return await self.operations.worker.run(lambda: introspection.answer(values))

    def end_subscriptions(self, reason: RequestError) -> None:
        """End every subscription that is open."""
        for stream in list(self.subscriptions):
            stream.end(reason)

    def operations_seen(self, most: int) -> list[tuple[str, str | None]]:
        """The operations used last, by text and name; not those of long texts."""
        keys = self._accepted.keys()[-most:] if most else []
        return [(text, name) for text, name in keys if isinstance(text, str)]

    async def warm_up(self, operations: Iterable[tuple[str, str | None]]) -> None:
        """Plan operations that may soon be asked."""
        for text, name in operations:
            try:
                accepted = await self.accept(text, name)
                await accepted.planned(accepted.variant())
            except RequestError:
                # It does not fit the new supergraph; its client will be told when it asks.
                continue


def _key(text: str, operation_name: str | None) -> tuple[str | bytes, str | None]:
    return (text if len(text) <= _LONG_TEXT else _digest(text), operation_name)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
