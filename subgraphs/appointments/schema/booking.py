"""Mutations on appointments. Each is one transaction, once per key."""

import strawberry

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.schema.once import Once
from subgraphs.appointments.service.booking import Booking, book, offer_in
from subgraphs.appointments.service.patient_check import bookable_patient
from subgraphs.appointments.service.transitions import Transition, transition
from subgraphs.appointments.types.appointment import Appointment, present
from subgraphs.appointments.types.context import AppointmentsContext, Info
from subgraphs.appointments.types.inputs import BookInput, CancelInput, TransitionInput
from subgraphs.appointments.types.results import BookResult, TransitionResult, refused
from subgraphs.kit.errors import DomainError


@strawberry.type
class BookingMutation:
    """Booking visits and moving them along."""

    @strawberry.mutation
    async def book_appointment(self, info: Info, input: BookInput) -> BookResult:
        """Book a free slot for a patient. Of all who try for one slot, one gets it."""
        once = Once(info.context, "bookAppointment", input)
        answer: BookResult
        try:
            done = await once.already_done() or await _book(info.context, once, input)
        except DomainError as error:
            answer = refused(error)
            return answer
        return await _appointment(info.context, done)

    @strawberry.mutation
    async def transition_appointment(self, info: Info, input: TransitionInput) -> TransitionResult:
        """Move an appointment to its next status."""
        wanted = Transition(
            input.id, input.expected_version, input.to, info.context.actor.id, input.reason
        )
        return await _move(info.context, Once(info.context, "transitionAppointment", input), wanted)

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
        return await _move(info.context, Once(info.context, "cancelAppointment", input), wanted)


async def _book(context: AppointmentsContext, once: Once, input: BookInput) -> strawberry.ID:
    now = context.now()
    offer = offer_in(input.slot_token, now, context.offer_signer)
    # The patients service is asked before the transaction: no lock is held while waiting for it.
    patient = await bookable_patient(context.patients, input.patient_id)
    booking = Booking(
        offer, patient, input.kind, context.actor.id, input.coverage_id, input.return_of_id
    )
    return await once.done(lambda session: book(session, booking, now))


async def _move(context: AppointmentsContext, once: Once, wanted: Transition) -> TransitionResult:
    answer: TransitionResult = await once.answer(
        lambda session: transition(session, wanted, context.now()),
        lambda id: _appointment(context, id),
    )
    return answer


async def _appointment(context: AppointmentsContext, appointment_id: str) -> Appointment:
    return Appointment.of(present(await context.loaders.appointments.load(appointment_id)))
