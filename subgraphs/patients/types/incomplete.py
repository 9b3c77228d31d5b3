"""Registrations to be completed, as shown and as given."""

from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

import strawberry

from subgraphs.patients.domain.identification import (
    RegistrationStage,
    Unidentified,
    UnidentifiedReason,
)
from subgraphs.patients.domain.patient import Demographics, Sex

strawberry.enum(RegistrationStage)
strawberry.enum(UnidentifiedReason)


@strawberry.type
class UnidentifiedPatient:
    """Why nobody knows yet who a patient is."""

    reason: UnidentifiedReason
    """Why."""
    estimated_birth_year: int | None
    """About when the patient may have been born."""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """What is kept, shown."""
        return cls(
            reason=UnidentifiedReason(kept["reason"]),
            estimated_birth_year=kept["estimated_birth_year"],
        )


@strawberry.input
class PreRegisterPatientInput:
    """Somebody who calls for the first time."""

    idempotency_key: UUID
    """Made by the client for this registration; repeating it gives the same patient."""
    legal_name: str
    """The name, as said."""
    phone: str
    """The telephone with area code (DDD)."""
    refuse_duplicates: bool = False
    """Whether to register nobody while somebody has the same name and telephone already."""


@strawberry.input
class RegisterUnidentifiedPatientInput:
    """Somebody whom nobody knows."""

    idempotency_key: UUID
    """Made by the client for this registration; repeating it gives the same patient."""
    reason: UnidentifiedReason
    """Why nobody knows who it is."""
    sex: Sex
    """Sex, as seen."""
    estimated_birth_year: int | None = None
    """About when the patient may have been born."""


def pre_registered(given: PreRegisterPatientInput) -> Demographics:
    """The data of somebody who called, as the domain takes them."""
    return Demographics(given.legal_name, birth_date=None, sex=Sex.UNKNOWN, phone=given.phone)


def unidentified(given: RegisterUnidentifiedPatientInput) -> Unidentified:
    """What is noted of somebody unidentified, as the domain takes it."""
    return Unidentified(given.reason, given.estimated_birth_year)
