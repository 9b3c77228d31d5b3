"""``sgm reconcile``: by hand, each night, or in CI."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import SQLAlchemyError

from subgraphs.kit.database import Database
from subgraphs.reconcile.reconciliation import Advance, Reconciliation, count
from subgraphs.reconcile.reconciliation import reconcile as compare
from subgraphs.reconcile.report import as_json, as_text
from subgraphs.seed.commands import data_options
from subgraphs.seed.databases import database_urls

DRIFT, NO_ANSWER = 1, 2


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
@click.option(
    "--settle",
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="What was found is looked at again after this time; 0 is once only.",
)
@data_options
def reconcile(form: str, settle: float, data: Path, database_url: str | None) -> None:
    """Compare what the services hold, and show where they do not agree.

    Nothing is changed, and the services may be running. The exit code is 0 where all agree, 1
    where something does not, and 2 where a database cannot be read. Names and documents are not
    shown, only ids.
    """
    urls = database_urls(data, database_url)
    try:
        found = asyncio.run(_run(urls, settle))
    except (SQLAlchemyError, OSError) as error:
        click.echo(f"The databases cannot be read: {_reason(error)}", err=True)
        sys.exit(NO_ANSWER)
    click.echo(as_json(found) if form == "json" else as_text(found))
    if found.findings:
        sys.exit(DRIFT)


async def _run(urls: Mapping[str, str], settle: float) -> Reconciliation:
    async with _opened(urls) as databases:
        total = await count(databases)
        with _progress(total) as advance:
            return await compare(databases, settle, advance)


@asynccontextmanager
async def _opened(urls: Mapping[str, str]) -> AsyncIterator[dict[str, Database]]:
    """The databases as they are: they are not migrated, and none is made."""
    async with AsyncExitStack() as stack:
        databases = {}
        for name, url in urls.items():
            database = Database(url)
            stack.push_async_callback(database.dispose)
            _check_is_there(database)
            databases[name] = database
        yield databases


def _check_is_there(database: Database) -> None:
    """SQLite would make an empty one."""
    path = database.url.database
    if not database.is_postgresql and path and not Path(path).is_file():
        raise FileNotFoundError(f"there is no {path}")


@contextmanager
def _progress(total: int) -> Iterator[Advance]:
    """A bar on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda title, rows: progress.update(task, advance=rows, description=title)


def _reason(error: Exception) -> str:
    """What went wrong, without the statement and its parameters."""
    cause = getattr(error, "orig", None) or error
    return f"{type(cause).__name__}: {str(cause).splitlines()[0]}" if str(cause) else repr(cause)
