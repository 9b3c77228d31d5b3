"""The daily closing of clinics, each by its own calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from subgraphs.billing.domain.cash_closing import day_of
from subgraphs.billing.repository.cash_closing import DayAtClinic, days_at
from subgraphs.kit.database import Database


@dataclass(frozen=True, slots=True)
class ClosingRequest:
    """Which clinic, in which zone, on which day."""

    clinic_id: str
    time_zone: str
    day: date


async def close_days(database: Database, requests: Sequence[ClosingRequest]) -> list[DayAtClinic]:
    """The days in the order of the requests: three statements for each day and zone."""
    alike: dict[tuple[str, date], list[str]] = {}
    for request in requests:
        alike.setdefault((request.time_zone, request.day), []).append(request.clinic_id)
    found: dict[ClosingRequest, DayAtClinic] = {}
    async with database.read() as session:
        for (zone, day), clinic_ids in alike.items():
            at = await days_at(session, clinic_ids, day_of(day, zone))
            found |= {ClosingRequest(id, zone, day): one for id, one in at.items()}
    return [found[request] for request in requests]
