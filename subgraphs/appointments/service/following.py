"""What this service does about the events of patients: its replica follows them."""

from subgraphs.appointments.domain.patient import PatientSnapshot
from subgraphs.appointments.models import INBOX, Repointing
from subgraphs.appointments.repository import patients
from subgraphs.appointments.repository.catalogue import add
from subgraphs.kit.database import Session
from subgraphs.kit.events.consumer import Consumer
from subgraphs.kit.events.event import Event
from subgraphs.kit.identifiers import new_id
from subgraphs.kit.patients.snapshot import TOLD_BY

consumer = Consumer(INBOX)


async def _remember(session: Session, event: Event) -> None:
    await patients.remember(session, PatientSnapshot.told(event), event.occurred_at)


for _type in TOLD_BY:
    consumer.on(_type)(_remember)


@consumer.on("PatientMerged")
@consumer.on("PatientUnmerged")
async def _relink(session: Session, event: Event) -> None:
    """The visits follow by a job, some at a time; the registration does so at once."""
    await _remember(session, event)
    await patients.link(session, event.aggregate_id, event.payload["mergedInto"])
    job = Repointing(id=new_id(), patient_id=event.aggregate_id, requested_at=event.occurred_at)
    await add(session, job)
