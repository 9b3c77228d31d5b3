"""Operations that were seen: accepted once, planned once for each way to answer them.

The ways differ by the override labels that are on, and by what the asker may read.

A request whose text was seen before touches neither parser nor planner.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from graphql import (
    GraphQLDeferDirective,
    GraphQLError,
    GraphQLSchema,
    parse,
)

from router.errors import PlanError, RequestError, SupergraphError
from router.executor.compile import CompiledPlan, compile_plan
from router.executor.conditions import condition_variables
from router.executor.introspection import Introspection
from router.executor.parts import deferral_variables
from router.executor.refused import Refusals
from router.gateway.authorization.refused import with_refusals
from router.gateway.labels import LabelChoice, Labels, OverrideLabels
from router.gateway.made import Made
from router.gateway.options import GatewayOptions
from router.gateway.worker import Worker
from router.operation.authorize import Permitted, demands_of, permit
from router.operation.document import (
    Document,
    TooManyComparisons,
    choose_operation,
    validate_document,
)
from router.operation.limits import check_limits, exceeded
from router.operation.model import Operation
from router.operation.normalize import normalize
from router.operation.requirements import Demands, Requirements
from router.operation.variables import VariableCoercion
from router.planner.planner import Planner
from router.query_plan.nodes import Defer, QueryPlan
from router.supergraph.api_schema import build_api_schema
from router.supergraph.model import ObjectType, Supergraph

_VARIANTS = 16
"""How many variants of one operation are kept: label sets with demands, values of conditions."""


Variant = tuple[Labels, Demands]
"""For which an operation has a plan: the labels that are on, the demands that hold."""

Form = tuple[bool, tuple[bool, ...]]
"""For which a plan is compiled: whether it comes in parts, the values of condition variables."""


class Operations:
    """Accepts and plans the operations of one supergraph."""

    def __init__(
        self,
        supergraph: Supergraph,
        options: GatewayOptions,
        requirements: Requirements,
        worker: Worker,
    ) -> None:
        self.supergraph = supergraph
        self.worker = worker
        self._planning = threading.Lock()
        self._requirements = requirements
        self._is_guarded = bool(requirements)
        self.schema = _schema_of(supergraph)
        if self.schema.get_directive(GraphQLDeferDirective.name) is None:
            self.schema.directives = (*self.schema.directives, GraphQLDeferDirective)
        self._planner = Planner.of(supergraph)
        self._limits = options.limits
        self._introspection = options.introspection
        self._labels = OverrideLabels(supergraph, options.override_labels)
        self._hides_types = any(
            isinstance(each, ObjectType) and each.name not in self.schema.type_map
            for each in supergraph.types.values()
        )

    def accept(self, text: str, operation_name: str | None) -> AcceptedOperation:
        """Parse, count, validate, choose. Raises `RequestError` with the reasons to refuse."""
        chosen = self._chosen(text, operation_name)
        introspection = Introspection(self.schema, chosen.operation, chosen.fragments)
        if introspection.is_asked and not self._introspection:
            raise RequestError.of("Introspection is switched off.", "INTROSPECTION_DISABLED")
        graph = self._planner.graph
        operation = normalize(chosen, graph.supergraph, graph.possible_types)
        return AcceptedOperation(
            self,
            (operation, self._labels.choice(operation.selections)),
            VariableCoercion(self.schema, chosen.operation.variable_definitions),
            introspection if introspection.is_asked else None,
            self._demands(operation),
        )

    def plan(self, operation: Operation, labels: Labels) -> QueryPlan:
        """Plan an operation. Raises `PlanError`."""
        with self._planning:  # the planner remembers what it learns, for one caller at a time
            return self._planner.plan_operation(operation, dict.fromkeys(labels, True))

    def permit(self, operation: Operation, held: Demands) -> Permitted:
        """What of an operation may be asked where these demands hold."""
        return permit(operation, self._requirements, self._planner.graph.possible_types, held)

    def compile(
        self, plan: QueryPlan, flags: Mapping[str, bool], *, in_parts: bool = False
    ) -> CompiledPlan:
        """Compile a plan for values of its condition variables. Raises `PlanError`."""
        return compile_plan(
            plan, self.schema, flags, hides_types=self._hides_types, in_parts=in_parts
        )

    def _demands(self, operation: Operation) -> Demands:
        if not self._is_guarded:
            return frozenset()
        return demands_of(operation, self._requirements, self._planner.graph.possible_types)

    def _chosen(self, text: str, operation_name: str | None) -> Document:
        try:
            document = parse(text, max_tokens=self._limits.tokens, allow_empty_selection_sets=False)
        except GraphQLError as error:
            raise _refusal([error], "GRAPHQL_PARSE_FAILED") from error
        check_limits(document, self._limits)
        try:
            errors = validate_document(self.schema, document, self._limits.comparisons)
        except TooManyComparisons as error:
            raise exceeded("comparisons", self._limits.comparisons) from error
        if errors:
            raise _refusal(errors, "GRAPHQL_VALIDATION_FAILED")
        try:
            return choose_operation(document, operation_name)
        except GraphQLError as error:
            raise _refusal([error], "OPERATION_RESOLUTION_FAILURE") from error


class AcceptedOperation:
    """An operation that is valid for the API schema, with the plans made for it so far.

    `demands` are all the requirements that it touches.
    """

    def __init__(
        self,
        operations: Operations,
        operation: tuple[Operation, LabelChoice],
        variables: VariableCoercion,
        introspection: Introspection | None,
        demands: Demands,
    ) -> None:
        self.operation, self._labels = operation
        self.demands = demands
        self.variables = variables
        self.introspection = introspection
        self._operations = operations
        self.plans: Made[Variant, PlannedOperation] = Made(_VARIANTS, operations.worker)

    def variant(self, held: Demands | None = None) -> Variant:
        """The variant for a request for which these demands hold (None: all); labels are drawn."""
        return self._labels.draw(), self.demands if held is None else held

    async def planned(self, variant: Variant) -> PlannedOperation:
        """The operation's plan for a variant. Raises `RequestError`."""
        return await self.plans.make(variant, lambda: self._plan(*variant))

    def planned_now(self) -> PlannedOperation:
        """The operation's plan where all demands hold, made in this thread."""
        variant = self.variant()
        return self.plans.make_now(variant, lambda: self._plan(*variant))

    def _plan(self, labels: Labels, held: Demands) -> PlannedOperation:
        with planning():
            if held == self.demands:
                plan = self._operations.plan(self.operation, labels)
                return PlannedOperation(self._operations, plan)
            permitted = self._operations.permit(self.operation, held)
            plan = self._operations.plan(permitted.operation, labels)
            plan = with_refusals(plan, permitted.refusals)
            return PlannedOperation(self._operations, plan, permitted.refusals)


