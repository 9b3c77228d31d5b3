"""Before an encounter: how does the appointment stand? Asked of the appointments service."""

from typing import Protocol

from subgraphs.records.client import ServiceUnreachable
from subgraphs.records.domain.appointment import AppointmentSnapshot
from subgraphs.records.domain.errors import (
    AppointmentNotEligible,
    AppointmentServiceUnavailable,
    NotTheAuthor,
)
from subgraphs.records.domain.signature import Author


class Appointments(Protocol):
    """Whoever knows the appointments."""

    async def appointment(self, appointment_id: str) -> AppointmentSnapshot | None:
        """The appointment, None where there is none; raises ServiceUnreachable."""
        ...

    async def practitioner(self, practitioner_id: str) -> Author | None:
        """The practitioner, None where there is none; raises ServiceUnreachable."""
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


async def known_author(appointments: Appointments, practitioner_id: str) -> Author:
    """A practitioner who writes in an encounter of somebody else.

    Raises:
        NotTheAuthor: no such practitioner.
        AppointmentServiceUnavailable: nobody could tell; worth another try.
    """
    try:
        author = await appointments.practitioner(practitioner_id)
    except ServiceUnreachable as error:
        raise AppointmentServiceUnavailable from error
    if author is None:
        raise NotTheAuthor("O profissional deste acesso não consta no cadastro.")
    return author
