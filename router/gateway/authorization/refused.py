"""Refused fields in plan and answer: null, with an error that says so.

GraphQL specification, "Handling Execution Errors". The permitted operation is planned with markers
in the place of refused fields (see `router.operation.authorize`); the plan's output then says of
each that it is in no fetch. There is one error for a refused field, at the first place where it
would have stood, as for a fetch that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from router.errors import RequestError
from router.executor.compile import CompiledPlan
from router.executor.completion import Completion, Path
from router.executor.failures import Explained
from router.executor.projection import GIVES_UP
from router.executor.run import Run
from router.executor.shape import UnreachableShape
from router.operation.authorize import Refusal, RefusedField
from router.operation.model import VariableCondition
from router.query_plan.nodes import Output, OutputField, QueryPlan

UNAUTHORIZED = "UNAUTHORIZED_FIELD_OR_TYPE"

Refusals = Mapping[str, Refusal]
"""By the names of their markers."""


def with_refusals(plan: QueryPlan, refusals: Refusals) -> QueryPlan:
    """The plan of a permitted operation, with the refused fields in the place of markers."""
    return replace(plan, output=_outputs(plan.output, refusals))


def _outputs(outputs: tuple[Output, ...], refusals: Refusals) -> tuple[Output, ...]:
    return tuple(_output(each, refusals) for each in outputs)


def _output(output: Output, refusals: Refusals) -> Output:
    if isinstance(output, OutputField) and output.response_name in refusals:
        selection = refusals[output.response_name].selection
        return replace(
            output,
            name=selection.name,
            response_name=selection.response_name,
            source=selection.response_name,
            type=selection.type,
            is_unreachable=True,
        )
    return replace(output, selections=_outputs(output.selections, refusals))


def rejection(refusals: Refusals, variables: Mapping[str, Any]) -> RequestError | None:
    """The refusal of an operation as a whole; None where it asks for nothing that is refused."""
    errors = [
        _error(field, (*refusal.path, *field.below))
        for refusal in refusals.values()
        if _hold(refusal.conditions, variables)
        for field in _asked(refusal, variables)
    ]
    return RequestError(errors, status=403) if errors else None


def answering_refusals(run: Run, refusals: Refusals) -> CompiledPlan:
    """The plan of a run, whose projection lays an error where it meets a refused field."""
    project = run.compiled.project

    def answer(
        root: dict[str, Any],
        memos: list[dict[Any, Any] | None],
        introspection: Mapping[str, Any],
    ) -> dict[str, Any] | None:
        try:
            return project(root, memos, introspection)
        except GIVES_UP:
            completion = _Completion(run, refusals)
            data = completion.complete(run.compiled.shape, root)
            run.errors += completion.errors
            return data

    return replace(run.compiled, project=cast(Callable[..., dict[str, Any]], answer))


class _Completion(Completion):
    """Completes an answer in which some unreachable fields are refused ones."""

    def __init__(self, run: Run, refusals: Refusals) -> None:
        self._explained = Explained(run.explained, run.unfilled)
        super().__init__(run.introspection, self._is_explained)
        self._variables = run.variables
        self._at: dict[tuple[str, ...], list[Refusal]] = {}
        for refusal in refusals.values():
            self._at.setdefault(refusal.path, []).append(refusal)
        self._told: set[int] = set()
        self._refused: set[Path] = set()

    def _is_explained(self, path: Path) -> bool:
        return path in self._refused or self._explained(path)

    def _unreachable(self, field: UnreachableShape, owner: str, path: Path) -> None:
        place = (*path, field.response_name)
        refusal = self._refusal(place, owner)
        if refusal is not None:
            self._refused.add(place)
            if id(refusal) not in self._told:
                self._told.add(id(refusal))
                asked = _asked(refusal, self._variables)
                self.errors += [_error(each, (*place, *each.below)) for each in asked]
        super()._unreachable(field, owner, path)

    def _refusal(self, place: Path, owner: str) -> Refusal | None:
        names = tuple(step for step in place if isinstance(step, str))
        for refusal in self._at.get(names, ()):
            if refusal.types is None or owner in refusal.types:
                return refusal
        return None


def _asked(refusal: Refusal, variables: Mapping[str, Any]) -> Iterator[RefusedField]:
    """The refused fields that the operation asks for, with these values of its variables."""
    for field in refusal.fields:
        if _hold(field.conditions, variables):
            yield field


def _hold(conditions: tuple[VariableCondition, ...], variables: Mapping[str, Any]) -> bool:
    return all(bool(variables.get(each.variable)) is each.value for each in conditions)


def _error(field: RefusedField, path: Path) -> dict[str, Any]:
    return {
        "message": f"Access to {field.coordinate} is not permitted.",
        "path": list(path),
        "extensions": {"code": UNAUTHORIZED},
    }
