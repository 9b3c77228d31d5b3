"""Check a plan, for every choice of the variables that its conditions name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from graphql import GraphQLSchema, parse, validate

from router.query_plan.nodes import ConditionNode, Fetch, Parallel, PlanNode, QueryPlan
from router.query_plan.soundness.answer import Answer, Stand
from router.query_plan.soundness.choice import Choice, children, decided_fetches, fetches_of
from router.query_plan.soundness.compare import Place, Wanted, compare
from router.query_plan.soundness.enter import Run
from router.query_plan.soundness.facts import Facts
from router.query_plan.subgraph_schema import subgraph_schema
from router.supergraph.model import Supergraph

_MOST_VARIABLES = 6


def check_plan(
    plan: QueryPlan,
    wanted: tuple[Wanted, ...],
    supergraph: Supergraph,
    labels: Iterable[str] = (),
) -> list[str]:
    """Say everything that is wrong with a plan for what is wanted; nothing where it is sound."""
    facts = Facts(supergraph, frozenset(labels))
    problems = [*_invalid_fetches(plan, supergraph), *_disorder(plan.node)]
    variables = sorted({*_variables(wanted), *_plan_variables(plan.node)})[:_MOST_VARIABLES]
    for values in product((True, False), repeat=len(variables)):
        choice = dict(zip(variables, values, strict=True))
        problems += _check(plan, wanted, facts, choice)
    return list(dict.fromkeys(problems))


def _variables(wanted: tuple[Wanted, ...]) -> Iterator[str]:
    for one in wanted:
        yield from (variable for variable, _ in one.conditions)
        yield from _variables(one.below)


def _plan_variables(node: PlanNode | None) -> Iterator[str]:
    if isinstance(node, ConditionNode):
        yield node.variable
    for child in children(node):
        yield from _plan_variables(child)


def _invalid_fetches(plan: QueryPlan, supergraph: Supergraph) -> Iterator[str]:
    schemas: dict[str, GraphQLSchema] = {}
    graphs = {subgraph.name: graph for graph, subgraph in supergraph.subgraphs.items()}
    for fetch in fetches_of(plan.node):
        if fetch.service not in schemas:
            schemas[fetch.service] = subgraph_schema(supergraph, graphs[fetch.service])
        for error in validate(schemas[fetch.service], parse(fetch.operation)):
            yield f"Fetch {fetch.id} is not valid in {fetch.service}: {error.message}"


def _disorder(node: PlanNode | None) -> Iterator[str]:
    """Fetches that stand before one that they wait for."""
    for fetch, before in _with_done(node, set()):
        for number in fetch.depends_on:
            if number not in before:
                yield f"Fetch {fetch.id} waits for {number}, which does not come before it."


def _with_done(node: PlanNode | None, done: set[int]) -> Iterator[tuple[Fetch, frozenset[int]]]:
    if isinstance(node, Fetch):
        yield node, frozenset(done)
        done.add(node.id)
        return
    before = set(done)
    for child in children(node):
        own = set(before) if isinstance(node, Parallel) else done
        yield from _with_done(child, own)
        done |= own


def _check(plan: QueryPlan, wanted: tuple[Wanted, ...], facts: Facts, choice: Choice) -> list[str]:
    answer = Answer(facts, Stand(seen=[frozenset({plan.root_type})]))
    graphs = {subgraph.name: graph for graph, subgraph in facts.supergraph.subgraphs.items()}
    known: dict[int, frozenset[int]] = {}
    for fetch in decided_fetches(plan.node, choice):
        before = frozenset(n for n in fetch.depends_on if n in known)
        known[fetch.id] = before.union(*(known[number] for number in before))
        Run(answer, fetch, graphs[fetch.service], known[fetch.id], choice).run()
    compare(answer, Place(answer.root, plan.root_type, wanted, plan.output), choice)
    return answer.problems
