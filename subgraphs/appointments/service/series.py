"""Booking a series of visits: all of them, or as many as are free with a report of the others."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.errors import PatientDoubleBooked, SeriesRefused, SlotTaken
from subgraphs.appointments.domain.series import occurrences
from subgraphs.appointments.domain.slot_offer import SlotOffer
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.visit_kind import VisitKind
from subgraphs.appointments.models import Appointment
from subgraphs.appointments.repository import catalogue
from subgraphs.appointments.service.booking import Booking, prepare, visit_of, write_visit
from subgraphs.appointments.service.slots import SlotSearch, find_slots
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.identifiers import new_id


@dataclass(frozen=True, slots=True)
class SeriesBooking:
    """The first visit of a series, and how it goes on."""

    first: Booking
    count: int
    every_days: int
    all_or_nothing: bool


@dataclass(frozen=True, slots=True)
class BookedSeries:
    """A series that was booked."""

    id: str
    visits: list[Appointment]


async def book_series(session: Session, wanted: SeriesBooking, now: datetime) -> BookedSeries:
    """Book every visit of the series whose time is offered and free.

    Raises:
        InvalidInput: a series that cannot be, or of return visits.
        SeriesRefused: all or nothing was asked for, and one is not free; or none is.
        NotFound, PractitionerInactive: the practitioner or the clinic left since the offer was
            made.
    """
    if wanted.first.kind is VisitKind.RETURN:
        raise InvalidInput("Um retorno não se repete.", path=["kind"])
    planned = await _planned(session, wanted)
    await prepare(session, wanted.first, now)
    series_id = new_id()
    visits: list[Appointment] = []
    refused: list[datetime] = []
    for offer in planned:
        visit = await _visit(session, replace(wanted.first, offer=offer), series_id, now)
        if visit is None:
            refused.append(offer.starts_at)
        else:
            visits.append(visit)
    if not visits or (refused and wanted.all_or_nothing):
        raise SeriesRefused(refused)
    return BookedSeries(series_id, visits)


async def _planned(session: Session, wanted: SeriesBooking) -> list[SlotOffer]:
    first = wanted.first.offer
    clinic = (await catalogue.clinics(session, [first.clinic_id])).get(first.clinic_id)
    if clinic is None:
        raise NotFound("Unidade não encontrada.", path=["slotToken"])
    try:
        zone = ZoneInfo(clinic.time_zone)
        starts = occurrences(first.starts_at, wanted.count, wanted.every_days, zone)
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    duration = first.ends_at - first.starts_at
    return [replace(first, starts_at=start, ends_at=start + duration) for start in starts]


async def _visit(
    session: Session, booking: Booking, series_id: str, now: datetime
) -> Appointment | None:
    """One visit of the series; None where its time is not offered, or not free."""
    offer = booking.offer
    search = SlotSearch(
        offer.service_id,
        offer.starts_at,
        offer.ends_at,
        [offer.clinic_id],
        [offer.practitioner_id],
        first=1,
    )
    if offer not in await find_slots(session, search, now):
        return None
    visit = visit_of(booking, AppointmentStatus.BOOKED, now)
    visit.series_id = series_id
    try:
        return await write_visit(session, visit, booking.actor, now)
    except (SlotTaken, PatientDoubleBooked):
        return None
