"""What can be done with appointments. Each mutation is one transaction, once per key."""

from uuid import UUID

import strawberry

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.transition import CancelledBy
from subgraphs.appointments.domain.visit_kind import VisitKind
from subgraphs.appointments.schema.idempotent import Once
from subgraphs.appointments.service.booking import Booking, book, offer_in
from subgraphs.appointments.service.patient_check import bookable_patient
from subgraphs.appointments.service.transitions import Transition, transition
from subgraphs.appointments.types.appointment import Appointment, present
from subgraphs.appointments.types.context import AppointmentsContext, Info
from subgraphs.appointments.types.results import BookResult, TransitionResult, shown
from subgraphs.kit.database import Session
from subgraphs.kit.errors import DomainError


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

    def body(self) -> list[str | None]:
        """What makes two bookings the same."""
        return [
            self.slot_token,
            self.patient_id,
            self.kind,
            self.coverage_id,
            self.return_of_id,
        ]


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


@strawberry.type
class Mutation:
    """Booking visits and moving them along."""

    @strawberry.mutation
    async def book_appointment(self, info: Info, input: BookInput) -> BookResult:
        """Book a free slot for a patient. Of all who try for one slot, one gets it."""
        context = info.context
        once = Once(context, "bookAppointment", input.idempotency_key, input.body())
        try:
            appointment_id = await once.answered() or await _book(context, once, input)
        except DomainError as error:
            refused: BookResult = shown(error)
            return refused
        return await _appointment(context, appointment_id)

    @strawberry.mutation
    async def transition_appointment(self, info: Info, input: TransitionInput) -> TransitionResult:
        """Move an appointment to its next status."""
        actor = info.context.actor.id
        wanted = Transition(input.id, input.expected_version, input.to, actor, input.reason)
        body = [input.id, input.to, input.expected_version, input.reason]
        once = Once(info.context, "transitionAppointment", input.idempotency_key, body)
        return await _move(info, once, wanted)

    @strawberry.mutation
    async def cancel_appointment(self, info: Info, input: CancelInput) -> TransitionResult:
        """Call a visit off. Less than 24 hours before, it is recorded as late."""
        wanted = Transition(
            input.id,
            input.expected_version,
            AppointmentStatus.CANCELLED,
            info.context.actor.id,
            input.reason,
            input.cancelled_by,
        )
        body = [input.id, input.reason, input.cancelled_by, input.expected_version]
        once = Once(info.context, "cancelAppointment", input.idempotency_key, body)
        return await _move(info, once, wanted)


async def _book(context: AppointmentsContext, once: Once, input: BookInput) -> str:
    now = context.now()
    offer = offer_in(input.slot_token, now, context.offer_signer)
    # The patients service is asked before the transaction: no lock is held while waiting for it.
    patient = await bookable_patient(context.patients, input.patient_id)
    booking = Booking(
        offer,
        patient,
        VisitKind(input.kind),
        context.actor.id,
        input.coverage_id,
        input.return_of_id,
    )

    async def effect(session: Session) -> str:
        return (await book(session, booking, now)).id

    return await once.do(effect)


async def _move(info: Info, once: Once, wanted: Transition) -> TransitionResult:
    async def effect(session: Session) -> str:
        return (await transition(session, wanted, info.context.now())).id

    try:
        appointment_id = await once.do(effect)
    except DomainError as error:
        refused: TransitionResult = shown(error)
        return refused
    return await _appointment(info.context, appointment_id)


async def _appointment(context: AppointmentsContext, appointment_id: str) -> Appointment:
    """The appointment as it is after the change."""
    context.forget_reads()
    return Appointment.of(present(await context.loaders.appointments.load(appointment_id)))
