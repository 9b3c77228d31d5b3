"""Appointments as the graph shows them, and what this service adds to a patient."""

from datetime import datetime
from typing import Self, TypeVar

import strawberry

from subgraphs.appointments import models
from subgraphs.appointments.domain.overbooking import REGULAR_LANE
from subgraphs.appointments.domain.patient import PatientCheck
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.transition import CancelledBy
from subgraphs.appointments.domain.visit_kind import VisitKind
from subgraphs.appointments.domain.waiting_room import ArrivalPriority
from subgraphs.appointments.repository.appointments import PatientPageRequest
from subgraphs.appointments.types.access import READ, SIGNED_IN, STAFF
from subgraphs.appointments.types.catalogue import (
    Clinic,
    ClinicResource,
    HealthcareService,
    Practitioner,
)
from subgraphs.appointments.types.context import Info
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import NotFound
from subgraphs.kit.pagination import Connection

RowT = TypeVar("RowT")

strawberry.enum(AppointmentStatus)
strawberry.enum(VisitKind)
strawberry.enum(CancelledBy)
strawberry.enum(ArrivalPriority)
strawberry.enum(PatientCheck)


@strawberry.type
class Cancellation:
    """How a visit was called off."""

    at: datetime
    """When."""
    by: CancelledBy
    """By whom."""
    reason: str
    """Why."""
    late: bool
    """Whether it was less than 24 hours before the visit."""


@strawberry.type
class StatusChange:
    """One step in the life of an appointment."""

    at: datetime
    """When."""
    from_status: AppointmentStatus | None
    """The status before; null for the first."""
    to_status: AppointmentStatus
    """The status after."""
    actor: str
    """Who made the change."""
    reason: str | None
    """Why, where a reason was given."""

    @classmethod
    def of(cls, row: models.StatusChange) -> Self:
        """The stored change, shown."""
        return cls(
            at=row.at,
            from_status=AppointmentStatus(row.from_status) if row.from_status else None,
            to_status=AppointmentStatus(row.to_status),
            actor=row.actor,
            reason=row.reason,
        )


@strawberry.federation.type(keys=["id"], directives=[SIGNED_IN])
class Appointment:
    """A patient with a practitioner, at a clinic, from one instant to another."""

    row: strawberry.Private[models.Appointment]
    id: strawberry.ID
    """The identifier in this network."""
    version: int
    """Grows with each change; a change says which version it was made for."""
    status: AppointmentStatus
    """Where the appointment stands."""
    kind: VisitKind
    """What the visit is for."""
    start: datetime
    """When it begins."""
    end: datetime
    """When it ends; the next visit may begin at this very moment."""
    hold_until: datetime | None
    """For a hold: until when the slot is kept; then it is given away."""
    arrived_at: datetime | None
    """When the patient arrived."""
    priority: ArrivalPriority | None
    """Why the patient is called before others; null before the arrival."""
    coverage_id: strawberry.ID | None
    """The insurance card that the patient means to use; null for a private visit."""
    cancellation: Cancellation | None
    """How it was called off, if it was."""
    overbooked: bool
    """Whether it was squeezed in beside what the agenda has room for; its history says why."""
    patient_check: PatientCheck = strawberry.federation.field(directives=[READ, STAFF])
    """Whether the patients service said that the visit can be booked for its patient."""

    @classmethod
    def of(cls, row: models.Appointment) -> Self:
        """The stored appointment, shown."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            version=row.version,
            status=AppointmentStatus(row.status),
            kind=VisitKind(row.kind),
            start=row.starts_at,
            end=row.ends_at,
            hold_until=row.hold_until,
            arrived_at=row.arrived_at,
            priority=ArrivalPriority(row.priority) if row.priority else None,
            coverage_id=strawberry.ID(row.coverage_id) if row.coverage_id else None,
            cancellation=_cancellation(row),
            overbooked=row.lane != REGULAR_LANE,
            patient_check=PatientCheck(row.patient_check),
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """The appointment with this id; null where there is none, or it is another patient's."""
        row = await info.context.loaders.appointments.load(id)
        if row is None or not await info.context.sees_visits_of(row.patient_id):
            return None
        return cls.of(row)

    @strawberry.federation.field(provides=["displayName"])  # type: ignore[untyped-decorator]  # Strawberry types it not
    def patient(self) -> "Patient | None":
        """Who is seen. The name is this service's copy, so that an agenda needs no other."""
        return Patient(id=strawberry.ID(self.row.patient_id))

    @strawberry.field
    async def practitioner(self, info: Info) -> Practitioner:
        """Who sees the patient."""
        row = await info.context.loaders.practitioners.load(self.row.practitioner_id)
        return Practitioner.of(present(row))

    @strawberry.field
    async def clinic(self, info: Info) -> Clinic:
        """Where."""
        row = await info.context.loaders.clinics.load(self.row.clinic_id)
        return Clinic.of(present(row))

    @strawberry.field
    async def service(self, info: Info) -> HealthcareService:
        """What was booked."""
        row = await info.context.loaders.services.load(self.row.service_id)
        return HealthcareService.of(present(row))

    @strawberry.field
    async def room(self, info: Info) -> ClinicResource | None:
        """The room kept for it; null where none is needed."""
        return await _resource(info, self.row.room_id)

    @strawberry.field
    async def equipment(self, info: Info) -> ClinicResource | None:
        """The equipment kept for it; null where none is needed."""
        return await _resource(info, self.row.equipment_id)

    @strawberry.field
    async def return_of(self, info: Info) -> "Appointment | None":
        """The visit that this one is the return of."""
        if self.row.return_of_id is None:
            return None
        row = await info.context.loaders.appointments.load(self.row.return_of_id)
        return Appointment.of(row) if row else None

    @strawberry.field
    async def rescheduled_from(self, info: Info) -> "Appointment | None":
        """The visit that this one took the place of."""
        if self.row.rescheduled_from_id is None:
            return None
        row = await info.context.loaders.appointments.load(self.row.rescheduled_from_id)
        return Appointment.of(row) if row else None

    @strawberry.field
    async def rescheduled_to(self, info: Info) -> "Appointment | None":
        """The visit that took the place of this one."""
        row = await info.context.loaders.successors.load(self.row.id)
        return Appointment.of(row) if row else None

    @strawberry.field
    async def series(self, info: Info) -> "list[Appointment] | None":
        """The visits booked together with this one, itself included, in order of time."""
        if self.row.series_id is None:
            return None
        rows = await info.context.loaders.series.load(self.row.series_id)
        return [Appointment.of(row) for row in rows or []]

    @with_directives(READ, STAFF)
    @strawberry.field
    async def history(self, info: Info) -> list[StatusChange]:
        """Every change of status, the first one first."""
        changes = await info.context.loaders.histories.load(self.row.id)
        return [StatusChange.of(change) for change in changes or []]


