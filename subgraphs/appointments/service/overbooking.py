"""Squeezing a visit in: within opening hours, in a lane of its own, with a reason that is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.availability import Interval
from subgraphs.appointments.domain.errors import SlotTaken
from subgraphs.appointments.domain.overbooking import OVERBOOKING_LANES
from subgraphs.appointments.domain.patient import PatientSnapshot
from subgraphs.appointments.domain.slot_offer import SlotOffer
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.visit_kind import VisitKind
from subgraphs.appointments.models import Appointment
from subgraphs.appointments.repository import catalogue
from subgraphs.appointments.repository.catalogue import OpeningFilter
from subgraphs.appointments.service.booking import Booking, prepare, visit_of, write_visit
from subgraphs.appointments.service.seats import holds
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class Squeeze:
    """Where and when to squeeze a visit in."""

    practitioner_id: str
    clinic_id: str
    service_id: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Overbooking:
    """A visit to squeeze in, for whom, by whom, and why."""

    squeeze: Squeeze
    patient: PatientSnapshot
    kind: VisitKind
    actor: str
    reason: str
    coverage_id: str | None = None


async def overbook(session: Session, wanted: Overbooking, now: datetime) -> Appointment:
    """Write a visit beside those that are there already.

    Raises:
        InvalidInput: no reason, a time that is over or closed, or a return visit.
        NotFound: no such practitioner, clinic or service.
        SlotTaken: there are as many squeezed in at that time as may be.
        PatientDoubleBooked: the patient is elsewhere at that time.
    """
    if not wanted.reason.strip():
        raise InvalidInput("Informe o motivo do encaixe.", path=["reason"])
    if wanted.kind is VisitKind.RETURN:
        raise InvalidInput("Um retorno é agendado em horário livre.", path=["kind"])
    if wanted.squeeze.starts_at < now:
        raise InvalidInput("O horário já passou.", path=["start"])
    offer = await _open_time(session, wanted.squeeze)
    booking = Booking(offer, wanted.patient, wanted.kind, wanted.actor, wanted.coverage_id)
    await prepare(session, booking, now)
    for lane in OVERBOOKING_LANES:
        visit = visit_of(booking, AppointmentStatus.BOOKED, now)
        visit.lane = lane
        try:
            return await write_visit(session, visit, wanted.actor, now, wanted.reason.strip())
        except SlotTaken as error:
            full = error
    raise full


async def _open_time(session: Session, wanted: Squeeze) -> SlotOffer:
    service = (await catalogue.services(session, [wanted.service_id])).get(wanted.service_id)
    clinic = (await catalogue.clinics(session, [wanted.clinic_id])).get(wanted.clinic_id)
    if service is None or clinic is None:
        raise NotFound("Serviço ou unidade não encontrados.", path=["serviceId"])
    starts_at = wanted.starts_at
    offer = SlotOffer(
        starts_at,
        starts_at + timedelta(minutes=service.duration_minutes),
        wanted.practitioner_id,
        wanted.clinic_id,
        wanted.service_id,
    )
    day = starts_at.astimezone(ZoneInfo(clinic.time_zone)).date()
    openings = await catalogue.openings(
        session,
        OpeningFilter(service.id, day, day, [clinic.id], [wanted.practitioner_id]),
    )
    is_open = any(holds(opening, Interval(offer.starts_at, offer.ends_at)) for opening in openings)
    if not is_open or await _is_closed(session, offer, ZoneInfo(clinic.time_zone)):
        raise InvalidInput("O profissional não atende neste horário.", path=["start"])
    return offer


async def _is_closed(session: Session, offer: SlotOffer, zone: ZoneInfo) -> bool:
    starts, ends = (
        moment.astimezone(zone).replace(tzinfo=None) for moment in (offer.starts_at, offer.ends_at)
    )
    closures = await catalogue.closures(session, [offer.clinic_id], starts, ends)
    return any(closure.practitioner_id in (None, offer.practitioner_id) for closure in closures)
