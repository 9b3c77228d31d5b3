"""Operations that were seen: accepted once, planned once for each set of override labels.

A request whose text was seen before touches neither parser nor planner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, OperationType, parse, validate

from router.errors import RequestError
from router.executor.compile import CompiledPlan, compile_plan
from router.executor.conditions import condition_variables
from router.executor.introspection import Introspection
from router.gateway.labels import LabelChoice, Labels, OverrideLabels
from router.gateway.lru_cache import LruCache
from router.gateway.options import GatewayOptions
from router.operation.document import Document, choose_operation
from router.operation.limits import check_limits
from router.operation.model import Operation
from router.operation.normalize import normalize
from router.operation.variables import VariableCoercion
from router.planner.planner import Planner
from router.query_plan.nodes import QueryPlan
from router.supergraph.api_schema import build_api_schema
from router.supergraph.model import ObjectType, Supergraph

_VARIANTS = 16
"""How many variants of one operation are kept: label sets, and values of its conditions."""


class Operations:
    """Accepts and plans the operations of one supergraph."""

    def __init__(self, supergraph: Supergraph, options: GatewayOptions) -> None:
        self.supergraph = supergraph
        self.schema = build_api_schema(supergraph)
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
        )

    def plan(self, operation: Operation, labels: Labels) -> QueryPlan:
        """Plan an operation. Raises `PlanError`."""
        return self._planner.plan_operation(operation, dict.fromkeys(labels, True))

    def compile(self, plan: QueryPlan, flags: Mapping[str, bool]) -> CompiledPlan:
        """Compile a plan for values of its condition variables. Raises `PlanError`."""
        return compile_plan(plan, self.schema, flags, hides_types=self._hides_types)

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
            chosen = choose_operation(document, operation_name)
        except GraphQLError as error:
            raise _refusal([error], "OPERATION_RESOLUTION_FAILURE") from error
        if chosen.operation.operation is OperationType.SUBSCRIPTION:
            raise RequestError.of(
                "A subscription cannot be answered with a single response.",
                "SUBSCRIPTION_NOT_SUPPORTED",
            )
        return chosen


class AcceptedOperation:
    """An operation that is valid for the API schema, with the plans made for it so far."""

    def __init__(
        self,
        operations: Operations,
        operation: tuple[Operation, LabelChoice],
        variables: VariableCoercion,
        introspection: Introspection | None,
    ) -> None:
        self.operation, self._labels = operation
        self.variables = variables
        self.introspection = introspection
        self._operations = operations
        self._plans: LruCache[Labels, PlannedOperation] = LruCache(_VARIANTS)

    def planned(self) -> PlannedOperation:
        """The operation's plan, for the labels drawn for one request. Raises `PlanError`."""
        labels = self._labels.draw()
        planned = self._plans.get(labels)
        if planned is None:
            plan = self._operations.plan(self.operation, labels)
            planned = self._plans.put(labels, PlannedOperation(self._operations, plan))
        return planned


class PlannedOperation:
    """A plan, and its compiled forms: one for each set of values of its condition variables."""

    def __init__(self, operations: Operations, plan: QueryPlan) -> None:
        self.plan = plan
        self._operations = operations
        self._conditions = condition_variables(plan)
        self._always = None if self._conditions else operations.compile(plan, {})
        self._compiled: LruCache[tuple[bool, ...], CompiledPlan] = LruCache(_VARIANTS)

    def compiled(self, variables: Mapping[str, Any]) -> CompiledPlan:
        """The plan as functions, for these values of the variables."""
        if self._always is not None:
            return self._always
        values = tuple(bool(variables.get(name)) for name in self._conditions)
        compiled = self._compiled.get(values)
        if compiled is None:
            flags = dict(zip(self._conditions, values, strict=True))
            compiled = self._compiled.put(values, self._operations.compile(self.plan, flags))
        return compiled


def _refusal(errors: list[GraphQLError], code: str) -> RequestError:
    return RequestError([{**error.formatted, "extensions": {"code": code}} for error in errors])
