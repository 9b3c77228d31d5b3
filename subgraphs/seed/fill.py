"""Fills the four databases with the data of a plan."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.kit.database import Database
from subgraphs.seed.databases import DatabasesHoldData, contents, empty, opened
from subgraphs.seed.generate.bills import Bills
from subgraphs.seed.generate.care import HELD, encounters_of
from subgraphs.seed.generate.coverages import coverages_of
from subgraphs.seed.generate.network import build_network
from subgraphs.seed.generate.people import PeopleGenerator
from subgraphs.seed.generate.visits import VisitGenerator
from subgraphs.seed.load import Parcel, batch_count, load
from subgraphs.seed.plan import SeedPlan
from subgraphs.seed.rows.appointments import appointment_parcels
from subgraphs.seed.rows.billing import billing_parcels
from subgraphs.seed.rows.learned import learned_by_billing, learned_by_records
from subgraphs.seed.rows.patients import patient_parcels
from subgraphs.seed.rows.records import record_parcels


@dataclass(frozen=True, slots=True)
class Load:
    """What goes into one database: the parcels, made as they are asked for, and how many."""

    parcels: Callable[[], Iterator[Parcel]]
    count: int


_LAST = "patients"
"""Loaded last: a fill that was interrupted leaves it empty."""


def generate(plan: SeedPlan) -> dict[str, Load]:
    """The load of each database, in the order to load them."""
    people = PeopleGenerator(plan).people()
    network = build_network(plan)
    visits = VisitGenerator(plan, network, people).visits()
    coverages = coverages_of(plan, people)
    bills = Bills(plan, visits[0].span.starts_at.date())
    held = sum(visit.status in HELD for visit in visits)
    billed = sum(visit.status is AppointmentStatus.FULFILLED for visit in visits)
    return {
        "appointments": Load(
            lambda: appointment_parcels(plan, network, people, visits, coverages),
            1 + batch_count(len(people)) + batch_count(len(visits)),
        ),
        "records": Load(
            lambda: chain(
                record_parcels(plan, encounters_of(plan, visits)),
                learned_by_records(people, visits),
            ),
            1 + batch_count(held) + batch_count(len(people)) + batch_count(len(visits)),
        ),
        "billing": Load(
            lambda: chain(
                billing_parcels(bills, coverages, visits),
                learned_by_billing(plan, people, encounters_of(plan, visits)),
            ),
            3 + batch_count(len(coverages)) + batch_count(billed) + batch_count(held),
        ),
        _LAST: Load(lambda: patient_parcels(plan, people, coverages), batch_count(len(people))),
    }


async def fill(
    urls: Mapping[str, str], plan: SeedPlan, console: Console, *, reset: bool = False
) -> None:
    """Fill the databases at these addresses, by service.

    Raises ``DatabasesHoldData`` where one holds data and ``reset`` does not say to drop it.
    """
    if reset:
        await empty(urls)
    async with opened(urls) as databases:
        found = await contents(databases)
        if not found.none:
            raise DatabasesHoldData(
                f"There are data in {', '.join(found.filled)}. "
                "`sgm seed --reset` deletes all data in all four databases, and fills them anew."
            )
        with _progress(console) as progress:
            making = progress.add_task("people and visits", total=1, rows="")
            loads = generate(plan)
            progress.advance(making)
            for name, one in loads.items():
                await _load(progress, databases[name], name, one)


async def fill_where_empty(urls: Mapping[str, str], plan: SeedPlan, console: Console) -> None:
    """Fill four empty databases; four filled ones stay as they are, up to date.

    Raises ``DatabasesHoldData`` for a mixture, which an interrupted fill leaves behind.
    """
    async with opened(urls) as databases:
        found = await contents(databases)
    if not found.all:
        await fill(urls, plan, console)


async def _load(progress: Progress, database: Database, name: str, one: Load) -> None:
    task, rows = progress.add_task(name, total=one.count, rows=""), 0

    def advance(loaded: int) -> None:
        nonlocal rows
        rows += loaded
        progress.update(task, advance=1, rows=f"{rows:,} rows")

    await load(database, one.parcels(), advance)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<18}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[rows]}"),
        console=console,
    )
