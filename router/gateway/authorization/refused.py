"""Refused fields in plan and answer: null, with an error that says so.

GraphQL specification, "Handling Execution Errors". The permitted operation is planned with markers
in the place of refused fields (see `router.operation.authorize`); the plan's output then says of
each that it is in no fetch. There is one error for a refused field, at the first place where it
would have stood, as for a fetch that failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from router.errors import RequestError
from router.executor.refused import Refusals, asked_of, error_of, hold
from router.query_plan.nodes import Output, OutputField, QueryPlan


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
            refused=output.response_name,
        )
    return replace(output, selections=_outputs(output.selections, refusals))


def rejection(refusals: Refusals, variables: Mapping[str, Any]) -> RequestError | None:
    """The refusal of an operation as a whole; None where it asks for nothing that is refused."""
    errors = [
        error_of(field, (*refusal.path, *field.below))
        for refusal in refusals.values()
        if hold(refusal.conditions, variables)
        for field in asked_of(refusal, variables)
    ]
    return RequestError(errors, status=403) if errors else None
