"""What the commands on operations share: the operation, its variables, and the supergraph."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from graphql import GraphQLError

from router.errors import RouterError
from router.planner import Planner

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
DEFAULT_SUPERGRAPH = Path("schema/supergraph.graphql")


def supergraph_option(command: CommandT) -> CommandT:
    """`--supergraph FILE`."""
    return click.option(
        "--supergraph",
        type=click.Path(path_type=Path, dir_okay=False),
        default=DEFAULT_SUPERGRAPH,
        show_default=True,
        help="The supergraph SDL.",
    )(command)


def operation_options(command: CommandT) -> CommandT:
    """`OPERATION`, `--operation-name` and `--label`."""
    for option in (
        click.option(
            "--label",
            "labels",
            multiple=True,
            help="A label of progressive overrides that is on; may be repeated.",
        ),
        click.option("--operation-name", help="Which operation, where the text has several."),
        click.argument("operation", type=click.File(encoding="utf-8")),
    ):
        command = option(command)
    return command


def read_supergraph(path: Path) -> str:
    """Read a supergraph file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"The supergraph {path} could not be read: {error}") from error


def planner_of(path: Path) -> Planner:
    """A planner over a supergraph file."""
    try:
        return Planner(read_supergraph(path))
    except RouterError as error:
        raise click.ClickException(f"{path}: {error}") from error


def read_variables(text: str | None) -> dict[str, Any]:
    """Read `--variables`, a JSON object."""
    if text is None:
        return {}
    try:
        variables = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.ClickException(f"--variables is not JSON: {error}") from error
    if not isinstance(variables, dict):
        raise click.ClickException("--variables must be a JSON object.")
    return variables


def shown(error: GraphQLError) -> click.ClickException:
    """A GraphQL error with its place in the operation, as the command line shows it."""
    return click.ClickException(str(error))
