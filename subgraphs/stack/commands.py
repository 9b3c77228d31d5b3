"""``sgm service`` and ``sgm stack``."""

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Literal, TypeVar

import click
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from subgraphs.kit.auth.keys import UnusableKeys
from subgraphs.seed.commands import data_options, today
from subgraphs.seed.databases import DatabasesHoldData, database_urls
from subgraphs.seed.fill import fill_where_empty
from subgraphs.seed.plan import SIZES, SeedPlan
from subgraphs.stack.process import Relay
from subgraphs.stack.services import (
    FIRST_PORT,
    HOST,
    ROUTER_PORT,
    SERVICES,
    ports_from,
)
from subgraphs.stack.serving import run
from subgraphs.stack.stack import (
    RouterPlan,
    Stack,
    StackError,
    StackPlan,
    check_ports_are_free,
    obituary,
)

_COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_red")
WorkT = TypeVar("WorkT")

_LOG_LEVELS = click.Choice(["debug", "info", "warning", "error"])


@click.command()
@click.argument("name", type=click.Choice([service.name for service in SERVICES]))
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; 5001 to 5005 by default.")
@click.option("--reload", is_flag=True, help="Start again when a source file changes.")
def service(name: str, host: str, port: int | None, reload: bool) -> None:
    """Run one service of the clinic, with its own settings from the environment."""
    run(name, host, port or ports_from(FIRST_PORT)[name], reload=reload)


@click.command()
@click.option("--port", default=ROUTER_PORT, show_default=True, help="Port of the router.")
@click.option(
    "--services-from",
    default=FIRST_PORT,
    show_default=True,
    help="Port of the first service; the others follow it.",
)
@data_options
@click.option(
    "--supergraph",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("schema/supergraph.graphql"),
    show_default=True,
    help="What the router serves.",
)
@click.option("--router/--no-router", default=True, help="Without it, the services alone.")
@click.option("--log-level", type=_LOG_LEVELS, default="warning", show_default=True)
@click.option("--seed/--no-seed", default=True, help="Fill empty databases with a small clinic.")
def stack(seed: bool, router: bool, supergraph: Path, port: int, **options: Any) -> None:
    """Run the whole network: health plan, four services and router, until Ctrl-C."""
    console = Console(stderr=True)
    plan = _plan(**options, served=RouterPlan(supergraph, port) if router else None)
    try:
        check_ports_are_free(plan.ports)
        if seed:
            tiny = SeedPlan(SIZES["tiny"], today())
            asyncio.run(fill_where_empty(plan.databases, tiny, console))
        asyncio.run(_run(plan, console))
    except (StackError, DatabasesHoldData, ValidationError, UnusableKeys) as error:
        raise click.ClickException(str(error)) from error


def _plan(
    services_from: int,
    data: Path,
    database_url: str | None,
    log_level: str,
    served: RouterPlan | None,
) -> StackPlan:
    if served and not served.supergraph.is_file():
        raise click.ClickException(f"There is no {served.supergraph}. `make schema` composes it.")
    return StackPlan(
        router=served,
        first_service_port=services_from,
        databases=database_urls(data, database_url),
        data=data,
        log_level=log_level,
    )


async def _run(plan: StackPlan, console: Console) -> None:
    """Until a signal comes. A process that ends later is reported, and the others go on."""
    stopped = _until_signal()
    running = Stack(plan, _relay(console, tuple(plan.ports)))
    try:
        if not await _before(stopped, running.start()):
            return
        console.print(_addresses(plan))
        console.print("Ctrl-C stops all of them.")
        while running.running:
            ended = await _before(stopped, running.next_end())
            if not ended:
                return
            console.print(obituary(ended), style="bold red", highlight=False)
        raise StackError("Every process ended.")
    finally:
        await running.stop()
        stopped.cancel()


def _until_signal() -> asyncio.Task[Literal[True]]:
    came = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, came.set)
    return asyncio.create_task(came.wait())


async def _before(stopped: asyncio.Task[Any], work: Coroutine[Any, Any, WorkT]) -> WorkT | None:
    """The result of the work; None where it had to be given up, because the signal came first."""
    task = asyncio.create_task(work)
    await asyncio.wait({stopped, task}, return_when=asyncio.FIRST_COMPLETED)
    if stopped.done() and not task.done():
        task.cancel()
        await asyncio.wait({task})
        return None
    return task.result()


def _relay(console: Console, names: tuple[str, ...]) -> Relay:
    width = max(map(len, names))
    colours = dict(zip(names, _COLOURS, strict=False))

    def relay(name: str, line: str) -> None:
        prefix = Text(f"{name:<{width}} | ", style=colours[name])
        console.print(prefix.append(line, style="default"), soft_wrap=True, highlight=False)

    return relay


def _addresses(plan: StackPlan) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, port in sorted(plan.ports.items(), key=lambda item: item[1]):
        table.add_row(name, f"http://{HOST}:{port}{_path(name)}")
    return table


def _path(name: str) -> str:
    return {"router": "/", "health-plan": "/docs"}.get(name, "/graphql")
