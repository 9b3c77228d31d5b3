"""What the mutations on appointments take. Every one has its idempotency key."""

from datetime import datetime
from uuid import UUID

import strawberry

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.transition import CancelledBy
from subgraphs.appointments.domain.visit_kind import VisitKind
from subgraphs.appointments.domain.waiting_room import ArrivalPriority


@strawberry.input
class BookInput:
    """A slot, for a patient."""

    idempotency_key: UUID
    """Repeated with the same key, the booking is made once and answered alike."""
    slot_token: str
    """The token of a slot offer."""
    patient_id: strawberry.ID
    """Who is to be seen."""
    kind: VisitKind = VisitKind.FIRST
    """What the visit is for."""
    coverage_id: strawberry.ID | None = None
    """The insurance card to be used; none for a private visit."""
    return_of_id: strawberry.ID | None = None
    """For a return visit: the visit that it goes back to."""


@strawberry.input(name="TransitionAppointmentInput")
class TransitionInput:
    """An appointment, as it was last read, and where it shall go."""

    idempotency_key: UUID
    """Repeated with the same key, the change is made once and answered alike."""
    id: strawberry.ID
    """The appointment."""
    to: AppointmentStatus
    """Its next status."""
    expected_version: int
    """The version that the caller saw."""
    reason: str | None = None
    """Why; CANCELLED and ENTERED_IN_ERROR need one."""


@strawberry.input(name="CancelAppointmentInput")
class CancelInput:
    """A visit to call off."""

    idempotency_key: UUID
    """Repeated with the same key, the change is made once and answered alike."""
    id: strawberry.ID
    """The appointment."""
    expected_version: int
    """The version that the caller saw."""
    reason: str
    """Why."""
    cancelled_by: CancelledBy
    """Who calls it off."""


@strawberry.input(name="RescheduleAppointmentInput")
class RescheduleInput:
    """A booked visit, and where to move it."""

    idempotency_key: UUID
    """Repeated with the same key, it is moved once and answered alike."""
    id: strawberry.ID
    """The appointment."""
    expected_version: int
    """The version that the caller saw."""
    slot_token: str
    """The token of a slot offer for the same service."""
    requested_by: CancelledBy
    """Who wishes to move it."""


@strawberry.input
class RegisterArrivalInput:
    """A patient who is here."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    id: strawberry.ID
    """The appointment."""
    expected_version: int
    """The version that the caller saw."""
    priority: ArrivalPriority = ArrivalPriority.NONE
    """Why the patient is to be called before others."""


@strawberry.input
class BookSeriesInput:
    """The first visit of a series, and how it goes on."""

    idempotency_key: UUID
    """Repeated with the same key, the series is booked once and answered alike."""
    slot_token: str
    """The token of the first visit's slot offer."""
    patient_id: strawberry.ID
    """Who is to be seen."""
    count: int
    """How many visits: 2 to 30."""
    every_days: int = 7
    """From one visit to the next: 1 to 90 days, at the same time of the clinic's clock."""
    all_or_nothing: bool = True
    """Whether to book none if one is not free; else those that are free are booked."""
    kind: VisitKind = VisitKind.FOLLOW_UP
    """What the visits are for."""
    coverage_id: strawberry.ID | None = None
    """The insurance card to be used; none for private visits."""


@strawberry.input(name="OverbookAppointmentInput")
class OverbookInput:
    """A visit to squeeze in."""

    idempotency_key: UUID
    """Repeated with the same key, the booking is made once and answered alike."""
    patient_id: strawberry.ID
    """Who is to be seen."""
    practitioner_id: strawberry.ID
    """By whom."""
    clinic_id: strawberry.ID
    """Where."""
    service_id: strawberry.ID
    """What for."""
    start: datetime
    """When, within the practitioner's hours at the clinic."""
    reason: str
    """Why it cannot wait for a free slot; it is kept."""
    kind: VisitKind = VisitKind.FIRST
    """What the visit is for."""
    coverage_id: strawberry.ID | None = None
    """The insurance card to be used; none for a private visit."""
