"""`sgm inspect`: the values that the router's steps pass on, each printed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click
from graphql import GraphQLError

from router.cli.operation import (
    operation_options,
    planner_of,
    read_supergraph,
    read_variables,
    shown,
    supergraph_option,
)
from router.errors import RequestError
from router.gateway import Gateway, GatewayOptions
from router.operation.model import FieldSelection
from router.query_graph.dot import to_dot
from router.query_plan.nodes import (
    ConditionNode,
    Defer,
    Fetch,
    Parallel,
    PlanNode,
    Sequence,
    Subscription,
    TypeStep,
)


@click.group()
def inspect() -> None:
    """Print what a step of the router makes: graph, operation, fetches, code."""


@inspect.command()
@supergraph_option
def graph(supergraph: Path) -> None:
    """Print the query graph in the DOT language: pipe it to `dot -Tsvg`."""
    click.echo(to_dot(planner_of(supergraph).graph), nl=False)


@inspect.command()
@operation_options
@supergraph_option
def operation(
    operation: TextIO, operation_name: str | None, labels: tuple[str, ...], supergraph: Path
) -> None:
    """Print an operation as the planner reads it: fragments gone, conditions kept."""
    try:
        found = planner_of(supergraph).normalize(operation.read(), operation_name)
    except GraphQLError as error:
        raise shown(error) from error
    click.echo(f"{found.kind} {found.name or ''}".rstrip())
    for line in _selections(found.selections, 1):
        click.echo(line)


@inspect.command()
@operation_options
@supergraph_option
def fetches(
    operation: TextIO, operation_name: str | None, labels: tuple[str, ...], supergraph: Path
) -> None:
    """Print a plan's fetches: what each waits for, where it enters, and the text it sends."""
    try:
        plan = planner_of(supergraph).plan(
            operation.read(), operation_name, dict.fromkeys(labels, True)
        )
    except GraphQLError as error:
        raise shown(error) from error
    for fetch in _fetches(plan.node):
        waits = ", ".join(map(str, fetch.depends_on)) or "nothing"
        click.echo(f"{fetch.id}: {fetch.service}, waits for {waits}")
        for entry in fetch.entries:
            for position in entry.positions:
                click.echo(f"   at {'.'.join(map(_step, position))} as {entry.response_name}")
        click.echo(f"   {fetch.operation}")


@inspect.command()
@operation_options
@supergraph_option
@click.option("--variables", help="The variables, as a JSON object.")
def code(
    operation: TextIO,
    operation_name: str | None,
    labels: tuple[str, ...],
    supergraph: Path,
    variables: str | None,
) -> None:
    """Print the Python code that an operation's plan is compiled to."""
    text, values = operation.read(), read_variables(variables)

    async def compiled() -> str:
        options = GatewayOptions(override_labels=frozenset(labels))
        gateway = Gateway(read_supergraph(supergraph), options=options)
        try:
            return gateway.code(text, variables=values, operation_name=operation_name)
        finally:
            await gateway.close()

    try:
        click.echo(asyncio.run(compiled()))
    except RequestError as error:
        raise click.ClickException("; ".join(str(e["message"]) for e in error.errors)) from error


def _selections(selections: tuple[FieldSelection, ...], depth: int) -> Iterator[str]:
    for field in selections:
        alias = "" if field.name == field.response_name else f"{field.response_name}: "
        types = f" on {'|'.join(sorted(field.types))}" if field.types is not None else ""
        conditions = "".join(
            f" @{'include' if c.value else 'skip'}(if: ${c.variable})" for c in field.conditions
        )
        yield f"{'  ' * depth}{alias}{field.name}{field.arguments}: {field.type}{types}{conditions}"
        yield from _selections(field.selections, depth + 1)


def _fetches(node: PlanNode | None) -> Iterator[Fetch]:
    match node:
        case Fetch():
            yield node
        case Sequence(nodes) | Parallel(nodes):
            for each in nodes:
                yield from _fetches(each)
        case ConditionNode(_, if_clause, else_clause):
            yield from _fetches(if_clause)
            yield from _fetches(else_clause)
        case Defer(primary, deferred):
            yield from _fetches(primary)
            for part in deferred:
                yield from _fetches(part.node)
        case Subscription(primary, rest):
            yield primary
            yield from _fetches(rest)


def _step(step: str | TypeStep) -> str:
    return step if isinstance(step, str) else f"|[{','.join(sorted(step.types))}]"
