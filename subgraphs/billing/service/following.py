"""What billing does about the events of the other services: each once, however often it comes.

A handler that lacks something fails, and the event is parked and tried again: nothing is lost.
"""

from datetime import date
from decimal import Decimal

from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.domain.events import EventType
from subgraphs.billing.models import INBOX, ChargeItemRow
from subgraphs.billing.repository import charges, coverages, merged_patients
from subgraphs.billing.repository.adding import NotUnique, add_unique
from subgraphs.billing.service.announcing import tell_card, tell_charge
from subgraphs.billing.service.calling_off import call_off_visit
from subgraphs.kit.database import Session
from subgraphs.kit.events.consumer import Consumer
from subgraphs.kit.events.event import Event
from subgraphs.kit.identifiers import new_id

consumer = Consumer(INBOX)


@consumer.on("PatientMerged")
async def link_patient(session: Session, event: Event) -> None:
    """What is billed to the source counts as the target's from now on."""
    await merged_patients.link(session, event.aggregate_id, event.payload["mergedInto"])


@consumer.on("PatientUnmerged")
async def part_patient(session: Session, event: Event) -> None:
    """The source's bills and cards are its own again."""
    await merged_patients.part(session, event.aggregate_id)


@consumer.on("PatientAnonymised")
async def remove_unused_cards(session: Session, event: Event) -> None:
    """A card that nothing was billed or asked with is not needed for anything.

    Neither is one of a registration that was merged into this one. Those on invoices stay, because
    fiscal documents and claims must be kept (LGPD, art. 16, I).
    """
    family = (await merged_patients.families(session, [event.aggregate_id]))[event.aggregate_id]
    for coverage in await coverages.unused(session, family):
        await session.delete(coverage)
        await session.flush()
        await tell_card(session, coverage, EventType.COVERAGE_REMOVED, event.occurred_at)


@consumer.on("DocumentSigned")
async def plan_requested(session: Session, event: Event) -> None:
    """Each procedure that a signed document requests is one planned charge.

    One that amends another takes its place: what that one requested is given up first.
    """
    if (replaced := event.payload.get("amendsId")) is not None:
        await charges.give_up_of_documents(session, [replaced])
    for code in sorted(set(event.payload.get("tussCodes") or ())):
        await _charge(session, event, ChargeStatus.PLANNED, code, event.aggregate_id)


@consumer.on("DocumentEnteredInError")
async def give_up_struck_out(session: Session, event: Event) -> None:
    """What a document requested that was struck out is given up, unless it was billed already."""
    await charges.give_up_of_documents(session, [event.aggregate_id])


@consumer.on("AppointmentFulfilled")
async def charge_visit(session: Session, event: Event) -> None:
    """A visit that took place is to be billed; whoever drafted its invoice earlier was first."""
    known = (await charges.of_appointments(session, [event.aggregate_id])).get(
        event.aggregate_id, []
    )
    if any(charge.document_id is None for charge in known):
        return
    await _charge(session, event, ChargeStatus.BILLABLE, event.payload["tussCode"], None)


@consumer.on("AppointmentCancelled")
@consumer.on("AppointmentRescheduled")
@consumer.on("AppointmentEnteredInError")
async def call_off(session: Session, event: Event) -> None:
    """A visit that does not take place, or never did, is not billed."""
    await call_off_visit(session, event.aggregate_id, event.occurred_at)


async def _charge(
    session: Session, event: Event, status: ChargeStatus, tuss_code: str, document_id: str | None
) -> None:
    of_visit = document_id is None
    charge = ChargeItemRow(
        id=new_id(),
        status=status,
        patient_id=event.payload["patientId"],
        appointment_id=event.aggregate_id if of_visit else event.payload["appointmentId"],
        document_id=document_id,
        tuss_code=tuss_code,
        quantity=Decimal(1),
        service_day=date.fromisoformat(event.payload["serviceDay"]),
        created_at=event.occurred_at,
    )
    try:
        await add_unique(
            session,
            [charge],
            "uq_charge_items_document_id_tuss_code",
            "uq_charge_items_appointment_id_tuss_code",
        )
    except NotUnique:
        return  # it is known already, from an earlier event or because somebody planned it
    await tell_charge(session, charge, event.occurred_at)
