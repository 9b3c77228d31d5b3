"""One question to an insurer: within a deadline, repeated where that is safe, or not at all.

Two seconds a call and five in all; a circuit breaker and a bulkhead for each insurer, so that one
that is down takes neither the others nor this service with it. Whatever is not a usable answer
becomes `PlanUnavailable`: unknown, which is neither yes nor no.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx
import stamina
import structlog

from subgraphs.billing.client.circuit_breaker import CircuitBreaker
from subgraphs.billing.domain.errors import PlanUnavailable

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, and how often to try."""

    call_seconds: float = 2.0
    budget_seconds: float = 5.0
    attempts: int = 3
    first_pause_seconds: float = 0.1
    concurrent_calls: int = 20
    failures_in_a_row: int = 5
    rest_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Question:
    """A request to an insurer. It is repeatable if it changes nothing or carries a key."""

    ans_registry: str
    method: str
    path: str
    json: Any = None
    params: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    changes_something: bool = False

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be asked again after an unclear outcome."""
        return not self.changes_something or "Idempotency-Key" in self.headers


class _Failed(Exception):
    """An attempt brought no usable answer; perhaps the next one does."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class _CircuitOpen(_Failed):
    """The insurer is left alone for a while: there is nothing to wait for within a request."""


class _Insurer:
    def __init__(self, patience: Patience) -> None:
        self.breaker = CircuitBreaker(
            failures=patience.failures_in_a_row, rest_seconds=patience.rest_seconds
        )
        self.bulkhead = asyncio.Semaphore(patience.concurrent_calls)


class PlanCall:
    """Puts questions to insurers."""

    def __init__(self, http: httpx.AsyncClient, url: str, patience: Patience | None = None) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._patience = patience or Patience()
        self._insurers: defaultdict[str, _Insurer] = defaultdict(lambda: _Insurer(self._patience))

    async def ask(self, question: Question) -> dict[str, Any] | None:
        """The answer; None where the insurer knows nothing under this address.

        Raises:
            PlanUnavailable: no usable answer in time.
        """
        insurer = self._insurers[question.ans_registry]
        try:
            async with asyncio.timeout(self._patience.budget_seconds):
                return await self._ask_patiently(question, insurer)
        except (_Failed, TimeoutError) as error:
            logger.warning(
                "plan unavailable",
                ans_registry=question.ans_registry,
                operation=question.path.split("/")[2],
                reason=str(error) or "budget spent",
            )
            rest = int(insurer.breaker.rests_for()) + 1
            raise PlanUnavailable(retry_after_seconds=rest) from None

    async def _ask_patiently(self, question: Question, insurer: _Insurer) -> dict[str, Any] | None:
        patience = self._patience
        attempts = patience.attempts if question.is_repeatable else 1
        async for attempt in stamina.retry_context(
            on=self._pause,
            attempts=attempts,
            timeout=patience.budget_seconds,
            wait_initial=patience.first_pause_seconds,
            wait_max=1.0,
            wait_jitter=patience.first_pause_seconds,
        ):
            with attempt:
                async with insurer.bulkhead:
                    return await self._ask_guarded(question, insurer.breaker)
        raise AssertionError("stamina raises the last error")

    def _pause(self, error: Exception) -> bool | float:
        """Whether to try again, and after the pause that the insurer asked for."""
        if not isinstance(error, _Failed) or isinstance(error, _CircuitOpen):
            return False
        if error.retry_after is None:
            return True
        return error.retry_after if error.retry_after < self._patience.budget_seconds else False

    async def _ask_guarded(
        self, question: Question, breaker: CircuitBreaker
    ) -> dict[str, Any] | None:
        if not breaker.allows():
            raise _CircuitOpen("circuit open")
        try:
            answer = await self._ask_once(question)
        except _Failed as failure:
            if failure.retry_after is None:
                breaker.failed()
            else:  # too many requests: it is alive
                breaker.succeeded()
            raise
        except BaseException:
            breaker.abandoned()
            raise
        breaker.succeeded()
        return answer

    async def _ask_once(self, question: Question) -> dict[str, Any] | None:
        try:
            async with asyncio.timeout(self._patience.call_seconds):
                response = await self._http.request(
                    question.method,
                    self._url + question.path,
                    json=question.json,
                    params=question.params,
                    headers=question.headers,
                )
        except TimeoutError:
            raise _Failed("timeout") from None
        except (httpx.HTTPError, OSError) as error:
            raise _Failed(type(error).__name__) from None
        return _read(response)


def _read(response: httpx.Response) -> dict[str, Any] | None:
    if response.status_code == httpx.codes.NOT_FOUND:
        return None
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise _Failed("too many requests", retry_after=_seconds(response.headers))
    if response.is_error:
        raise _Failed(f"status {response.status_code}")
    try:
        answer = response.json()
    except ValueError:
        raise _Failed("malformed answer") from None
    if not isinstance(answer, dict):
        raise _Failed("malformed answer")
    return answer


def _seconds(headers: httpx.Headers) -> float:
    text = headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 1.0
