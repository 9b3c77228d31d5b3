"""Operations that were seen: accepted once, planned once for each way to answer them.

The ways differ by the override labels that are on, and by what the asker may read.

A request whose text was seen before touches neither parser nor planner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLDeferDirective, GraphQLError, parse, validate

from router.errors import RequestError
from router.executor.compile import CompiledPlan, compile_plan
from router.executor.conditions import condition_variables
from router.executor.introspection import Introspection
from router.executor.parts import deferral_variables
from router.executor.refused import Refusals
from router.gateway.authorization.refused import with_refusals
from router.gateway.labels import LabelChoice, Labels, OverrideLabels
from router.gateway.lru_cache import LruCache
from router.gateway.options import GatewayOptions
from router.operation.authorize import Permitted, demands_of, permit
from router.operation.document import Document, choose_operation
from router.operation.limits import check_limits
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


class Operations:
    """Accepts and plans the operations of one supergraph."""

    def __init__(
        self, supergraph: Supergraph, options: GatewayOptions, requirements: Requirements
    ) -> None:
        self.supergraph = supergraph
        self._requirements = requirements
        self._is_guarded = bool(requirements)
        self.schema = build_api_schema(supergraph)
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
        errors = validate(self.schema, document, allow_empty_selection_sets=False)
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
        self._plans: LruCache[tuple[Labels, Demands], PlannedOperation] = LruCache(_VARIANTS)

    def planned(self, held: Demands | None = None) -> PlannedOperation:
        """The operation's plan where these demands hold (None: all), by labels drawn for it.

        Raises `PlanError`.
        """
        labels = self._labels.draw()
        held = self.demands if held is None else held
        planned = self._plans.get((labels, held))
        if planned is None:
            planned = self._plans.put((labels, held), self._plan(labels, held))
        return planned

    def _plan(self, labels: Labels, held: Demands) -> PlannedOperation:
        if held == self.demands:
            return PlannedOperation(self._operations, self._operations.plan(self.operation, labels))
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
        self._always = None if self._conditions else operations.compile(plan, {})
        self._compiled: LruCache[tuple[bool, tuple[bool, ...]], CompiledPlan] = LruCache(_VARIANTS)

    def compiled(self, variables: Mapping[str, Any], *, in_parts: bool = False) -> CompiledPlan:
        """The plan as functions, for these values of the variables.

        `in_parts`: what is deferred, if anything, comes later.
        """
        in_parts = in_parts and isinstance(self.plan.node, Defer)
        if self._always is not None and not in_parts:
            return self._always
        names = self._conditions
        if in_parts:
            names = (*names, *deferral_variables(self.plan))
        values = tuple(bool(variables.get(name)) for name in names)
        compiled = self._compiled.get((in_parts, values))
        if compiled is None:
            flags = dict(zip(names, values, strict=True))
            compiled = self._operations.compile(self.plan, flags, in_parts=in_parts)
            self._compiled.put((in_parts, values), compiled)
        return compiled


def _refusal(errors: list[GraphQLError], code: str) -> RequestError:
    return RequestError([{**error.formatted, "extensions": {"code": code}} for error in errors])