class PlannedOperation:
    """A plan, and its compiled forms: one for each set of values of its condition variables.

    `refusals` are the fields that the plan leaves out, because the asker may not read them.
    """

    def __init__(
        self, operations: Operations, plan: QueryPlan, refusals: Refusals | None = None
    ) -> None:
        self.plan = plan
        self.refusals: Refusals = refusals or {}
        self._operations = operations
        self._conditions = condition_variables(plan)
        self._deferrals = deferral_variables(plan)
        self._always = None if self._conditions else operations.compile(plan, {})
        self._compiled: Made[Form, CompiledPlan] = Made(_VARIANTS, operations.worker)

    def known(self, variables: Mapping[str, Any], *, in_parts: bool = False) -> CompiledPlan | None:
        """As `compiled`, None where that is yet to be made."""
        if self._always is not None and not (in_parts and isinstance(self.plan.node, Defer)):
            return self._always
        return self._compiled.get(self._form(variables, in_parts))

    async def compiled(
        self, variables: Mapping[str, Any], *, in_parts: bool = False
    ) -> CompiledPlan:
        """The plan as functions, for these values of the variables. Raises `RequestError`.

        `in_parts`: what is deferred, if anything, comes later.
        """
        form = self._form(variables, in_parts)
        return await self._compiled.make(form, lambda: self._compile(form))

    def compiled_now(self, variables: Mapping[str, Any]) -> CompiledPlan:
        """The plan as functions that answer at once, made in this thread."""
        form = self._form(variables, False)
        return self._always or self._compiled.make_now(form, lambda: self._compile(form))

    def _form(self, variables: Mapping[str, Any], in_parts: bool) -> Form:
        in_parts = in_parts and isinstance(self.plan.node, Defer)
        return in_parts, tuple(bool(variables.get(name)) for name in self._names(in_parts))

    def _names(self, in_parts: bool) -> tuple[str, ...]:
        return (*self._conditions, *self._deferrals) if in_parts else self._conditions

    def _compile(self, form: Form) -> CompiledPlan:
        in_parts, values = form
        flags = dict(zip(self._names(in_parts), values, strict=True))
        with planning():
            return self._operations.compile(self.plan, flags, in_parts=in_parts)


@contextmanager
def planning() -> Iterator[None]:
    """What cannot be planned is refused: raises `RequestError` for `PlanError`."""
    try:
        yield
    except PlanError as error:
        raise RequestError.of(str(error), "PLANNING_FAILED", status=500) from error


def _refusal(errors: list[GraphQLError], code: str) -> RequestError:
    return RequestError([{**error.formatted, "extensions": {"code": code}} for error in errors])


def _schema_of(supergraph: Supergraph) -> GraphQLSchema:
    try:
        return build_api_schema(supergraph)
    except TypeError as error:
        raise SupergraphError(f"The supergraph makes no schema for clients: {error}") from error
