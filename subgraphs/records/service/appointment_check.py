"""Before an encounter: how does the appointment stand? Asked of the appointments service."""

from typing import Protocol

from subgraphs.records.client import ServiceUnreachable
from subgraphs.records.domain.appointment import AppointmentSnapshot
from subgraphs.records.domain.errors import AppointmentNotEligible, AppointmentServiceUnavailable


class Appointments(Protocol):
    """Whoever knows the appointments."""

    async def appointment(self, appointment_id: str) -> AppointmentSnapshot | None:
        """The appointment, None where there is none; raises ServiceUnreachable."""
        ...


async def eligible_appointment(
    appointments: Appointments, appointment_id: str
) -> AppointmentSnapshot:
    """The appointment, if an encounter can be opened from it.

    Raises:
        AppointmentNotEligible: no such appointment, or the patient is not here.
        AppointmentServiceUnavailable: nobody could tell; worth another try.
    """
    try:
        appointment = await appointments.appointment(appointment_id)
    except ServiceUnreachable as error:
        raise AppointmentServiceUnavailable from error
    if appointment is None:
        raise AppointmentNotEligible("NOT_FOUND")
    if not appointment.opens_encounter:
        raise AppointmentNotEligible(appointment.status)
    return appointment
