"""What the mutations on allergies, problems and vital signs take."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import strawberry

from subgraphs.records.domain.allergy import Criticality


@strawberry.input
class RecordAllergyInput:
    """What harms the patient of an encounter."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    encounter_id: strawberry.ID
    """The encounter in which it was learnt."""
    substance: str
    """What does harm."""
    criticality: Criticality = Criticality.UNKNOWN
    """How bad the harm can be."""
    reaction: str | None = None
    """What it does."""


@strawberry.input
class RefuteAllergyInput:
    """An allergy that turned out to be none."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    id: strawberry.ID
    """The allergy."""
    reason: str
    """How that is known."""


@strawberry.input
class RecordProblemInput:
    """A condition that outlives the encounter."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    encounter_id: strawberry.ID
    """The encounter in which it was found."""
    cid10: str
    """Its code in CID-10."""
    onset: date | None = None
    """Since when, if known."""
    note: str | None = None
    """A remark."""


@strawberry.input
class ResolveProblemInput:
    """A condition that is over."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    id: strawberry.ID
    """The problem."""
    expected_version: int
    """The version that the caller saw."""
    resolved_on: date
    """Since when it is over."""


@strawberry.input
class RecordVitalSignsInput:
    """What was measured; what was not is left out."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    encounter_id: strawberry.ID
    """The encounter in which it was measured."""
    systolic: int | None = None
    """Blood pressure, upper value, in mmHg."""
    diastolic: int | None = None
    """Blood pressure, lower value, in mmHg."""
    heart_rate: int | None = None
    """Heart beats in a minute."""
    respiratory_rate: int | None = None
    """Breaths in a minute."""
    oxygen_saturation: int | None = None
    """Oxygen saturation in percent."""
    temperature: Decimal | None = None
    """Body temperature in °C, to one place."""
    weight_kg: Decimal | None = None
    """Weight in kilograms, to the gram."""
    height_cm: Decimal | None = None
    """Height in centimetres, to one place."""
