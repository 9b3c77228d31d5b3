"""A compiled plan executed: each fetch starts the moment what it waits for is there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any

from router.errors import FetchError, SubgraphBadAnswer
from router.executor.compile import CompiledFetch
from router.executor.completion import Completion
from router.executor.contexts import parts_by_context
from router.executor.exact_json import dumps
from router.executor.failures import Asked, Explained, error_of_failure
from router.executor.merge import Groups
from router.executor.passage import LEAST_BYTES
from router.executor.projection import GIVES_UP
from router.executor.refused import Refused
from router.executor.run import Failure, FetchRecord, Run


async def execute(run: Run) -> bytes:
    """Run the plan's fetches and give the client's response as JSON."""
    if len(run.compiled.fetches) == 1:
        await fetch(run, 0)
    elif run.compiled.fetches:
        await Schedule(run).finish(run.compiled.ready)
    return respond(run)


async def execute_event(run: Run, event: bytes) -> bytes:
    """Run what a subscription's plan has beside its first fetch, which brought this event."""
    try:
        _receive(run, 0, event, [])
    except FetchError as error:
        fail(run, 0, error)
    if len(run.compiled.fetches) > 1:
        schedule = Schedule(run)
        await schedule.finish(schedule.ready_after(0))
    return respond(run)


def fail(run: Run, number: int, error: FetchError) -> None:
    """Note that a fetch brought nothing, for this reason."""
    service = run.compiled.fetches[number].node.service
    _fail(run, number, [error_of_failure(error, service)])


def respond(run: Run) -> bytes:
    """The response from what the fetches laid into the tree, or what was passed through."""
    if run.passed is not None:
        return run.passed
    _fill_lacking(run)
    show_failures(run, run.failed)
    data: dict[str, Any] | None
    try:
        memos: list[dict[Any, Any] | None] = [
            {} if is_shared else None for is_shared in run.is_shared
        ]
        data = run.compiled.project(run.root, memos, run.introspection)
        if run.refusals is not None:
            refused = Refused(run.refusals, run.variables)
            run.errors += refused.errors_in(run.compiled.markers, run.compiled.shape, run.root)
    except GIVES_UP:
        data = _complete(run)
    if run.errors:
        return dumps({"errors": run.errors, "data": data})
    return b'{"data":' + dumps(data) + b"}"


def _complete(run: Run) -> dict[str, Any] | None:
    refused = Refused(run.refusals, run.variables) if run.refusals is not None else None
    completion = Completion(run.introspection, Explained(run.explained, run.unfilled), refused)
    data = completion.complete(run.compiled.shape, run.root)
    run.errors += completion.errors
    return data


def _fill_lacking(run: Run) -> None:
    """Null what no fetch brought. Only now: a representation is not made from such a null."""
    for objects, names in run.lacking:
        for each in objects:
            for name in names:
                each.setdefault(name, None)


def show_failures(run: Run, fetches: Iterable[int]) -> None:
    """A failure that left no field of the answer empty is an error without a path."""
    for number in fetches:
        failure = run.failed.get(number)
        if failure is not None and not failure.is_shown:
            run.errors += failure.errors
            failure.is_shown = True


