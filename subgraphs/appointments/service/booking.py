"""Booking: the offer checked, the visit written, and the database saying who was first."""

from dataclasses import dataclass
from datetime import datetime

from subgraphs.appointments.domain import slot_offer
from subgraphs.appointments.domain.errors import (
    PatientDoubleBooked,
    PatientNotBookable,
    ResourceTaken,
    ReturnVisitRefused,
    SlotOfferRefused,
    SlotTaken,
)
from subgraphs.appointments.domain.overbooking import REGULAR_LANE
from subgraphs.appointments.domain.patient import BOOKABLE_STATUS, PatientSnapshot
from subgraphs.appointments.domain.slot_offer import ExpiredOffer, InvalidOffer, SlotOffer
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.transition import HOLD_LASTS
from subgraphs.appointments.domain.visit_kind import (
    ReturnVisit,
    SourceVisit,
    VisitKind,
    return_refusal,
)
from subgraphs.appointments.models import Appointment, Practitioner, StatusChange
from subgraphs.appointments.repository import appointments, catalogue, patients
from subgraphs.appointments.repository.appointments import Overlap, Overlapping
from subgraphs.appointments.service.active_period import check_active
from subgraphs.appointments.service.resources import assign, lock_resources
from subgraphs.appointments.service.seats import take_seat
from subgraphs.appointments.service.slots import alternatives_to
from subgraphs.appointments.service.sweep import clear_overdue
from subgraphs.appointments.service.telling import tell
from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound
from subgraphs.kit.identifiers import new_id
from subgraphs.kit.signing import Signer


@dataclass(frozen=True, slots=True)
class Booking:
    """What someone wishes to book, for whom, and who asks."""

    offer: SlotOffer
    patient: PatientSnapshot
    kind: VisitKind
    actor: str
    coverage_id: str | None = None
    return_of_id: str | None = None


def offer_in(token: str, now: datetime, signer: Signer) -> SlotOffer:
    """The offer that a slot token carries.

    Raises:
        SlotOfferRefused: not ours, or too old.
    """
    try:
        return slot_offer.read(token, now, signer)
    except InvalidOffer as error:
        raise SlotOfferRefused(expired=False) from error
    except ExpiredOffer as error:
        raise SlotOfferRefused(expired=True) from error


async def book(session: Session, booking: Booking, now: datetime) -> Appointment:
    """Book the slot for the patient.

    Raises:
        SlotTaken: somebody was faster; holds alternatives.
        PatientDoubleBooked: the patient is elsewhere at that time.
        ReturnVisitRefused: booked as a return, and it is none.
        NotFound, PractitionerInactive: the practitioner left since the offer was made.
    """
    return await _take(session, booking, AppointmentStatus.BOOKED, now)


async def hold(session: Session, booking: Booking, now: datetime) -> Appointment:
    """Keep the slot for the patient, who has ten minutes to confirm.

    Raises: as `book`.
    """
    return await _take(session, booking, AppointmentStatus.PENDING, now)


async def write_visit(
    session: Session, visit: Appointment, actor: str, now: datetime, reason: str | None = None
) -> Appointment:
    """Write a new visit; the database says whether its time is free.

    Raises:
        SlotTaken: it is not; holds alternatives.
        PatientDoubleBooked: the patient is elsewhere at that time.
        ResourceTaken: no room or equipment is left; holds alternatives.
    """
    change = StatusChange(
        id=new_id(),
        appointment_id=visit.id,
        from_status=None,
        to_status=visit.status,
        at=now,
        actor=actor,
        reason=reason,
    )
    wanted = SlotOffer(
        visit.starts_at, visit.ends_at, visit.practitioner_id, visit.clinic_id, visit.service_id
    )
    try:
        await assign(session, visit, now)
        await take_seat(session, visit)
        await appointments.insert(session, visit, change)
    except ResourceTaken as error:
        alternatives = await alternatives_to(session, wanted, now)
        raise ResourceTaken(error.category, error.kind, alternatives) from error
    except Overlapping as error:
        if error.overlap is Overlap.PATIENT:
            raise PatientDoubleBooked from error
        raise SlotTaken(await alternatives_to(session, wanted, now)) from error
    await tell(session, visit, None, now)
    return visit


