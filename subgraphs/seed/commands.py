"""``sgm seed``, and the options by which a command finds the databases."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from subgraphs.seed.databases import DatabasesHoldData, database_urls, opened
from subgraphs.seed.fill import fill, fill_where_empty
from subgraphs.seed.plan import DEFAULT_SEED, SIZES, SeedPlan

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def today() -> date:
    """The day around which data are made up where nobody says another."""
    return datetime.now(UTC).date()


def data_options(command: CommandT) -> CommandT:
    """``--data`` and ``--database-url``."""
    command = click.option(
        "--database-url",
        help="Databases elsewhere, {service} in the name: postgresql://user@host/sgm_{service}.",
    )(command)
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("var"),
        show_default=True,
        help="Folder of the SQLite databases.",
    )(command)


@click.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="tiny", show_default=True)
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="Another number, other data.")
@click.option(
    "--reference-date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which the data stand; today by default.",
)
@click.option("--reset", is_flag=True, help="Delete all data in all four databases first.")
@data_options
def seed(
    size: str,
    seed: int,
    reference_date: datetime | None,
    reset: bool,
    data: Path,
    database_url: str | None,
) -> None:
    """Fill the four databases with realistic data of people who do not exist.

    The same size, seed and reference date give the same data, to the byte. Databases that hold
    data are left alone, unless --reset is given; then no service may be running on them.
    """
    day = reference_date.date() if reference_date else today()
    urls, plan = database_urls(data, database_url), SeedPlan(SIZES[size], day, seed)
    try:
        asyncio.run(fill(urls, plan, Console(stderr=True), reset=reset))
    except DatabasesHoldData as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.option(
    "--seed",
    "size",
    type=click.Choice([*SIZES, "none"]),
    default="none",
    show_default=True,
    help="How large a made-up network to put into empty databases.",
)
@data_options
def prepare(size: str, data: Path, database_url: str | None) -> None:
    """Bring the four databases up to date, before the services start in production."""
    try:
        asyncio.run(_prepare(database_urls(data, database_url), size))
    except DatabasesHoldData as error:
        raise click.ClickException(str(error)) from error


async def _prepare(urls: dict[str, str], size: str) -> None:
    if size == "none":
        async with opened(urls):
            return
    await fill_where_empty(urls, SeedPlan(SIZES[size], today()), Console(stderr=True))
