"""The waiting list: joined, left, and served by holds as soon as something is free."""

from dataclasses import dataclass
from datetime import datetime

from subgraphs.appointments.domain.errors import PatientDoubleBooked, PatientNotBookable, SlotTaken
from subgraphs.appointments.domain.patient import BOOKABLE_STATUS, PatientCheck, PatientSnapshot
from subgraphs.appointments.domain.slot_offer import SlotOffer
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.visit_kind import VisitKind
from subgraphs.appointments.domain.waiting_list import (
    LONGEST_WAIT,
    MOST_OFFERS,
    SHORTEST_NOTICE,
    WaitingStatus,
    kept_until,
)
from subgraphs.appointments.models import OUTBOX, Appointment, PatientReplica, WaitingListEntry
from subgraphs.appointments.repository import appointments, catalogue, patients, waiting_list
from subgraphs.appointments.service.booking import Booking, prepare, visit_of, write_visit
from subgraphs.appointments.service.slots import SlotSearch, find_slots
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound, StaleVersion
from subgraphs.kit.events.event import Fact
from subgraphs.kit.identifiers import new_id

ACTOR = "waiting list"
TRIED_AT_ONCE = 5
"""How many free slots are tried for one wish; the next round tries again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for."""

    patient: PatientSnapshot
    service_id: str
    starts_at: datetime
    ends_at: datetime
    kind: VisitKind
    actor: str
    practitioner_id: str | None = None
    clinic_id: str | None = None
    coverage_id: str | None = None


async def join(session: Session, wish: Wish, now: datetime) -> WaitingListEntry:
    """Put a wish on the list, behind the others.

    Raises:
        InvalidInput: days that are over or too far ahead, or a return visit.
        NotFound: no such service, practitioner or clinic.
    """
    if wish.kind is VisitKind.RETURN:
        raise InvalidInput("A lista de espera não vale para retornos.", path=["kind"])
    if not now < wish.ends_at <= now + LONGEST_WAIT or wish.starts_at >= wish.ends_at:
        raise InvalidInput("Informe um período nos próximos 90 dias.", path=["until"])
    await _check_known(session, wish)
    if wish.patient.asked:
        await patients.remember(session, wish.patient, now)
    entry = WaitingListEntry(
        id=new_id(),
        version=1,
        status=WaitingStatus.WAITING,
        patient_id=wish.patient.id,
        service_id=wish.service_id,
        practitioner_id=wish.practitioner_id,
        clinic_id=wish.clinic_id,
        from_=wish.starts_at,
        until=wish.ends_at,
        kind=wish.kind,
        coverage_id=wish.coverage_id,
        created_at=now,
        created_by=wish.actor,
        queued_at=now,
        offers=0,
    )
    await catalogue.add(session, entry)
    return entry


async def leave(session: Session, entry_id: str, expected_version: int) -> WaitingListEntry:
    """Take a wish off the list. A slot that is offered meanwhile stays until its time is over.

    Raises:
        NotFound: no such wish, or not on the list any more.
        StaleVersion: it changed since the caller read it.
    """
    entry = await waiting_list.locked(session, entry_id)
    if entry is None or entry.status not in (WaitingStatus.WAITING, WaitingStatus.OFFERED):
        raise NotFound("Este pedido não está na lista de espera.", path=["id"])
    if entry.version != expected_version:
        raise StaleVersion(entry.version)
    entry.status, entry.version = WaitingStatus.LEFT, entry.version + 1
    return entry


async def settle(session: Session, entry_id: str, now: datetime) -> None:
    """Note what became of an offer: taken, or let go; then others come first."""
    entry = await waiting_list.locked(session, entry_id)
    if entry is None or entry.status != WaitingStatus.OFFERED or entry.offer_id is None:
        return
    offer = (await appointments.by_ids(session, [entry.offer_id]))[entry.offer_id]
    if offer.status == AppointmentStatus.PENDING:
        return
    if offer.status not in (AppointmentStatus.CANCELLED, AppointmentStatus.ENTERED_IN_ERROR):
        entry.status = WaitingStatus.BOOKED
    elif entry.offers >= MOST_OFFERS:
        entry.status = WaitingStatus.EXPIRED
    else:
        entry.status, entry.queued_at = WaitingStatus.WAITING, now
    entry.version += 1


