"""What this service does about the events of patients and of appointments."""

from datetime import datetime

from subgraphs.kit.database import Session
from subgraphs.kit.events.consumer import Consumer
from subgraphs.kit.events.event import Event
from subgraphs.kit.patients.snapshot import TOLD_BY, PatientSnapshot
from subgraphs.records.models import INBOX, VisitReplica
from subgraphs.records.repository import patients, visits

consumer = Consumer(INBOX)


async def _remember_patient(session: Session, event: Event) -> None:
    await patients.remember(session, PatientSnapshot.told(event))


async def _remember_visit(session: Session, event: Event) -> None:
    payload = event.payload
    visit = VisitReplica(
        id=event.aggregate_id,
        version=event.version,
        patient_id=payload["patientId"],
        practitioner_id=payload["practitionerId"],
        starts_at=datetime.fromisoformat(payload["start"]),
        status=payload["status"],
    )
    await visits.remember(session, visit)


for _type in TOLD_BY:
    consumer.on(_type)(_remember_patient)

for _type in (
    "AppointmentBooked",
    "AppointmentRescheduled",
    "AppointmentCancelled",
    "AppointmentArrived",
    "AppointmentNoShow",
    "AppointmentFulfilled",
    "AppointmentEnteredInError",
):
    consumer.on(_type)(_remember_visit)


@consumer.on("PatientMerged")
@consumer.on("PatientUnmerged")
async def _relink(session: Session, event: Event) -> None:
    """Nothing is rewritten: the registrations of a person are read together from now on."""
    await _remember_patient(session, event)
    await patients.link(session, event.aggregate_id, event.payload["mergedInto"])