@strawberry.federation.type(keys=["id"], directives=[SIGNED_IN])
class Patient:
    # No description: the owner, patients, describes it.
    id: strawberry.ID

    @strawberry.federation.field(external=True)  # type: ignore[untyped-decorator]  # Strawberry types it not
    async def display_name(self, info: Info) -> str:
        """The name to call the patient by: the social name where there is one."""
        replica = await info.context.loaders.patients.load(self.id)
        if replica is None or not await info.context.sees_visits_of(self.id):
            raise NotFound("Este paciente nunca foi agendado aqui.")
        return replica.display_name

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """A patient by id. Whether there is one is for the patients service to say."""
        return cls(id=id)

    @strawberry.field
    async def appointments(
        self,
        info: Info,
        first: int = 20,
        after: str | None = None,
        status: list[AppointmentStatus] | None = None,
    ) -> Connection[Appointment] | None:
        """The patient's appointments, the latest first; null where they are another patient's."""
        if not await info.context.sees_visits_of(self.id):
            return None
        person_id = await info.context.loaders.persons.load(self.id) or self.id
        cursors = info.context.cursors("patient.appointments")
        request = cursors.request(first, after, sort_values)
        wanted = PatientPageRequest(
            request.first, request.after, tuple(status) if status is not None else None
        )
        page = await info.context.loaders.patient_pages.load((person_id, wanted))
        return cursors.connection(
            page, request, node=Appointment.of, values=lambda row: (row.starts_at, row.id)
        )


def sort_values(values: list[str]) -> tuple[datetime, str]:
    """The sort values of an appointment, from a cursor's JSON."""
    starts_at, appointment_id = values
    return datetime.fromisoformat(starts_at), appointment_id


async def _resource(info: Info, resource_id: str | None) -> ClinicResource | None:
    if resource_id is None:
        return None
    return ClinicResource.of(present(await info.context.loaders.resources.load(resource_id)))


def _cancellation(row: models.Appointment) -> Cancellation | None:
    if row.cancelled_at is None or row.cancelled_by is None:
        return None
    return Cancellation(
        at=row.cancelled_at,
        by=CancelledBy(row.cancelled_by),
        reason=row.cancellation_reason or "",
        late=bool(row.late_cancellation),
    )


def present(row: RowT | None) -> RowT:
    """The row, of which a foreign key says that it is there."""
    assert row is not None, "foreign keys keep it there"
    return row
