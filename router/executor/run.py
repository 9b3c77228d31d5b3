"""What one execution of a plan holds: the answer's tree and what is known of it so far."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from router.executor.compile import CompiledPlan
    from router.executor.refused import Refusals

Headers = tuple[tuple[str, str], ...]
"""Headers that go to subgraphs: of the client's request, names in lower case, and our own."""


class Fetcher(Protocol):
    """Sends a request to a subgraph (see `fetch`)."""

    async def send(self, service: str, body: bytes, headers: Headers, *, is_query: bool) -> bytes:
        """The body of the subgraph's answer. Raises `FetchError`."""
        ...

    def subscribe(self, service: str, body: bytes, headers: Headers) -> AsyncGenerator[bytes, None]:
        """The body of each event of a subscription. Raises `FetchError`."""
        ...


class FetchRecord:
    """What `explain` tells of a fetch in one run; times are seconds since the run began."""

    __slots__ = (
        "bytes_received",
        "bytes_sent",
        "ended",
        "error",
        "id",
        "rows",
        "service",
        "started",
    )

    def __init__(self, fetch_id: int, service: str, started: float) -> None:
        self.id = fetch_id
        self.service = service
        self.started = started
        self.ended = started
        self.rows: int | None = None
        self.bytes_sent = 0
        self.bytes_received = 0
        self.error: str | None = None


class Failure:
    """Why a fetch brought nothing; `is_shown` once an error stands at a field of the answer."""

    __slots__ = ("errors", "is_shown")

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.errors = errors
        self.is_shown = False


class Run:
    """One execution. Fetches lay their results under `root`, by internal names.

    `stands` are the objects at each of the plan's stands, `seen` their identities where one may be
    met twice; `is_shared` says for each memo whether an object stands at more than one place.
    `lacking` are objects for which a fetch brought nothing, with the names it would have laid.
    `passed` is the whole response where it needed no tree. `errors` are the client's; `explained`
    the paths at which they explain a null, `unfilled` those at and below which they do. `refusals`
    are the fields that the asker may not read.
    """

    __slots__ = (
        "compiled",
        "errors",
        "explained",
        "failed",
        "fetcher",
        "headers",
        "introspection",
        "is_shared",
        "lacking",
        "passed",
        "records",
        "refusals",
        "root",
        "seen",
        "stands",
        "started",
        "unfilled",
        "variables",
    )

    def __init__(
        self,
        compiled: CompiledPlan,
        fetcher: Fetcher,
        variables: Mapping[str, Any],
        headers: Headers,
    ) -> None:
        self.compiled = compiled
        self.fetcher = fetcher
        self.variables = variables
        self.headers = headers
        self.root: dict[str, Any] = {}
        self.stands: list[list[dict[str, Any]]] = [[] for _ in range(compiled.stands)]
        self.seen: list[set[int]] = [set() for _ in self.stands] if compiled.tracks_seen else []
        self.is_shared = [False] * compiled.memos
        self.lacking: list[tuple[list[dict[str, Any]], tuple[str, ...]]] = []
        self.errors: list[dict[str, Any]] = []
        self.explained: list[tuple[str | int, ...]] = []
        self.unfilled: list[tuple[str | int, ...]] = []
        self.failed: dict[int, Failure] = {}
        self.introspection: Mapping[str, Any] = {}
        self.passed: bytes | None = None
        self.records: list[FetchRecord] | None = None
        self.started = 0.0
        self.refusals: Refusals | None = None

    def part(self) -> Run:
        """A run over the same tree, with errors of its own: of one part of the answer."""
        run = self.anew()
        run.root, run.stands, run.seen = self.root, self.stands, self.seen
        run.is_shared, run.failed = self.is_shared, self.failed
        return run

    def anew(self) -> Run:
        """Another run of the same, with nothing fetched yet."""
        run = Run(self.compiled, self.fetcher, self.variables, self.headers)
        run.introspection = self.introspection
        run.refusals = self.refusals
        return run