async def prepare(session: Session, booking: Booking, now: datetime) -> Practitioner:
    """Lock the agenda, the patient and the rooms, clear away holds that ran out.

    Practitioner first, then patient, then rooms: one order for all, so that no two bookings
    deadlock.

    Raises:
        NotFound: the practitioner left since the offer was made.
        PractitionerInactive: the practitioner is not active on that day.
        PatientNotBookable: the patient is active no more.
    """
    practitioner = await catalogue.lock_practitioner(session, booking.offer.practitioner_id)
    if practitioner is None:
        raise NotFound("Profissional não encontrado.", path=["slotToken"])
    await check_active(session, practitioner, booking.offer)
    if booking.patient.asked:
        await patients.remember(session, booking.patient, now)
    await patients.lock(session, booking.patient.id)
    known = (await patients.replicas(session, [booking.patient.id]))[booking.patient.id]
    if known.version > booking.patient.version and known.status != BOOKABLE_STATUS:
        raise PatientNotBookable(known.status)  # Merged, say, since it was asked for.
    offer = booking.offer
    resource_ids = await lock_resources(session, offer.clinic_id, offer.service_id)
    await clear_overdue(session, practitioner.id, booking.patient.id, resource_ids, now)
    return practitioner


def visit_of(booking: Booking, status: AppointmentStatus, now: datetime) -> Appointment:
    """The visit that a booking makes, not written yet."""
    return Appointment(
        id=new_id(),
        version=1,
        status=status,
        kind=booking.kind,
        starts_at=booking.offer.starts_at,
        ends_at=booking.offer.ends_at,
        patient_id=booking.patient.id,
        patient_check=booking.patient.check,
        lane=REGULAR_LANE,
        practitioner_id=booking.offer.practitioner_id,
        clinic_id=booking.offer.clinic_id,
        service_id=booking.offer.service_id,
        coverage_id=booking.coverage_id,
        return_of_id=booking.return_of_id,
        hold_until=now + HOLD_LASTS if status is AppointmentStatus.PENDING else None,
        created_at=now,
    )


async def _take(
    session: Session, booking: Booking, status: AppointmentStatus, now: datetime
) -> Appointment:
    practitioner = await prepare(session, booking, now)
    wanted = ReturnVisit(
        booking.patient.id,
        practitioner.id,
        booking.offer.starts_at,
        practitioner.return_window_days,
    )
    await check_return(session, booking.kind, booking.return_of_id, wanted)
    return await write_visit(session, visit_of(booking, status, now), booking.actor, now)


async def check_return(
    session: Session, kind: VisitKind, return_of_id: str | None, visit: ReturnVisit
) -> None:
    """Whether a visit booked as a return is one, and one that is not does not say so.

    Raises:
        ReturnVisitRefused: otherwise.
    """
    if kind is not VisitKind.RETURN:
        if return_of_id is not None:
            raise ReturnVisitRefused("Só um retorno indica a consulta anterior.")
        return
    if return_of_id is None:
        raise ReturnVisitRefused("Informe a consulta que dá direito ao retorno.")
    source = (await appointments.by_ids(session, [return_of_id])).get(return_of_id)
    refusal = return_refusal(_as_source(source), visit)
    if refusal is not None:
        raise ReturnVisitRefused(refusal)


def _as_source(appointment: Appointment | None) -> SourceVisit | None:
    if appointment is None:
        return None
    return SourceVisit(
        appointment.patient_id,
        appointment.practitioner_id,
        AppointmentStatus(appointment.status),
        VisitKind(appointment.kind),
        appointment.starts_at,
    )
