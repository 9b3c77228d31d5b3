"""What can be asked of appointments."""

from datetime import date, datetime

import strawberry

from subgraphs.appointments.domain.registrations import Council, InvalidRegistration
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.repository import catalogue
from subgraphs.appointments.schema.waiting_list import WaitingListQuery
from subgraphs.appointments.service.agenda import Agenda, list_appointments
from subgraphs.appointments.service.slots import SlotSearch, find_slots
from subgraphs.appointments.service.waiting_room import waiting_room
from subgraphs.appointments.types.access import READ, SIGNED_IN, STAFF
from subgraphs.appointments.types.appointment import Appointment, sort_values
from subgraphs.appointments.types.catalogue import Clinic, HealthcareService, Practitioner
from subgraphs.appointments.types.context import Info
from subgraphs.appointments.types.slot import SlotOffer
from subgraphs.kit.directives import with_directives
from subgraphs.kit.pagination import Connection


@strawberry.input
class AppointmentFilter:
    """Which appointments; what is left out does not matter."""

    clinic_id: strawberry.ID | None = None
    """Those at this clinic."""
    practitioner_id: strawberry.ID | None = None
    """Those with this practitioner."""
    patient_id: strawberry.ID | None = None
    """Those of this patient."""
    day: date | None = None
    """Those that begin on this day of their clinic's own calendar."""
    status: list[AppointmentStatus] | None = None
    """Those in one of these states."""


@strawberry.input
class SlotSearchInput:
    """What a patient asks for: a service, in a span of time, perhaps somewhere or with someone."""

    service_id: strawberry.ID
    """What for."""
    from_: datetime = strawberry.field(name="from")
    """The earliest start."""
    to: datetime
    """The latest end, at most 92 days later."""
    clinic_ids: list[strawberry.ID] | None = None
    """At one of these clinics; anywhere if left out."""
    practitioner_ids: list[strawberry.ID] | None = None
    """With one of these practitioners; with anyone if left out."""


@strawberry.type
class Query(WaitingListQuery):
    """What can be asked in the clinic network."""

    @with_directives(SIGNED_IN)
    @strawberry.field
    async def appointment(self, info: Info, id: strawberry.ID) -> Appointment | None:
        """The appointment with this id."""
        return await Appointment.resolve_reference(info, id)

    @with_directives(READ)
    @strawberry.field
    async def appointments(
        self,
        info: Info,
        filter: AppointmentFilter | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[Appointment]:
        """Appointments in order of time."""
        cursors = info.context.cursors("appointments")
        request = cursors.request(first, after, sort_values)
        wanted = filter or AppointmentFilter()
        agenda = Agenda(
            wanted.clinic_id, wanted.practitioner_id, wanted.patient_id, wanted.day, wanted.status
        )
        async with info.context.database.read() as session:
            page = await list_appointments(session, agenda, request)
        return cursors.connection(
            page, request, node=Appointment.of, values=lambda row: (row.starts_at, row.id)
        )

    @strawberry.field
    async def available_slots(
        self, info: Info, search: SlotSearchInput, first: int = 100
    ) -> list[SlotOffer]:
        """Free slots in order of time, computed now. Each comes with a token to book it by."""
        wanted = SlotSearch(
            search.service_id,
            search.from_,
            search.to,
            search.clinic_ids,
            search.practitioner_ids,
            first,
        )
        async with info.context.database.read() as session:
            offers = await find_slots(session, wanted, info.context.now())
        return [SlotOffer.of(offer, info.context) for offer in offers]

    @with_directives(READ, STAFF)
    @strawberry.field
    async def waiting_room(self, info: Info, clinic_id: strawberry.ID) -> list[Appointment]:
        """Whoever arrived at the clinic today and waits, the next to be called first."""
        async with info.context.database.read() as session:
            waiting = await waiting_room(session, clinic_id, info.context.now())
        return [Appointment.of(row) for row in waiting]

    @strawberry.field
    async def practitioner(self, info: Info, id: strawberry.ID) -> Practitioner | None:
        """The practitioner with this id."""
        return await Practitioner.resolve_reference(info, id)

    @strawberry.field
    async def practitioner_by_council(
        self, info: Info, body: str, number: str, uf: str
    ) -> Practitioner | None:
        """The practitioner with this council registration."""
        try:
            council = Council.parse(body, number, uf)
        except InvalidRegistration:
            return None
        row = await info.context.loaders.practitioners_by_council.load(council)
        return Practitioner.of(row) if row else None

    @strawberry.field
    async def clinic(self, info: Info, id: strawberry.ID) -> Clinic | None:
        """The clinic with this id."""
        return await Clinic.resolve_reference(info, id)

    @strawberry.field
    async def clinics(self, info: Info) -> list[Clinic]:
        """Every clinic of the network, by name."""
        async with info.context.database.read() as session:
            return [Clinic.of(row) for row in await catalogue.all_clinics(session)]

    @strawberry.field
    async def healthcare_services(self, info: Info) -> list[HealthcareService]:
        """Everything that can be booked, by name."""
        async with info.context.database.read() as session:
            return [HealthcareService.of(row) for row in await catalogue.all_services(session)]
