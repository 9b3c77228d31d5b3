"""A circuit breaker: after failures in a row, leave the other side alone for a while."""

import time
from collections.abc import Callable


class CircuitBreaker:
    """Closed, it lets every call pass; open, none; after a rest, one, whose outcome decides."""

    def __init__(
        self,
        *,
        failures: int = 5,
        rest_seconds: float = 10.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = failures
        self._rest = rest_seconds
        self._now = now
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    def allows(self) -> bool:
        """Whether a call may be made now; the caller must then report how it went."""
        if self._opened_at is None:
            return True
        if self._trying or self.rests_for() > 0:
            return False
        self._trying = True
        return True

    def rests_for(self) -> float:
        """Seconds until a call will be tried again."""
        if self._opened_at is None:
            return 0.0
        return max(self._opened_at + self._rest - self._now(), 0.0)

    def succeeded(self) -> None:
        """A call came through."""
        self._failures, self._opened_at, self._trying = 0, None, False

    def failed(self) -> None:
        """A call did not."""
        self._failures += 1
        self._trying = False
        if self._failures >= self._limit:
            self._opened_at = self._now()

    def abandoned(self) -> None:
        """Nobody waited for the outcome."""
        self._trying = False
