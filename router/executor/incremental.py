"""A plan executed in parts: what is not deferred first, then each `@defer` when it is there.

The form is that of the proposal's edition of 2022 ("Defer/Stream Directives"), which clients know:
`{data, hasNext}`, then `{incremental: [{data, path, label, errors}], hasNext}`, laid over what came
before. A null that a position refuses goes up no further than to where its part begins.

All parts are laid into one tree, and each fetch starts the moment what it waits for is there. A
part is read from the tree when its fetches are done, and the part around it was sent.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from router.executor.compiled_parts import CompiledPart, CompiledParts, Project
from router.executor.completion import Completion
from router.executor.exact_json import dumps
from router.executor.execute import Schedule, fetch, show_failures
from router.executor.failures import Explained
from router.executor.merge import copy_json
from router.executor.parts import PartId
from router.executor.places import Place, overlay, places
from router.executor.projection import GIVES_UP
from router.executor.refused import Refused
from router.executor.run import Run
from router.executor.shape import ObjectShape, Path

Json = dict[str, Any]


async def execute_in_parts(run: Run) -> AsyncGenerator[bytes, None]:
    """The initial result (JSON), and then results with the parts that are there meanwhile."""
    assert run.compiled.parts is not None, "the plan was compiled to be executed in parts"
    schedule = _Schedule(run, run.compiled.parts)
    fetching = asyncio.create_task(schedule.finish(run.compiled.ready))
    fetching.add_done_callback(lambda _: schedule.progress.set())
    try:
        async with aclosing(_Answer(schedule, run.compiled.parts).results(fetching)) as results:
            async for result in results:
                yield dumps(result)
    finally:
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)


class _Schedule(Schedule):
    """Runs each fetch with the run of its part, and counts those that a part still waits for."""

    def __init__(self, run: Run, parts: CompiledParts) -> None:
        super().__init__(run)
        self.progress = asyncio.Event()
        self.runs: dict[PartId, Run] = {None: run}
        self.runs.update({each.part.id: run.part() for each in parts.compiled})
        self.left = Counter(parts.of_fetches)
        self._of_fetches = parts.of_fetches

    async def fetch(self, number: int) -> None:
        """See `Schedule`."""
        part = self._of_fetches[number]
        await fetch(self.runs[part], number)
        self.left[part] -= 1
        self.progress.set()


class _Answer:
    """What was sent so far, and what is to be sent."""

    def __init__(self, schedule: _Schedule, parts: CompiledParts) -> None:
        run = schedule.run
        self._run = run
        self._schedule = schedule
        self._parts = parts
        self._refused = Refused(run.refusals or {}, run.variables)
        self._sent: Json | None = None
        self._waiting = list(parts.compiled)

    async def results(self, fetching: asyncio.Task[None]) -> AsyncGenerator[Json, None]:
        """Each result as soon as it is complete."""
        while self._schedule.left[None]:
            await self._progress(fetching)
        yield self._initial()
        while self._waiting:
            complete = [part for part in self._waiting if self._is_complete(part)]
            if not complete:
                await self._progress(fetching)
                continue
            self._waiting = [part for part in self._waiting if part not in complete]
            entries = [entry for part in complete for entry in self._entries(part)]
            has_next = {"hasNext": bool(self._waiting)}
            if entries:
                yield {"incremental": entries, **has_next}
            elif not self._waiting:
                yield has_next

    async def _progress(self, fetching: asyncio.Task[None]) -> None:
        if fetching.done():
            fetching.result()
        await self._schedule.progress.wait()
        self._schedule.progress.clear()

    def _is_complete(self, part: CompiledPart) -> bool:
        is_around_sent = all(each.part.id != part.part.parent for each in self._waiting)
        return is_around_sent and not self._schedule.left[part.part.id]

    def _initial(self) -> Json:
        run = self._run
        self._settle(None)
        compiled = run.compiled
        place = Place((), run.root, {})
        self._sent, errors = self._read(run, (compiled.shape, compiled.project), place)
        if self._sent is None:
            self._waiting.clear()
        errors = [*run.errors, *errors]
        more = {"hasNext": bool(self._waiting)}
        result = {**({"errors": errors} if errors else {}), "data": self._sent, **more}
        self._sent = copy_json(self._sent)
        return result

    def _entries(self, part: CompiledPart) -> Iterator[Json]:
        """What to send of a part: one entry for each object to which it adds something."""
        self._settle(part.part.id)
        run = self._schedule.runs[part.part.id]
        label = {} if part.part.label is None else {"label": part.part.label}
        for shape, place in places(part.shape, part.part.path, self._start):
            data, errors = self._read(run, (shape, part.projects[shape]), place)
            if data is not None:
                overlay(place.sent, data)
            errors = [*self._taken(run, place.path), *errors]
            if data == {} and not errors:
                continue
            yield {
                "data": data,
                "path": list(place.path),
                **label,
                **({"errors": errors} if errors else {}),
            }

    @property
    def _start(self) -> Place:
        assert self._sent is not None, "nothing follows an answer that is null"
        return Place((), self._run.root, self._sent)

    def _read(
        self, run: Run, read: tuple[ObjectShape, Project], place: Place
    ) -> tuple[Json | None, list[Json]]:
        """What the client gets of an object, and the errors that reading it made."""
        shape, project = read
        try:
            # Without memos: what is read is compared with what was sent, so it must not be text.
            data = project(place.object, [None] * run.compiled.memos, run.introspection)
            markers = run.compiled.markers
            return data, list(self._refused.errors_in(markers, shape, place.object, place.path))
        except GIVES_UP:
            # Also where a fetch failed: nothing is filled with nulls while others read the tree.
            completion = Completion(
                run.introspection, Explained(run.explained, run.unfilled), self._refused
            )
            return completion.complete(shape, place.object, place.path), completion.errors

    def _settle(self, part: PartId) -> None:
        """Show what failed, and hand errors over to the parts that have their fields."""
        run = self._schedule.runs[part]
        of_fetches = self._parts.of_fetches
        show_failures(run, [number for number, its in enumerate(of_fetches) if its == part])
        for error in list(run.errors):
            heir = self._heir(part, tuple(error.get("path", ())))
            if heir is not run:
                run.errors.remove(error)
                heir.errors.append(error)
        for path in list(run.explained):
            heir = self._heir(part, path)
            if heir is not run:
                run.explained.remove(path)
                heir.explained.append(path)

    def _heir(self, part: PartId, path: Path) -> Run:
        runs = self._schedule.runs
        owners = self._parts.parts.owners(step for step in path if isinstance(step, str))
        later = [each.part.id for each in self._waiting if each.part.id in owners]
        return runs[part] if part in owners or not later else runs[later[0]]

    @staticmethod
    def _taken(run: Run, place: Path) -> list[Json]:
        """The errors of a part's fetches at a place of it, and those that have no place."""
        mine = [
            error
            for error in run.errors
            if "path" not in error or tuple(error["path"][: len(place)]) == place
        ]
        run.errors = [error for error in run.errors if error not in mine]
        return mine
