"""Fills the four databases with the data of a plan."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from subgraphs.seed.databases import DatabasesHoldData, contents, empty, opened
from subgraphs.seed.generate.bills import Bills
from subgraphs.seed.generate.care import encounters_of
from subgraphs.seed.generate.coverages import coverages_of
from subgraphs.seed.generate.network import build_network
from subgraphs.seed.generate.people import PeopleGenerator
from subgraphs.seed.generate.visits import VisitGenerator
from subgraphs.seed.load import Parcel, load
from subgraphs.seed.plan import SeedPlan
from subgraphs.seed.rows.appointments import appointment_parcels
from subgraphs.seed.rows.billing import billing_parcels
from subgraphs.seed.rows.patients import patient_parcels
from subgraphs.seed.rows.records import record_parcels

Parcels = Callable[[], Iterator[Parcel]]

_LAST = "patients"
"""Loaded last: a fill that was interrupted leaves it empty."""


def generate(plan: SeedPlan) -> dict[str, Parcels]:
    """The rows of each database, made as they are asked for, in the order to load them."""
    people = PeopleGenerator(plan).people()
    network = build_network(plan)
    visits = VisitGenerator(plan, network, people).visits()
    coverages = coverages_of(plan, people)
    bills = Bills(plan, _first_day(plan, visits[0].span.starts_at.date()))
    return {
        "appointments": lambda: appointment_parcels(plan, network, people, visits, coverages),
        "records": lambda: record_parcels(encounters_of(plan, visits)),
        "billing": lambda: billing_parcels(bills, coverages, visits),
        _LAST: lambda: patient_parcels(people, coverages),
    }


def _first_day(plan: SeedPlan, first_visit: date) -> date:
    return min(first_visit, plan.reference_date)


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
            making = progress.add_task("making up people and visits", total=None)
            parcels = generate(plan)
            progress.update(making, total=1, completed=1)
            for name, parcels_of in parcels.items():
                await _load_one(progress, databases[name], name, parcels_of)


async def _load_one(progress: Progress, database: Database, name: str, parcels: Parcels) -> None:
    task = progress.add_task(name, total=None)
    await load(database, parcels(), lambda rows: progress.advance(task, rows))
    done = progress.tasks[task].completed
    progress.update(task, total=done)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
