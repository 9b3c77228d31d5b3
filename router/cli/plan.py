"""`sgm plan`: how the router would answer an operation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

import click
from graphql import GraphQLError

from router.cli.operation import operation_options, planner_of, shown, supergraph_option


@click.command()
@operation_options
@supergraph_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def plan(
    operation: TextIO,
    operation_name: str | None,
    labels: tuple[str, ...],
    supergraph: Path,
    form: str,
) -> None:
    """Print the plan of an operation, from a file or `-` for standard input."""
    planner = planner_of(supergraph)
    try:
        found = planner.plan(operation.read(), operation_name, dict.fromkeys(labels, True))
    except GraphQLError as error:
        raise shown(error) from error
    click.echo(json.dumps(found.to_dict(), indent=2) if form == "json" else str(found))
