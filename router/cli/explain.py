"""`sgm explain`: an operation run for real, and what each fetch of its plan took."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.table import Table

from router.cli.operation import read_supergraph, read_variables, supergraph_option
from router.errors import RequestError, RouterError
from router.gateway import Explanation, Gateway


@click.command()
@click.argument("operation", type=click.File(encoding="utf-8"))
@supergraph_option
@click.option("--operation-name", help="Which operation, where the text has several.")
@click.option("--variables", help="The variables, as a JSON object.")
@click.option("--header", "headers", multiple=True, help="NAME: VALUE, sent on to the services.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def explain(
    operation: TextIO,
    supergraph: Path,
    operation_name: str | None,
    variables: str | None,
    headers: tuple[str, ...],
    form: str,
) -> None:
    """Run an operation against the running services, and print its plan with times and sizes."""
    pairs = dict(_header(text) for text in headers)
    asked = (operation.read(), operation_name, read_variables(variables), pairs)
    try:
        found = asyncio.run(_explain(read_supergraph(supergraph), *asked))
    except RequestError as error:
        raise click.ClickException("; ".join(str(e["message"]) for e in error.errors)) from error
    except RouterError as error:
        raise click.ClickException(str(error)) from error
    _print_json(found) if form == "json" else _print_text(found)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise click.ClickException(f"--header {text!r} is not of the form NAME: VALUE.")
    return name.strip().lower(), value.strip()


async def _explain(
    sdl: str,
    query: str,
    operation_name: str | None,
    variables: dict[str, object],
    headers: dict[str, str],
) -> Explanation:
    gateway = Gateway(sdl)
    try:
        return await gateway.explain(
            query, variables=variables, operation_name=operation_name, headers=headers
        )
    finally:
        await gateway.close()


def _print_text(found: Explanation) -> None:
    console = Console()
    console.print(str(found.plan), highlight=False, markup=False)
    table = Table("fetch", "service", "starts ms", "takes ms", "rows", "sent B", "received B")
    for fetch in found.fetches:
        table.add_row(
            str(fetch.id),
            fetch.service + (f" ({fetch.error})" if fetch.error else ""),
            f"{fetch.started * 1000:.1f}",
            f"{(fetch.ended - fetch.started) * 1000:.1f}",
            "" if fetch.rows is None else str(fetch.rows),
            str(fetch.bytes_sent),
            str(fetch.bytes_received),
        )
    console.print(table)
    console.print(
        f"{len(found.fetches)} fetches, {found.seconds * 1000:.1f} ms in all, "
        f"{len(found.response.body)} bytes, {len(found.response.errors)} errors"
    )


def _print_json(found: Explanation) -> None:
    fetches = [
        {
            "id": fetch.id,
            "service": fetch.service,
            "startedSeconds": fetch.started,
            "seconds": fetch.ended - fetch.started,
            "rows": fetch.rows,
            "bytesSent": fetch.bytes_sent,
            "bytesReceived": fetch.bytes_received,
            "error": fetch.error,
        }
        for fetch in found.fetches
    ]
    content = {"plan": found.plan.to_dict(), "fetches": fetches, "seconds": found.seconds}
    click.echo(json.dumps({**content, "errors": list(found.response.errors)}, indent=2))
