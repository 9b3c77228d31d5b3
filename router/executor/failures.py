"""What goes wrong in a fetch, as errors of the client's answer.

GraphQL specification, "Errors": a path names the response field which has the error. A subgraph's
error keeps its message and extensions; its path becomes the client's, once for each place where
the object stands that it is about. A fetch that failed as a whole has one error for each field
that it would have filled: at the first object of the field's position, and the nulls at the
others are explained by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from router.errors import FetchError
from router.executor.answer_paths import client_paths, objects_at
from router.executor.layout import Entering, names_laid
from router.executor.merge import Groups
from router.executor.run import Run
from router.executor.shape import ObjectShape, Path
from router.query_plan.nodes import Fetch, Position


class Failures:
    """Reports into a run what went wrong in its fetches."""

    def __init__(self, shape: ObjectShape) -> None:
        self.shape = shape

    def report_failed(
        self, run: Run, fetch: Fetch, enterings: tuple[Entering, ...], errors: list[dict[str, Any]]
    ) -> bool:
        """Lay errors at each field that the fetch would have filled; tell whether there was one."""
        reported = False
        for places in self._fields_unfilled(run, fetch, enterings):
            run.explained.extend(places)
            first: dict[Path, Path] = {}
            for place in places:
                first.setdefault(tuple(step for step in place if isinstance(step, str)), place)
            for place in first.values():
                reported = True
                run.errors.extend({**error, "path": list(place)} for error in errors)
        return reported

    def report_errors(
        self,
        run: Run,
        fetch: Fetch,
        subgraph: tuple[list[Any], tuple[Entering, ...], Groups],
    ) -> list[dict[str, Any]]:
        """Lay a subgraph's errors at the client's paths, and return those that have no path."""
        errors, enterings, groups = subgraph
        without_path = []
        for error in errors:
            reported = error_of(error, fetch.service)
            path = error.get("path") if isinstance(error, dict) else None
            if not isinstance(path, list) or not path:
                without_path.append(reported)
                continue
            internal_paths = self._internal_paths(run, fetch, tuple(path), enterings, groups)
            translated = [
                each
                for internal in internal_paths
                for each in client_paths(self.shape, run.root, internal)
            ]
            for each in dict.fromkeys(translated):
                run.explained.append(each)
                run.errors.append({**reported, "path": list(each)} if each else reported)
            if not translated:
                without_path.append(reported)
        return without_path

    @staticmethod
    def _positions(fetch: Fetch) -> tuple[Position, ...]:
        return () if fetch.entries else fetch.positions

    def _internal_paths(
        self, run: Run, fetch: Fetch, path: Path, enterings: tuple[Entering, ...], groups: Groups
    ) -> Iterator[Path]:
        if not enterings:
            for position in self._positions(fetch):
                for internal, _ in objects_at(run.root, position):
                    yield (*internal, *path)
        for entering, group in zip(enterings, groups, strict=True):
            if path[0] != entering.entry.response_name or len(path) < 2:
                continue
            index = path[1]
            objects = {id(each) for each in group.get(index, [])} if isinstance(index, int) else ()
            for internal, each in objects_at(run.root, entering.position):
                if id(each) in objects:
                    yield (*internal, *path[2:])

    def _fields_unfilled(
        self, run: Run, fetch: Fetch, enterings: tuple[Entering, ...]
    ) -> Iterator[list[Path]]:
        """For each field of each position: the client's paths of all that stays empty."""
        for position in self._positions(fetch):
            internals = [internal for internal, _ in objects_at(run.root, position)]
            for name in names_laid(fetch.selections):
                yield self._shown(run, [(*internal, name) for internal in internals])
        for entering in enterings:
            of_types = frozenset[str]().union(
                *(each.types for each in entering.entry.representations)
            )
            objects = [
                internal
                for internal, each in objects_at(run.root, entering.position)
                if each.get("__typename", None) in of_types or "__typename" not in each
            ]
            for name in names_laid(entering.entry.selections):
                yield self._shown(run, [(*internal, name) for internal in objects])

    def _shown(self, run: Run, internal_paths: Iterable[Path]) -> list[Path]:
        return [
            path
            for internal in internal_paths
            for path in client_paths(self.shape, run.root, internal)
            if len(path) == len(internal)
        ]


def error_of(error: object, service: str) -> dict[str, Any]:
    """A subgraph's error as the client gets it, with the service's name and without locations.

    Locations point into a document that the client never saw.
    """
    if not isinstance(error, Mapping):
        error = {}
    message = error.get("message")
    extensions = error.get("extensions")
    return {
        "message": message if isinstance(message, str) else "The service gave an error.",
        "extensions": {
            "code": "DOWNSTREAM_SERVICE_ERROR",
            "service": service,
            **(extensions if isinstance(extensions, Mapping) else {}),
        },
    }


def error_of_failure(error: FetchError, service: str) -> dict[str, Any]:
    """A fetch's failure as the client gets it."""
    return {
        "message": str(error),
        "extensions": {
            "code": "SUBGRAPH_REQUEST_FAILED",
            "service": service,
            "reason": error.reason,
        },
    }


class Explained:
    """Knows the paths at which errors explain a null: theirs, and those above them."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.paths = {path[:end] for path in paths for end in range(1, len(path) + 1)}

    def __call__(self, path: Path) -> bool:
        return path in self.paths
