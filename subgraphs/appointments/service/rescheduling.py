"""Rescheduling: one visit given up and another taken, both or neither."""

from dataclasses import dataclass, replace
from datetime import datetime

from subgraphs.appointments.domain.errors import TransitionNotAllowed
from subgraphs.appointments.domain.overbooking import REGULAR_LANE
from subgraphs.appointments.domain.slot_offer import SlotOffer
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.transition import CancelledBy
from subgraphs.appointments.domain.visit_kind import ReturnVisit, VisitKind
from subgraphs.appointments.models import Appointment, Practitioner
from subgraphs.appointments.repository import appointments, catalogue, patients
from subgraphs.appointments.service.active_period import check_active
from subgraphs.appointments.service.booking import check_return, write_visit
from subgraphs.appointments.service.resources import lock_resources
from subgraphs.appointments.service.sweep import clear_overdue
from subgraphs.appointments.service.transitions import Transition, locked_as_seen, move
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.identifiers import new_id

REASON = "RESCHEDULED"


@dataclass(frozen=True, slots=True)
class Rescheduling:
    """A booked visit, as its caller last saw it, and the slot to move it to."""

    appointment_id: str
    expected_version: int
    offer: SlotOffer
    requested_by: CancelledBy
    actor: str


async def reschedule(session: Session, wanted: Rescheduling, now: datetime) -> Appointment:
    """Cancel the visit as rescheduled, and book the new one, which points back to it.

    Raises:
        NotFound: no such appointment, or practitioner.
        PractitionerInactive: the practitioner is not active on the new day.
        StaleVersion: it changed since the caller read it.
        TransitionNotAllowed: it is not booked.
        InvalidInput: the slot is for another service.
        SlotTaken, ResourceTaken, PatientDoubleBooked: the new time is not free; the old visit
            stays.
        ReturnVisitRefused: a return visit would not be one at the new time.
    """
    away = Transition(
        wanted.appointment_id,
        wanted.expected_version,
        AppointmentStatus.CANCELLED,
        wanted.actor,
        REASON,
        wanted.requested_by,
    )
    practitioner = await _locked_practitioner(session, wanted)
    await check_active(session, practitioner, wanted.offer)
    old = await locked_as_seen(session, away)
    if old.status != AppointmentStatus.BOOKED:
        raise TransitionNotAllowed("NOT_BOOKED", "Só uma consulta agendada pode ser remarcada.")
    if old.service_id != wanted.offer.service_id:
        raise InvalidInput("O novo horário é de outro serviço.", path=["slotToken"])
    resource_ids = await lock_resources(session, wanted.offer.clinic_id, old.service_id)
    await clear_overdue(session, practitioner.id, old.patient_id, resource_ids, now)
    visit = ReturnVisit(
        old.patient_id, practitioner.id, wanted.offer.starts_at, practitioner.return_window_days
    )
    await check_return(session, VisitKind(old.kind), old.return_of_id, visit)
    successor = _successor(old, wanted.offer, now)
    await _follow_merge(session, successor)
    await move(session, old, replace(away, rescheduled_to=successor.id), now)
    return await write_visit(session, successor, wanted.actor, now)


async def _locked_practitioner(session: Session, wanted: Rescheduling) -> Practitioner:
    """The new visit's practitioner; both agendas are locked, in one order for all."""
    found = await appointments.by_ids(session, [wanted.appointment_id])
    ids = {visit.practitioner_id for visit in found.values()} | {wanted.offer.practitioner_id}
    locked = [await catalogue.lock_practitioner(session, id) for id in sorted(ids)]
    for practitioner in locked:
        if practitioner is not None and practitioner.id == wanted.offer.practitioner_id:
            return practitioner
    raise NotFound("Profissional não encontrado.", path=["slotToken"])


async def _follow_merge(session: Session, visit: Appointment) -> None:
    """The new visit is the person's, even if the job that follows a merge has not come to the old.

    The patient's row is locked, so a merge was told before, or finds the new visit.
    """
    person_id = (await patients.persons(session, [visit.patient_id]))[visit.patient_id]
    if person_id != visit.patient_id:
        visit.booked_for_id = visit.booked_for_id or visit.patient_id
        visit.patient_id = person_id


def _successor(old: Appointment, offer: SlotOffer, now: datetime) -> Appointment:
    return Appointment(
        id=new_id(),
        version=1,
        status=AppointmentStatus.BOOKED,
        kind=old.kind,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        patient_id=old.patient_id,
        booked_for_id=old.booked_for_id,
        patient_check=old.patient_check,
        lane=REGULAR_LANE,
        practitioner_id=offer.practitioner_id,
        clinic_id=offer.clinic_id,
        service_id=offer.service_id,
        coverage_id=old.coverage_id,
        return_of_id=old.return_of_id,
        rescheduled_from_id=old.id,
        created_at=now,
    )
