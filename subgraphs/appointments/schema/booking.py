"""Mutations on appointments. Each is one transaction, once per key."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import strawberry

from subgraphs.appointments import models
from subgraphs.appointments.domain.errors import PatientNotBookable
from subgraphs.appointments.domain.patient import PatientSnapshot
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.schema.once import Once
from subgraphs.appointments.service.booking import Booking, book, hold, offer_in
from subgraphs.appointments.service.care_check import care_for
from subgraphs.appointments.service.overbooking import Overbooking, Squeeze, overbook
from subgraphs.appointments.service.patient_check import bookable_patient
from subgraphs.appointments.service.rescheduling import Rescheduling, reschedule
from subgraphs.appointments.service.series import SeriesBooking, book_series
from subgraphs.appointments.service.transitions import Transition, transition
from subgraphs.appointments.types.access import (
    OVERBOOK,
    SIGNED_IN,
    STAFF,
    WRITE,
    books_for,
)
from subgraphs.appointments.types.appointment import Appointment, present
from subgraphs.appointments.types.context import AppointmentsContext, Info
from subgraphs.appointments.types.inputs import (
    BookInput,
    BookSeriesInput,
    CancelInput,
    OverbookInput,
    RegisterArrivalInput,
    RescheduleInput,
    TransitionInput,
)
from subgraphs.appointments.types.refusals import refused
from subgraphs.appointments.types.results import (
    AppointmentSeries,
    BookResult,
    BookSeriesResult,
    OverbookResult,
    RescheduleResult,
    TransitionResult,
)
from subgraphs.kit.database import Session
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import DomainError

Take = Callable[[Session, Booking, datetime], Awaitable[models.Appointment]]


@strawberry.type
class BookingMutation:
    """Booking visits and moving them along."""

    @with_directives(WRITE)
    @strawberry.mutation
    async def book_appointment(self, info: Info, input: BookInput) -> BookResult:
        """Book a free slot for a patient. Of all who try for one slot, one gets it."""
        return await _take(info.context, Once(info.context, "bookAppointment", input), input, book)

    @with_directives(SIGNED_IN)
    @strawberry.mutation
    async def hold_slot(self, info: Info, input: BookInput) -> BookResult:
        """Keep a free slot for a patient for ten minutes; moving it to BOOKED confirms it."""
        return await _take(info.context, Once(info.context, "holdSlot", input), input, hold)

    @with_directives(OVERBOOK, STAFF)
    @strawberry.mutation
    async def overbook_appointment(self, info: Info, input: OverbookInput) -> OverbookResult:
        """Squeeze a visit in beside what the agenda has room for (encaixe), for a reason."""
        context = info.context
        once = Once(context, "overbookAppointment", input)
        answer: OverbookResult
        try:
            done = await once.already_done()
            if done is None:
                wanted = await _overbooking(context, input)
                done = await once.done(lambda session: overbook(session, wanted, context.now()))
        except DomainError as error:
            answer = refused(error)
            return answer
        return await _appointment(context, done)

    @with_directives(WRITE)
    @strawberry.mutation
    async def book_series(self, info: Info, input: BookSeriesInput) -> BookSeriesResult:
        """Book a series of visits at the same time of the clinic's clock."""
        context = info.context
        once = Once(context, "bookSeries", input)
        answer: BookSeriesResult
        try:
            done = await once.already_done()
            if done is None:
                first, now = await _first_of_series(context, input), context.now()
                wanted = SeriesBooking(first, input.count, input.every_days, input.all_or_nothing)
                done = await once.done(lambda session: book_series(session, wanted, now))
        except DomainError as error:
            answer = refused(error)
            return answer
        visits = await context.loaders.series.load(done)
        return AppointmentSeries(
            id=done, appointments=[Appointment.of(row) for row in visits or []]
        )

    @with_directives(WRITE)
    @strawberry.mutation
    async def reschedule_appointment(self, info: Info, input: RescheduleInput) -> RescheduleResult:
        """Move a booked visit to another slot: the new one is booked, or nothing changes."""
        context = info.context

        async def effect(session: Session) -> models.Appointment:
            now = context.now()
            wanted = Rescheduling(
                input.id,
                input.expected_version,
                offer_in(input.slot_token, now, context.offer_signer),
                input.requested_by,
                context.actor.id,
            )
            return await reschedule(session, wanted, now)

        once = Once(context, "rescheduleAppointment", input)
        answer: RescheduleResult = await once.answer(effect, lambda id: _appointment(context, id))
        return answer

    @with_directives(WRITE)
    @strawberry.mutation
    async def register_arrival(self, info: Info, input: RegisterArrivalInput) -> TransitionResult:
        """Note that the patient is here, and whom the law lets be called before others."""
        wanted = Transition(
            input.id,
            input.expected_version,
            AppointmentStatus.ARRIVED,
            info.context.actor.id,
            priority=input.priority,
        )
        return await _move(info.context, Once(info.context, "registerArrival", input), wanted)

    @with_directives(WRITE)
    @strawberry.mutation
    async def transition_appointment(self, info: Info, input: TransitionInput) -> TransitionResult:
        """Move an appointment to its next status."""
        context = info.context
        once = Once(context, "transitionAppointment", input)
        answer: TransitionResult
        try:
            done = await once.already_done()
            if done is None:
                # The records service is asked before the transaction, as patients is for booking.
                care = await care_for(context.records, input.id, input.to, input.reason)
                wanted = Transition(
                    input.id,
                    input.expected_version,
                    input.to,
                    context.actor.id,
                    input.reason,
                    care=care,
                )
                done = await once.done(lambda session: transition(session, wanted, context.now()))
        except DomainError as error:
            answer = refused(error)
            return answer
        return await _appointment(context, done)

    @with_directives(WRITE)
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


