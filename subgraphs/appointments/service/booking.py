"""Booking: the offer checked, the visit written, and the database saying who was first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from subgraphs.appointments.domain import slot_offer
from subgraphs.appointments.domain.errors import (
    PatientDoubleBooked,
    ReturnVisitRefused,
    SlotOfferRefused,
    SlotTaken,
)
from subgraphs.appointments.domain.patient import PatientSnapshot
from subgraphs.appointments.domain.slot_offer import ExpiredOffer, InvalidOffer, SlotOffer
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.visit_kind import (
    ReturnVisit,
    SourceVisit,
    VisitKind,
    return_refusal,
)
from subgraphs.appointments.models import Appointment, Practitioner, StatusChange
from subgraphs.appointments.repository import appointments, catalogue, patients
from subgraphs.appointments.repository.appointments import Overlap, Overlapping
from subgraphs.appointments.service.slots import SlotSearch, find_slots
from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound
from subgraphs.kit.identifiers import new_id
from subgraphs.kit.signing import Signer

ALTERNATIVES = 5
ALTERNATIVES_WITHIN = timedelta(days=14)


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
        NotFound: the practitioner left since the offer was made.
    """
    # Practitioner first, then patient: one order for all, so that no two bookings deadlock.
    practitioner = await catalogue.lock_practitioner(session, booking.offer.practitioner_id)
    if practitioner is None:
        raise NotFound("Profissional não encontrado.", path=["slotToken"])
    await patients.remember(session, booking.patient, now)
    await _check_return(session, booking, practitioner)
    return await _write(session, booking, AppointmentStatus.BOOKED, now)


async def _write(
    session: Session, booking: Booking, status: AppointmentStatus, now: datetime
) -> Appointment:
    offer = booking.offer
    appointment = Appointment(
        id=new_id(),
        version=1,
        status=status,
        kind=booking.kind,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        patient_id=booking.patient.id,
        practitioner_id=offer.practitioner_id,
        clinic_id=offer.clinic_id,
        service_id=offer.service_id,
        coverage_id=booking.coverage_id,
        return_of_id=booking.return_of_id,
        created_at=now,
    )
    change = StatusChange(
        id=new_id(),
        appointment_id=appointment.id,
        from_status=None,
        to_status=status,
        at=now,
        actor=booking.actor,
    )
    try:
        await appointments.insert(session, appointment, change)
    except Overlapping as error:
        if error.overlap is Overlap.PATIENT:
            raise PatientDoubleBooked from error
        raise SlotTaken(await _alternatives(session, offer, now)) from error
    return appointment


async def _alternatives(session: Session, offer: SlotOffer, now: datetime) -> Sequence[SlotOffer]:
    """The next free slots of the same service at the same clinic, from the same day on."""
    from_the_same_day = offer.starts_at - timedelta(hours=offer.starts_at.hour)
    search = SlotSearch(
        offer.service_id,
        from_the_same_day,
        offer.starts_at + ALTERNATIVES_WITHIN,
        clinic_ids=[offer.clinic_id],
        first=ALTERNATIVES,
    )
    return await find_slots(session, search, now)


async def _check_return(session: Session, booking: Booking, practitioner: Practitioner) -> None:
    if booking.return_of_id is None:
        if booking.kind is VisitKind.RETURN:
            raise ReturnVisitRefused("Informe a consulta que dá direito ao retorno.")
        return
    if booking.kind is not VisitKind.RETURN:
        raise ReturnVisitRefused("Só um retorno indica a consulta anterior.")
    source = (await appointments.by_ids(session, [booking.return_of_id])).get(booking.return_of_id)
    visit = ReturnVisit(
        booking.patient.id,
        practitioner.id,
        booking.offer.starts_at,
        practitioner.return_window_days,
    )
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
