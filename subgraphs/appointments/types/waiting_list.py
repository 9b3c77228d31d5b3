"""The waiting list as the graph shows it."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from subgraphs.appointments import models
from subgraphs.appointments.domain.visit_kind import VisitKind
from subgraphs.appointments.domain.waiting_list import WaitingStatus
from subgraphs.appointments.types.access import READ, STAFF
from subgraphs.appointments.types.appointment import Appointment, Patient, present
from subgraphs.appointments.types.catalogue import Clinic, HealthcareService, Practitioner
from subgraphs.appointments.types.context import Info

strawberry.enum(WaitingStatus)


@strawberry.federation.type(directives=[READ, STAFF])
class WaitingListEntry:
    """A wish for a visit within some days, perhaps with somebody or somewhere."""

    row: strawberry.Private[models.WaitingListEntry]
    id: strawberry.ID
    """The identifier in this network."""
    version: int
    """Grows with each change; a change says which version it was made for."""
    status: WaitingStatus
    """How the wish stands."""
    kind: VisitKind
    """What the visit is for."""
    from_: datetime = strawberry.federation.field(name="from")
    """The earliest start."""
    until: datetime
    """The latest end."""
    created_at: datetime
    """When it was put on the list."""
    offers: int
    """How many slots were offered so far."""

    @classmethod
    def of(cls, row: models.WaitingListEntry) -> Self:
        """The stored wish, shown."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            version=row.version,
            status=WaitingStatus(row.status),
            kind=VisitKind(row.kind),
            from_=row.from_,
            until=row.until,
            created_at=row.created_at,
            offers=row.offers,
        )

    @strawberry.federation.field(provides=["displayName"])  # type: ignore[untyped-decorator]  # Strawberry types it not
    def patient(self) -> Patient | None:
        """Who waits."""
        return Patient(id=strawberry.ID(self.row.patient_id))

    @strawberry.field
    async def service(self, info: Info) -> HealthcareService:
        """What for."""
        row = await info.context.loaders.services.load(self.row.service_id)
        return HealthcareService.of(present(row))

    @strawberry.field
    async def practitioner(self, info: Info) -> Practitioner | None:
        """With whom; null where it does not matter."""
        if self.row.practitioner_id is None:
            return None
        row = await info.context.loaders.practitioners.load(self.row.practitioner_id)
        return Practitioner.of(present(row))

    @strawberry.field
    async def clinic(self, info: Info) -> Clinic | None:
        """Where; null where it does not matter."""
        if self.row.clinic_id is None:
            return None
        row = await info.context.loaders.clinics.load(self.row.clinic_id)
        return Clinic.of(present(row))

    @strawberry.field
    async def offer(self, info: Info) -> Appointment | None:
        """The slot that was offered last: a hold, confirmed by moving it to BOOKED."""
        if self.row.offer_id is None:
            return None
        row = await info.context.loaders.appointments.load(self.row.offer_id)
        return Appointment.of(present(row))


@strawberry.input
class JoinWaitingListInput:
    """A wish for a visit."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    patient_id: strawberry.ID
    """Who waits."""
    service_id: strawberry.ID
    """What for."""
    from_: datetime = strawberry.field(name="from")
    """The earliest start."""
    until: datetime
    """The latest end, at most 90 days ahead."""
    practitioner_id: strawberry.ID | None = None
    """With whom; with anyone if left out."""
    clinic_id: strawberry.ID | None = None
    """Where; anywhere if left out."""
    kind: VisitKind = VisitKind.FIRST
    """What the visit is for."""
    coverage_id: strawberry.ID | None = None
    """The insurance card to be used; none for a private visit."""


@strawberry.input
class LeaveWaitingListInput:
    """A wish that is none any more."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    id: strawberry.ID
    """The wish."""
    expected_version: int
    """The version that the caller saw."""
