"""How far each service has read the events of the others, and what it could not handle."""

from collections.abc import AsyncIterator, Mapping

from subgraphs.appointments.models import INBOX as APPOINTMENTS_INBOX
from subgraphs.appointments.models import OUTBOX as APPOINTMENTS_OUTBOX
from subgraphs.billing.models import INBOX as BILLING_INBOX
from subgraphs.billing.models import OUTBOX as BILLING_OUTBOX
from subgraphs.kit.events.inbox import Inbox
from subgraphs.kit.events.outbox import Outbox
from subgraphs.patients.models import inbox as PATIENTS_INBOX
from subgraphs.patients.models import outbox as PATIENTS_OUTBOX
from subgraphs.reconcile.check import Databases
from subgraphs.reconcile.finding import Drift, Finding
from subgraphs.records.models import INBOX as RECORDS_INBOX
from subgraphs.records.models import OUTBOX as RECORDS_OUTBOX
from subgraphs.stack.services import SERVICES

OUTBOXES: Mapping[str, Outbox] = {
    "patients": PATIENTS_OUTBOX,
    "appointments": APPOINTMENTS_OUTBOX,
    "records": RECORDS_OUTBOX,
    "billing": BILLING_OUTBOX,
}
INBOXES: Mapping[str, Inbox] = {
    "patients": PATIENTS_INBOX,
    "appointments": APPOINTMENTS_INBOX,
    "records": RECORDS_INBOX,
    "billing": BILLING_INBOX,
}


async def find_unread_events(databases: Databases) -> AsyncIterator[Finding]:
    """Where a service is behind, and where it could not go on."""
    followed = ((service.name, source) for service in SERVICES for source in service.follows)
    for service, source in followed:
        async with databases[source].read() as session:
            outbox = OUTBOXES[source]
            told = await outbox.head(session) + await outbox.unpublished(session)
        async with databases[service].read() as session:
            inbox = INBOXES[service]
            read = await inbox.position(session, source)
            parked = await inbox.parked(session, source)
        if read < told:
            yield Finding(Drift.EVENTS_BEHIND, service, source, f"{told - read} events")
        if parked:
            yield Finding(Drift.EVENTS_PARKED, service, source, f"{parked} events")