async def serve(session: Session, entry_id: str, now: datetime) -> bool:
    """Keep the first free slot that fits for whoever waits; whether there was one."""
    entry = await waiting_list.locked(session, entry_id)
    if entry is None or entry.status != WaitingStatus.WAITING:
        return False
    if entry.until <= now + SHORTEST_NOTICE:
        entry.status, entry.version = WaitingStatus.EXPIRED, entry.version + 1
        return False
    patient = await _person(session, entry.patient_id)
    if patient is None or patient.status != BOOKABLE_STATUS:
        return False
    for slot in await find_slots(session, _search(entry, now), now):
        visit = await _keep(session, entry, patient, slot, now)
        if visit is not None:
            entry.status, entry.offer_id = WaitingStatus.OFFERED, visit.id
            entry.offers, entry.version = entry.offers + 1, entry.version + 1
            await _tell(session, entry, visit, now)
            return True
    return False


async def _person(session: Session, patient_id: str) -> PatientReplica | None:
    """Whom the registration stands for by now; it may have been merged while it waited."""
    person_id = (await patients.persons(session, [patient_id]))[patient_id]
    return (await patients.replicas(session, [person_id])).get(person_id)


def _search(entry: WaitingListEntry, now: datetime) -> SlotSearch:
    return SlotSearch(
        entry.service_id,
        max(entry.from_, now + SHORTEST_NOTICE),
        entry.until,
        [entry.clinic_id] if entry.clinic_id else None,
        [entry.practitioner_id] if entry.practitioner_id else None,
        first=TRIED_AT_ONCE,
    )


async def _keep(
    session: Session,
    entry: WaitingListEntry,
    patient: PatientReplica,
    slot: SlotOffer,
    now: datetime,
) -> Appointment | None:
    """A hold of the slot; None where somebody was faster, or the patient is elsewhere then."""
    known = PatientSnapshot(
        patient.id,
        patient.display_name,
        patient.status,
        patient.version,
        PatientCheck.DEFERRED,
        asked=False,
    )
    booking = Booking(slot, known, VisitKind(entry.kind), ACTOR, entry.coverage_id)
    try:
        await prepare(session, booking, now)
        visit = visit_of(booking, AppointmentStatus.PENDING, now)
        visit.hold_until = kept_until(slot.starts_at, now)
        return await write_visit(session, visit, ACTOR, now)
    except (SlotTaken, PatientDoubleBooked, PatientNotBookable):
        return None


async def _tell(
    session: Session, entry: WaitingListEntry, visit: Appointment, now: datetime
) -> None:
    """Tell of the offer, so that whoever reaches patients can reach this one."""
    await session.flush()
    payload = {
        "patientId": entry.patient_id,
        "appointmentId": visit.id,
        "start": visit.starts_at.isoformat(),
        "keptUntil": kept_until(visit.starts_at, now).isoformat(),
    }
    fact = Fact("WaitingListOffered", "WaitingListEntry", entry.id, entry.version, payload)
    await OUTBOX.record(session, fact, now)


async def _check_known(session: Session, wish: Wish) -> None:
    services = await catalogue.services(session, [wish.service_id])
    practitioners = await catalogue.practitioners(session, [wish.practitioner_id or ""])
    clinics = await catalogue.clinics(session, [wish.clinic_id or ""])
    for wanted, found, path in (
        (wish.service_id, services, "serviceId"),
        (wish.practitioner_id, practitioners, "practitionerId"),
        (wish.clinic_id, clinics, "clinicId"),
    ):
        if wanted is not None and wanted not in found:
            raise NotFound("Serviço, profissional ou unidade não encontrados.", path=[path])
