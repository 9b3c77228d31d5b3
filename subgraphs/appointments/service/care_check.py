"""Before a visit begins or ends: what was written down of it? Asked of the records service."""

from typing import Protocol

from subgraphs.appointments.client import ServiceUnreachable
from subgraphs.appointments.domain.care import UNKNOWN_CARE, Care
from subgraphs.appointments.domain.errors import RecordsServiceUnavailable
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.transition import ASKS_RECORDS


class Records(Protocol):
    """Whoever knows what was written down."""

    async def care(self, appointment_id: str) -> Care:
        """What was written down of the visit; raises ServiceUnreachable."""
        ...


async def care_for(
    records: Records, appointment_id: str, target: AppointmentStatus, reason: str | None
) -> Care:
    """What a move to `target` needs to know of what was written down.

    A visit that ends with a reason for having no record needs nothing of it.

    Raises:
        RecordsServiceUnavailable: nobody could tell; worth another try.
    """
    excused = target is AppointmentStatus.FULFILLED and bool(reason and reason.strip())
    if target not in ASKS_RECORDS or excused:
        return UNKNOWN_CARE
    try:
        return await records.care(appointment_id)
    except ServiceUnreachable as error:
        raise RecordsServiceUnavailable from error
