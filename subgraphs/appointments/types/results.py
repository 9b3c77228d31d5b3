"""What a mutation answers: the thing done, or a typed refusal."""

from typing import Annotated

import strawberry

from subgraphs.appointments.types.appointment import Appointment
from subgraphs.appointments.types.catalogue import (
    Availability,
    Clinic,
    ClinicResource,
    ClosedYear,
    Closure,
    HealthcareService,
    Practitioner,
)
from subgraphs.appointments.types.refusals import (
    AlreadyRegisteredError,
    PatientDoubleBookedError,
    PatientNotBookableError,
    PatientServiceUnavailableError,
    PractitionerInactiveError,
    RecordsServiceUnavailableError,
    ResourceTakenError,
    ReturnVisitRefusedError,
    SeriesRefusedError,
    SlotOfferRefusedError,
    SlotTakenError,
    TransitionNotAllowedError,
)
from subgraphs.appointments.types.waiting_list import WaitingListEntry
from subgraphs.kit.user_errors import (
    IdempotencyKeyReusedError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)


@strawberry.type
class AppointmentSeries:
    """Visits booked together."""

    id: strawberry.ID
    """The identifier in this network."""
    appointments: list[Appointment]
    """The visits, in order of time. Those that were not free are missing."""


BookResult = Annotated[
    Appointment
    | SlotTakenError
    | ResourceTakenError
    | PatientDoubleBookedError
    | SlotOfferRefusedError
    | PatientNotBookableError
    | PatientServiceUnavailableError
    | ReturnVisitRefusedError
    | PractitionerInactiveError
    | NotFoundError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("BookResult", description="The visit, or why it is not booked."),
]

OverbookResult = Annotated[
    Appointment
    | SlotTakenError
    | ResourceTakenError
    | PatientDoubleBookedError
    | PatientNotBookableError
    | PatientServiceUnavailableError
    | InvalidInputError
    | PractitionerInactiveError
    | NotFoundError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "OverbookAppointmentResult", description="The visit that was squeezed in, or why not."
    ),
]

WaitingListResult = Annotated[
    WaitingListEntry
    | PatientNotBookableError
    | PatientServiceUnavailableError
    | InvalidInputError
    | NotFoundError
    | StaleVersionError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "WaitingListResult", description="The place on the list, or why nothing changed."
    ),
]

BookSeriesResult = Annotated[
    AppointmentSeries
    | SeriesRefusedError
    | SlotOfferRefusedError
    | PatientNotBookableError
    | PatientServiceUnavailableError
    | InvalidInputError
    | PractitionerInactiveError
    | NotFoundError
    | IdempotencyKeyReusedError,
    strawberry.union("BookSeriesResult", description="The series, or why it is not booked."),
]

TransitionResult = Annotated[
    Appointment
    | TransitionNotAllowedError
    | StaleVersionError
    | SlotTakenError
    | ResourceTakenError
    | PatientDoubleBookedError
    | RecordsServiceUnavailableError
    | NotFoundError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "AppointmentTransitionResult",
        description="The visit in its new state, or why it did not move.",
    ),
]


RescheduleResult = Annotated[
    Appointment
    | SlotTakenError
    | ResourceTakenError
    | PatientDoubleBookedError
    | SlotOfferRefusedError
    | ReturnVisitRefusedError
    | TransitionNotAllowedError
    | StaleVersionError
    | InvalidInputError
    | PractitionerInactiveError
    | NotFoundError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "RescheduleAppointmentResult", description="The new visit, or why the old one stays."
    ),
]

RegisterPractitionerResult = Annotated[
    Practitioner
    | AlreadyRegisteredError
    | InvalidInputError
    | NotFoundError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "RegisterPractitionerResult", description="The practitioner, or why there is none."
    ),
]

ActivePeriodResult = Annotated[
    Practitioner | InvalidInputError | NotFoundError | IdempotencyKeyReusedError,
    strawberry.union(
        "SetPractitionerActivePeriodResult",
        description="The practitioner with the new period, or why nothing changed.",
    ),
]

RegisterClinicResult = Annotated[
    Clinic | AlreadyRegisteredError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union("RegisterClinicResult", description="The clinic, or why there is none."),
]

RegisterResourceResult = Annotated[
    ClinicResource
    | AlreadyRegisteredError
    | InvalidInputError
    | NotFoundError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "RegisterClinicResourceResult",
        description="The room or equipment, or why there is none.",
    ),
]

RegisterServiceResult = Annotated[
    HealthcareService | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union(
        "RegisterHealthcareServiceResult", description="The service, or why there is none."
    ),
]

AvailabilityResult = Annotated[
    Availability | InvalidInputError | NotFoundError | IdempotencyKeyReusedError,
    strawberry.union("AvailabilityResult", description="The availability, or why nothing changed."),
]

AgendaClosureResult = Annotated[
    Closure | InvalidInputError | NotFoundError | IdempotencyKeyReusedError,
    strawberry.union("AgendaClosureResult", description="The closure, or why there is none."),
]


ClosedYearResult = Annotated[
    ClosedYear | InvalidInputError | NotFoundError | IdempotencyKeyReusedError,
    strawberry.union(
        "ClosedYearResult", description="The clinic's holidays, or why there are none."
    ),
]