async def _take(
    context: AppointmentsContext, once: Once, input: BookInput, effect: Take
) -> BookResult:
    answer: BookResult
    try:
        done = await once.already_done()
        if done is None:
            booking, now = await _booking(context, input), context.now()
            done = await once.done(lambda session: effect(session, booking, now))
    except DomainError as error:
        answer = refused(error)
        return answer
    return await _appointment(context, done)


async def _booking(context: AppointmentsContext, input: BookInput) -> Booking:
    if not books_for(context.actor, input.patient_id):
        raise PatientNotBookable("NOT_FOUND")  # Whether there is one is not theirs to know.
    offer = offer_in(input.slot_token, context.now(), context.offer_signer)
    # The patients service is asked before the transaction: no lock is held while waiting for it.
    patient = await _patient(context, input.patient_id)
    return Booking(
        offer, patient, input.kind, context.actor.id, input.coverage_id, input.return_of_id
    )


async def _overbooking(context: AppointmentsContext, input: OverbookInput) -> Overbooking:
    squeeze = Squeeze(input.practitioner_id, input.clinic_id, input.service_id, input.start)
    patient = await _patient(context, input.patient_id)
    return Overbooking(
        squeeze, patient, input.kind, context.actor.id, input.reason, input.coverage_id
    )


async def _first_of_series(context: AppointmentsContext, input: BookSeriesInput) -> Booking:
    offer = offer_in(input.slot_token, context.now(), context.offer_signer)
    patient = await _patient(context, input.patient_id)
    return Booking(offer, patient, input.kind, context.actor.id, input.coverage_id)


async def _patient(context: AppointmentsContext, patient_id: str) -> PatientSnapshot:
    remembered = await context.loaders.patients.load(patient_id)
    return await bookable_patient(context.patients, patient_id, remembered, context.now())


async def _move(context: AppointmentsContext, once: Once, wanted: Transition) -> TransitionResult:
    answer: TransitionResult = await once.answer(
        lambda session: transition(session, wanted, context.now()),
        lambda id: _appointment(context, id),
    )
    return answer


async def _appointment(context: AppointmentsContext, appointment_id: str) -> Appointment:
    return Appointment.of(present(await context.loaders.appointments.load(appointment_id)))
