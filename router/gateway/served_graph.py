"""One supergraph that is served, with all that goes with it at a reload."""

from __future__ import annotations

import asyncio
import hashlib
import weakref
from collections.abc import Iterable, Mapping
from typing import Any

from router.errors import PlanError, RequestError
from router.executor.compile import CompiledPlan
from router.executor.fetch import SubgraphFetcher
from router.executor.run import Headers, Run
from router.gateway.authorization.authorization import Authorization
from router.gateway.authorization.refused import rejection
from router.gateway.lru_cache import LruCache
from router.gateway.operations import AcceptedOperation, Operations, PlannedOperation
from router.gateway.options import GatewayOptions
from router.gateway.response_stream import ResponseStream
from router.gateway.services import Services
from router.operation.requirements import Demands
from router.supergraph.parse import parse_supergraph

_LONG_TEXT = 16_384
"""A longer text is remembered by its digest, or a thousand of them would fill the memory."""


class ServedGraph:
    """A supergraph with its operations and services. Raises `SupergraphError` for bad SDL."""

    def __init__(
        self, sdl: str, options: GatewayOptions, services: Services, authorization: Authorization
    ) -> None:
        supergraph = parse_supergraph(sdl)
        self.operations = Operations(supergraph, options, authorization.requirements_of(supergraph))
        self._rejects = authorization.rejects
        self._inserted = options.insert_headers
        self.fetcher = SubgraphFetcher(services.of(supergraph), deduplicates=options.deduplicates)
        self.subscriptions: weakref.WeakSet[ResponseStream] = weakref.WeakSet()
        self._accepted: LruCache[tuple[str | bytes, str | None], AcceptedOperation] = LruCache(
            options.cached_operations
        )

    def accepted(self, text: str, operation_name: str | None) -> AcceptedOperation:
        """The operation of a text, parsed and validated once. Raises `RequestError`."""
        key = (text if len(text) <= _LONG_TEXT else _digest(text), operation_name)
        accepted = self._accepted.get(key)
        if accepted is None:
            accepted = self._accepted.put(key, self.operations.accept(text, operation_name))
        return accepted

    def planned(self, accepted: AcceptedOperation, held: Demands | None = None) -> PlannedOperation:
        """An operation's plan where these demands hold (None: all). Raises `RequestError`."""
        try:
            return accepted.planned(held)
        except PlanError as error:
            raise RequestError.of(str(error), "PLANNING_FAILED", status=500) from error

    def run(
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
        planned = self.planned(accepted, held)
        compiled = planned.compiled(values, in_parts=in_parts)
        run = Run(compiled, self.fetcher, values, headers + self._inserted)
        if accepted.introspection is not None:
            run.introspection = accepted.introspection.answer(values)
        if planned.refusals:
            if self._rejects and (refused := rejection(planned.refusals, values)) is not None:
                raise refused
            run.refusals = planned.refusals
        return compiled, run

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
                self.planned(self.accepted(text, name))
            except RequestError:
                # It does not fit the new supergraph; its client will be told when it asks.
                continue
            await asyncio.sleep(0)  # requests go on meanwhile


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
