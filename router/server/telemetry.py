"""What the server tells of itself: Prometheus metrics, and structured logs.

Neither holds anything of a request but names of services and statuses: operations, variables and
answers are people's data.
"""

from __future__ import annotations

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Telemetry:
    """The metrics of one server, and its log."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "router_requests", "Requests by HTTP status.", ["status"], registry=self._registry
        )
        self._seconds = Histogram(
            "router_request_seconds",
            "Time to answer a request.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._fetches = Counter(
            "router_fetches",
            "Requests to services, by outcome.",
            ["service", "outcome"],
            registry=self._registry,
        )
        self._by_status: dict[int, Counter] = {}
        self._by_outcome: dict[tuple[str, str], Counter] = {}
        self._log = structlog.get_logger("router")

    def request(self, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        counter = self._by_status.get(status)
        if counter is None:
            counter = self._by_status[status] = self._requests.labels(str(status))
        counter.inc()
        self._seconds.observe(seconds)

    def fetched(self, service: str, outcome: str) -> None:
        """Count a request to a service, and log one that failed."""
        key = (service, outcome)
        counter = self._by_outcome.get(key)
        if counter is None:
            counter = self._by_outcome[key] = self._fetches.labels(*key)
        counter.inc()
        if outcome != "answered":
            self._log.warning("fetch failed", service=service, reason=outcome)

    def failed(self) -> None:
        """Log the exception that is being handled."""
        self._log.exception("request failed")

    def metrics(self) -> bytes:
        """The metrics in Prometheus' text format."""
        return generate_latest(self._registry)
