"""What patients does about billing's events, as long as both answer for a patient's cards."""

from subgraphs.kit.database import Session
from subgraphs.kit.events.consumer import Consumer
from subgraphs.kit.events.event import Event
from subgraphs.patients.models import inbox
from subgraphs.patients.service.registration import link_coverage, unlink_coverage

consumer = Consumer(inbox)


@consumer.on("CoverageRegistered")
async def link(session: Session, event: Event) -> None:
    """A card that was registered in billing is the patient's here too.

    Of a patient who is not known here it is kept, and tried again.
    """
    await link_coverage(session, event.payload["patientId"], event.aggregate_id)


@consumer.on("CoverageRemoved")
async def unlink(session: Session, event: Event) -> None:
    """A card that billing removed is nobody's here either."""
    await unlink_coverage(session, event.aggregate_id)
