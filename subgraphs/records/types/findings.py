"""Allergies, problems and vital signs as the graph shows them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Self

import strawberry

from subgraphs.records import models
from subgraphs.records.domain.allergy import Criticality
from subgraphs.records.domain.vital_signs import body_mass_index
from subgraphs.records.types.access import READ, READ_OR_OWN
from subgraphs.records.types.document import Diagnosis

strawberry.enum(Criticality, name="AllergyCriticality")


@strawberry.federation.type(directives=[READ_OR_OWN])
class Allergy:
    """Something that harms the patient."""

    id: strawberry.ID
    """The identifier in this network."""
    substance: str
    """What does harm."""
    reaction: str | None
    """What it does."""
    criticality: Criticality
    """How bad the harm can be."""
    recorded_at: datetime
    """When it was noted."""
    refuted_at: datetime | None
    """When it turned out to be none."""

    @classmethod
    def of(cls, row: models.Allergy) -> Self:
        """The stored allergy, shown."""
        return cls(
            id=strawberry.ID(row.id),
            substance=row.substance,
            reaction=row.reaction,
            criticality=Criticality(row.criticality),
            recorded_at=row.recorded_at,
            refuted_at=row.refuted_at,
        )


@strawberry.federation.type(directives=[READ_OR_OWN])
class Problem:
    """An entry of the patient's problem list: a condition that outlives one encounter."""

    id: strawberry.ID
    """The identifier in this network."""
    version: int
    """Grows with each change; a change says which version it was made for."""
    diagnosis: Diagnosis
    """What it is."""
    note: str | None
    """A remark."""
    onset: date | None
    """Since when, if known."""
    recorded_at: datetime
    """When it was put on the list."""
    resolved_on: date | None
    """Since when it is over; null while it is not."""

    @classmethod
    def of(cls, row: models.Problem) -> Self:
        """The stored problem, shown."""
        return cls(
            id=strawberry.ID(row.id),
            version=row.version,
            diagnosis=Diagnosis.of(row.cid10),
            note=row.note,
            onset=row.onset,
            recorded_at=row.recorded_at,
            resolved_on=row.resolved_on,
        )


@strawberry.federation.type(directives=[READ])
class VitalSigns:
    """What was measured at one moment; what was not is null."""

    id: strawberry.ID
    """The identifier in this network."""
    measured_at: datetime
    """When."""
    systolic: int | None
    """Blood pressure, upper value, in mmHg."""
    diastolic: int | None
    """Blood pressure, lower value, in mmHg."""
    heart_rate: int | None
    """Heart beats in a minute."""
    respiratory_rate: int | None
    """Breaths in a minute."""
    oxygen_saturation: int | None
    """Oxygen saturation in percent."""
    temperature: Decimal | None
    """Body temperature in °C."""
    weight_kg: Decimal | None
    """Weight in kilograms."""
    height_cm: Decimal | None
    """Height in centimetres."""
    body_mass_index: Decimal | None
    """Weight over height squared, in kg/m², where both were measured."""

    @classmethod
    def of(cls, row: models.VitalSigns) -> Self:
        """The stored measurement, shown."""
        return cls(
            id=strawberry.ID(row.id),
            measured_at=row.measured_at,
            systolic=row.systolic,
            diastolic=row.diastolic,
            heart_rate=row.heart_rate,
            respiratory_rate=row.respiratory_rate,
            oxygen_saturation=row.oxygen_saturation,
            temperature=row.temperature,
            weight_kg=row.weight_kg,
            height_cm=row.height_cm,
            body_mass_index=body_mass_index(row.weight_kg, row.height_cm),
        )
