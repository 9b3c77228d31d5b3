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
from router.executor.representations import is_of_any_type
from router.executor.run import Run
from router.executor.shape import ObjectShape, Path
from router.query_plan.nodes import Fetch, Position

Asked = tuple[list[Any], tuple[Entering, ...], Groups]
"""A subgraph's errors, and for which objects it was asked."""


class Failures:
    """Reports into a run what went wrong in its fetches."""

    def __init__(self, shape: ObjectShape) -> None:
        self.shape = shape

    def report_failed(
        self, run: Run, fetch: Fetch, enterings: tuple[Entering, ...], errors: list[dict[str, Any]]
    ) -> bool:
        """Lay errors at each field that the fetch would have filled; tell whether there was one."""
        reported = False
        told = _told(run)
        for places in self._fields_unfilled(run, fetch, enterings):
            run.unfilled.extend(places)
            first: dict[Path, Path] = {}
            for place in places:
                first.setdefault(tuple(step for step in place if isinstance(step, str)), place)
            for place in first.values():
                reported = True
                if place not in told:
                    run.errors.extend({**error, "path": list(place)} for error in errors)
        return reported

    def report_errors(
        self,
        run: Run,
        fetch: Fetch,
        asked: Asked,
    ) -> list[dict[str, Any]]:
        """Lay a subgraph's errors at the client's paths, and return those that have no path."""
        errors, enterings, groups = asked
        without_path = []
        told = _told(run)
        for error in errors:
            reported = error_of(error, fetch.service)
            path = _path_of(error)
            if not path:
                without_path.append(reported)
                continue
            internal_paths = self._internal_paths(run, fetch, path, enterings, groups)
            translated = [
                each
                for internal in internal_paths
                for each in client_paths(self.shape, run.root, internal)
            ]
            for each in dict.fromkeys(translated):
                run.explained.append(each)
                if each and each in told:
                    continue
                told.add(each)
                run.errors.append({**reported, "path": list(each)} if each else reported)
            if not translated:
                without_path.append(reported)
        return without_path

    def note_unknown(self, run: Run, data: Mapping[str, Any], asked: Asked) -> None:
        """Note what stays empty because an error, which is told, made a whole entity null."""
        errors, enterings, groups = asked
        failed = {tuple(path[:2]) for e in errors if len(path := _path_of(e)) > 1}
        for entering, group in zip(enterings, groups, strict=True):
            name = entering.entry.response_name
            for index, objects in group.items():
                if (name, index) not in failed or data[name][index] is not None:
                    continue
                mine = {id(each) for each in objects}
                for internal, each in objects_at(run.root, entering.position):
                    if id(each) in mine:
                        laid = names_laid(entering.entry.selections)
                        places = self._shown(run, ((*internal, one) for one in laid))
                        run.unfilled.extend(places)

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
            is_any = any(map(is_of_any_type, entering.entry.representations))
            objects = [
                internal
                for internal, each in objects_at(run.root, entering.position)
                if is_any or each.get("__typename", None) in of_types or "__typename" not in each
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


def _path_of(error: object) -> Path:
    path = error.get("path") if isinstance(error, Mapping) else None
    return tuple(path) if isinstance(path, list) else ()


def _told(run: Run) -> set[Path]:
    """The paths that have their error: a field has one, though several subgraphs were asked."""
    return {tuple(error["path"]) for error in run.errors if error.get("path")}


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
    """Knows the paths at which errors explain a null: theirs, those above them, and what they left
    unfilled, with all below.
    """

    def __init__(self, paths: Iterable[Path], unfilled: Iterable[Path] = ()) -> None:
        self.unfilled = set(unfilled)
        every = (*paths, *self.unfilled)
        self.paths = {path[:end] for path in every for end in range(1, len(path) + 1)}

    def __call__(self, path: Path) -> bool:
        return path in self.paths or any(path[:end] in self.unfilled for end in range(1, len(path)))
