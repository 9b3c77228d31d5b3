"""The refusals of this service as data, and which error shows as which."""

from datetime import datetime
from typing import Any, Self

import strawberry

from subgraphs.appointments.domain import errors, slot_offer
from subgraphs.appointments.domain.clinic_resource import ResourceCategory
from subgraphs.appointments.types.context import Info
from subgraphs.appointments.types.slot import SlotOffer
from subgraphs.kit.errors import DomainError
from subgraphs.kit.user_errors import SHARED_ERRORS, UserError, as_user_error


@strawberry.type(name="SlotTaken")
class SlotTakenError(UserError):
    """Somebody else has the slot."""

    offers: strawberry.Private[list[slot_offer.SlotOffer]]

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        offers = [slot_offer.SlotOffer.from_values(v) for v in error.details["alternatives"]]
        return cls(code=error.code, message=error.message, path=error.path, offers=offers)

    @strawberry.field
    def alternatives(self, info: Info) -> list[SlotOffer]:
        """What was free nearby when the booking was refused."""
        return [SlotOffer.of(offer, info.context) for offer in self.offers]


@strawberry.type(name="ResourceTaken")
class ResourceTakenError(SlotTakenError):
    """No room, or no equipment, of the kind needed is free at that time."""

    category: ResourceCategory
    """Whether a room or equipment is missing."""
    kind: str
    """Of which kind."""

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        return cls(
            code=error.code,
            message=error.message,
            path=error.path,
            offers=[slot_offer.SlotOffer.from_values(v) for v in error.details["alternatives"]],
            category=ResourceCategory(error.details["category"]),
            kind=error.details["kind"],
        )


@strawberry.type(name="SeriesRefused")
class SeriesRefusedError(UserError):
    """Not every visit of the series is free, and none was booked."""

    starts: list[datetime]
    """The times that are not free."""

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        starts = [datetime.fromisoformat(start) for start in error.details["starts"]]
        return cls(code=error.code, message=error.message, path=error.path, starts=starts)


@strawberry.type(name="PractitionerInactive")
class PractitionerInactiveError(UserError):
    """The practitioner is not active on the day of the slot."""


@strawberry.type(name="PatientDoubleBooked")
class PatientDoubleBookedError(UserError):
    """The patient has another visit at that time."""


@strawberry.type(name="SlotOfferRefused")
class SlotOfferRefusedError(UserError):
    """The slot token is not good, or no longer: search again."""

    expired: bool
    """Whether it was good once."""


@strawberry.type(name="PatientNotBookable")
class PatientNotBookableError(UserError):
    """No such patient, or none to book for."""

    reason: str
    """NOT_FOUND, or the patient's status: INACTIVE, MERGED, ANONYMISED, DECEASED."""


@strawberry.type(name="PatientServiceUnavailable")
class PatientServiceUnavailableError(UserError):
    """Nobody can tell now whether the patient can be booked; nothing was done."""

    retry_after_seconds: int
    """When another try makes sense; the same idempotency key may be used."""


@strawberry.type(name="RecordsServiceUnavailable")
class RecordsServiceUnavailableError(UserError):
    """Nobody can tell now what was written down of the visit; nothing was done."""

    retry_after_seconds: int
    """When another try makes sense; the same idempotency key may be used."""


@strawberry.type(name="ReturnVisitRefused")
class ReturnVisitRefusedError(UserError):
    """The visit is no return to the one named."""


@strawberry.type(name="AppointmentTransitionNotAllowed")
class TransitionNotAllowedError(UserError):
    """The appointment cannot move to that status, or not now."""

    reason: str
    """Which rule: TRANSITION_NOT_ALLOWED, NOT_THE_DAY, WITHIN_TOLERANCE, …"""


@strawberry.type(name="AlreadyRegistered")
class AlreadyRegisteredError(UserError):
    """A registration number is taken."""


_SHOWN: dict[type[DomainError], type[UserError]] = {
    **SHARED_ERRORS,
    errors.SlotTaken: SlotTakenError,
    errors.ResourceTaken: ResourceTakenError,
    errors.PractitionerInactive: PractitionerInactiveError,
    errors.PatientDoubleBooked: PatientDoubleBookedError,
    errors.SlotOfferRefused: SlotOfferRefusedError,
    errors.PatientNotBookable: PatientNotBookableError,
    errors.PatientServiceUnavailable: PatientServiceUnavailableError,
    errors.RecordsServiceUnavailable: RecordsServiceUnavailableError,
    errors.SeriesRefused: SeriesRefusedError,
    errors.ReturnVisitRefused: ReturnVisitRefusedError,
    errors.TransitionNotAllowed: TransitionNotAllowedError,
    errors.AlreadyRegistered: AlreadyRegisteredError,
}


def refused(error: DomainError) -> Any:
    """The refusal as a member of a result union; one that no union has is raised again."""
    return as_user_error(error, _SHOWN)
