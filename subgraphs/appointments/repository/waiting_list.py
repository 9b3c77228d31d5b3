"""The waiting list."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.waiting_list import WaitingStatus
from subgraphs.appointments.models import Appointment, WaitingListEntry
from subgraphs.kit.database import Session
from subgraphs.kit.keyset import Page, PageRequest, fetch_page


@dataclass(frozen=True, slots=True)
class WaitingListFilter:
    """Which wishes; what is None does not matter."""

    clinic_id: str | None = None
    service_id: str | None = None
    patient_id: str | None = None
    statuses: Sequence[WaitingStatus] = (WaitingStatus.WAITING, WaitingStatus.OFFERED)


async def entries(session: Session, ids: Sequence[str]) -> dict[str, WaitingListEntry]:
    """Entries by id; unknown ids are absent."""
    rows = await session.scalars(select(WaitingListEntry).where(WaitingListEntry.id.in_(ids)))
    return {row.id: row for row in rows}


async def page(
    session: Session, wanted: WaitingListFilter, request: PageRequest
) -> Page[WaitingListEntry]:
    """One page of the list, whoever is next first."""
    statement = select(WaitingListEntry).where(WaitingListEntry.status.in_(wanted.statuses))
    for column, value in (
        (WaitingListEntry.clinic_id, wanted.clinic_id),
        (WaitingListEntry.service_id, wanted.service_id),
        (WaitingListEntry.patient_id, wanted.patient_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    order = (WaitingListEntry.queued_at.expression, WaitingListEntry.id.expression)
    return await fetch_page(session, statement, order, request)


async def locked(session: Session, entry_id: str) -> WaitingListEntry | None:
    """The entry, nobody else changing it until the transaction ends."""
    statement = select(WaitingListEntry).where(WaitingListEntry.id == entry_id)
    fresh = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(fresh)).one_or_none()


async def waiting(session: Session, limit: int) -> Sequence[str]:
    """Who waits, by id, whoever is next first."""
    statement = select(WaitingListEntry.id).where(WaitingListEntry.status == WaitingStatus.WAITING)
    order = WaitingListEntry.queued_at, WaitingListEntry.id
    return (await session.scalars(statement.order_by(*order).limit(limit))).all()


async def answered(session: Session, limit: int) -> Sequence[str]:
    """Entries whose offer is no hold any more, by id."""
    statement = (
        select(WaitingListEntry.id)
        .join(Appointment, Appointment.id == WaitingListEntry.offer_id)
        .where(
            WaitingListEntry.status == WaitingStatus.OFFERED,
            Appointment.status != AppointmentStatus.PENDING,
        )
        .limit(limit)
    )
    return (await session.scalars(statement)).all()
