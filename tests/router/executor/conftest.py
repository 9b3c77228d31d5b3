"""Plans written by hand: the output that a query asks for, and runs of compiled plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest
from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    parse,
)

from router.executor.compile import CompiledPlan, compile_plan
from router.executor.conditions import condition_variables
from router.executor.execute import execute, respond
from router.executor.fetch import Service, SubgraphFetcher
from router.executor.run import Run
from router.executor.transport import CallableTransport
from router.query_plan.nodes import (
    Condition,
    Output,
    OutputField,
    OutputFragment,
    PlanNode,
    QueryPlan,
)
from router.supergraph.type_reference import type_reference


class _Outputs:
    """Reads a plan's output from a query; internal names are the fields' own unless told."""

    def __init__(self, schema: GraphQLSchema, text: str, sources: Mapping[str, str]) -> None:
        self.schema = schema
        self.sources = sources
        document = parse(text)
        self.fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        [self.operation] = [
            node for node in document.definitions if isinstance(node, OperationDefinitionNode)
        ]

    def plan(self, node: PlanNode | None) -> QueryPlan:
        root = self.schema.get_root_type(self.operation.operation)
        assert root is not None
        output = self.of(self.operation.selection_set, root.name)
        return QueryPlan(self.operation.operation.value, node, output, root.name)

    def of(self, selection_set: SelectionSetNode | None, parent: str) -> tuple[Output, ...]:
        selections: Any = selection_set.selections if selection_set else ()
        return tuple(self.one(selection, parent) for selection in selections)

    def one(self, selection: Any, parent: str) -> Output:
        conditions = tuple(map(self.condition, selection.directives or ()))
        if isinstance(selection, FieldNode):
            return self.field(selection, parent, conditions)
        if isinstance(selection, FragmentSpreadNode):
            fragment = self.fragments[selection.name.value]
            name = fragment.type_condition.name.value
        else:
            assert isinstance(selection, InlineFragmentNode)
            fragment = selection
            name = selection.type_condition.name.value if selection.type_condition else parent
        named = self.schema.type_map[name]
        types = (
            {name}
            if isinstance(named, GraphQLObjectType)
            else {each.name for each in self.schema.get_possible_types(named)}
        )
        selections = self.of(fragment.selection_set, name)
        return OutputFragment(frozenset(types), conditions, selections)

    def field(self, node: FieldNode, parent: str, conditions: tuple[Condition, ...]) -> OutputField:
        name = node.name.value
        response_name = node.alias.value if node.alias else name
        if name.startswith("__"):
            reference, selections = type_reference("String!"), ()
        else:
            field = self.schema.type_map[parent].fields[name]
            reference = type_reference(str(field.type))
            selections = self.of(node.selection_set, get_named_type(field.type).name)
        source = self.sources.get(response_name, name)
        return OutputField(name, response_name, source, reference, parent, conditions, selections)

    @staticmethod
    def condition(directive: DirectiveNode) -> Condition:
        [argument] = directive.arguments
        assert isinstance(argument.value, VariableNode)
        return Condition(argument.value.name.value, directive.name.value == "include")


@pytest.fixture
def plan_of() -> Callable[..., QueryPlan]:
    """A plan for a query whose output is read from the query, and whose node is given."""

    def plan(
        schema: GraphQLSchema,
        text: str,
        node: PlanNode | None = None,
        sources: Mapping[str, str] | None = None,
    ) -> QueryPlan:
        return _Outputs(schema, text, sources or {}).plan(node)

    return plan


class Subgraphs:
    """Services that are functions, the requests that they got, and runs of plans over them."""

    def __init__(self, schema: GraphQLSchema, **options: Any) -> None:
        self.schema = schema
        self.options = options
        self.requests: list[tuple[str, dict[str, Any]]] = []

    def fetcher(self, services: Mapping[str, Callable[[dict[str, Any]], Any]]) -> SubgraphFetcher:
        def transport(name: str) -> CallableTransport:
            def answer(request: dict[str, Any], _headers: Mapping[str, str]) -> Any:
                self.requests.append((name, request))
                return services[name](request)

            return CallableTransport(answer)

        return SubgraphFetcher({name: Service(name, transport(name)) for name in services})

    def compile(self, plan: QueryPlan, variables: Mapping[str, Any]) -> CompiledPlan:
        flags = {name: variables[name] for name in condition_variables(plan)}
        return compile_plan(plan, self.schema, flags, **self.options)

    async def run(
        self,
        plan: QueryPlan,
        services: Mapping[str, Callable[[dict[str, Any]], Any]],
        variables: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        compiled = self.compile(plan, variables or {})
        run = Run(compiled, self.fetcher(services), variables or {}, ())
        answer: dict[str, Any] = orjson.loads(await execute(run))
        return answer

    def respond(
        self, plan: QueryPlan, tree: dict[str, Any], variables: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The answer from a tree that is there already."""
        compiled = self.compile(plan, variables or {})
        run = Run(compiled, self.fetcher({}), variables or {}, ())
        run.root = tree
        answer: dict[str, Any] = orjson.loads(respond(run))
        return answer


@pytest.fixture
def subgraphs() -> type[Subgraphs]:
    return Subgraphs