class Schedule:
    """Counts for each fetch those it still waits for, and starts it when there is none left."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.waits_for = [fetch.waits_for for fetch in run.compiled.fetches]
        self.tasks: list[asyncio.Task[None]] = []

    async def finish(self, ready: tuple[int, ...]) -> None:
        """Run these fetches, and all that wait for them.

        One branch of each fork needs no task of its own.
        """
        try:
            await self._follow_all(ready)
            for task in self.tasks:  # which grow in number meanwhile
                await task
        except BaseException:
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)
            raise

    async def _follow_all(self, ready: tuple[int, ...]) -> None:
        while ready:
            for other in ready[1:]:
                self.tasks.append(asyncio.create_task(self._follow_all((other,))))
            await self.fetch(ready[0])
            ready = self.now_ready(ready[0])

    def ready_after(self, done: int) -> tuple[int, ...]:
        """The fetches to begin with where one is done already."""
        others = tuple(each for each in self.run.compiled.ready if each != done)
        return (*others, *self.now_ready(done))

    def fetch(self, number: int) -> Awaitable[None]:
        """Run one fetch."""
        return fetch(self.run, number)

    def now_ready(self, number: int) -> tuple[int, ...]:
        """The fetches that waited for one that is done, and for nothing else any more."""
        ready = []
        for dependent in self.run.compiled.fetches[number].dependents:
            self.waits_for[dependent] -= 1
            if not self.waits_for[dependent]:
                ready.append(dependent)
        return tuple(ready)


async def fetch(run: Run, number: int) -> None:
    """Run one fetch of a run: gather what it sends, send it, and lay what comes into the tree."""
    this = run.compiled.fetches[number]
    groups: Groups = []
    representations: Mapping[str, Any] = {}
    if this.gather is not None:
        representations, groups = this.gather(run)
        if not any(representations.values()):
            _skip(run, number)
            return
    elif this.below and not any(run.stands[each.stand.number] for each in this.below):
        _skip(run, number)
        return
    if not this.node.contexts:
        await _ask(run, number, representations, groups)
        return
    parts = parts_by_context(run, this.node, this.enterings, (representations, groups))
    await asyncio.gather(*(_ask(run, number, *part) for part in parts))


async def _ask(run: Run, number: int, representations: Mapping[str, Any], groups: Groups) -> None:
    fetch = run.compiled.fetches[number]
    body = fetch.body(run.variables, representations)
    record = _record(run, fetch, body, groups)
    try:
        answer = await run.fetcher.send(
            fetch.node.service, body, run.headers, is_query=fetch.is_query
        )
        if record is not None:
            record.bytes_received = len(answer)
        _receive(run, number, answer, groups)
    except FetchError as error:
        if record is not None:
            record.error = error.reason
        fail(run, number, error)
    finally:
        if record is not None:
            record.ended = time.perf_counter() - run.started


def _receive(run: Run, number: int, answer: bytes, groups: Groups) -> None:
    passage = run.compiled.passage
    if passage is not None and len(answer) >= LEAST_BYTES:
        run.passed = passage.through(answer)
    if run.passed is None:
        _absorb(run, number, answer, groups)


def _record(run: Run, fetch: CompiledFetch, body: bytes, groups: Groups) -> FetchRecord | None:
    if run.records is None:
        return None
    record = FetchRecord(fetch.node.id, fetch.node.service, time.perf_counter() - run.started)
    record.bytes_sent = len(body)
    if fetch.node.entries:
        record.rows = sum(map(len, groups))
    run.records.append(record)
    return record


def _absorb(run: Run, number: int, body: bytes, groups: Groups) -> None:
    fetch = run.compiled.fetches[number]
    service = fetch.node.service
    try:
        answer = run.compiled.loads(body)
        data, errors = answer.get("data"), answer.get("errors")
        if data is not None:
            fetch.absorb(run, data, groups)
        elif not errors:
            raise SubgraphBadAnswer(f"The service '{service}' gave neither data nor errors.")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise SubgraphBadAnswer(
            f"The service '{service}' gave an answer that is no GraphQL response to the request."
        ) from error
    if errors:
        told = errors if isinstance(errors, list) else [errors]
        if data is None:
            _refuse(run, number, told, groups)
        else:
            _report(run, number, (told, run.compiled.fetches[number].enterings, groups), data)


def _report(run: Run, number: int, asked: Asked, data: dict[str, Any]) -> None:
    failures = run.compiled.failures
    run.errors += failures.report_errors(run, run.compiled.fetches[number].node, asked)
    failures.note_unknown(run, data, asked)


def _refuse(run: Run, number: int, errors: list[Any], groups: Groups) -> None:
    """The subgraph gave errors and no data: those without a path are for all of the fetch."""
    fetch = run.compiled.fetches[number]
    failures = run.compiled.failures
    pathless = failures.report_errors(run, fetch.node, (errors, fetch.enterings, groups))
    if pathless:
        _fail(run, number, pathless)
    else:
        _lack(run, fetch)


def _fail(run: Run, number: int, errors: list[dict[str, Any]]) -> None:
    """The fetch brought nothing, for the reason that the errors tell."""
    failure = run.failed[number] = Failure(errors)
    _lack(run, run.compiled.fetches[number])
    _show(run, number, failure)


def _skip(run: Run, number: int) -> None:
    """There is nothing to ask for: by right, or because a fetch that this one reads failed."""
    fetch = run.compiled.fetches[number]
    _lack(run, fetch)
    stands = [entering.stand.number for entering in fetch.enterings]
    stands += [below.stand.number for below in fetch.below]
    if any(run.stands[stand] for stand in stands):
        for source in fetch.data_from:
            if source in run.failed:
                run.failed[number] = run.failed[source]
                _show(run, number, run.failed[source])
                return


def _show(run: Run, number: int, failure: Failure) -> None:
    fetch = run.compiled.fetches[number]
    failure.is_shown |= run.compiled.failures.report_failed(
        run, fetch.node, fetch.enterings, failure.errors
    )


def _lack(run: Run, fetch: CompiledFetch) -> None:
    for below in fetch.below:
        run.lacking.append((run.stands[below.stand.number], fetch.names[0]))
    if not fetch.enterings and not fetch.below:
        run.lacking.append(([run.root], fetch.names[0]))
    for entering, names in zip(fetch.enterings, fetch.names, strict=False):
        run.lacking.append((run.stands[entering.stand.number], names))
