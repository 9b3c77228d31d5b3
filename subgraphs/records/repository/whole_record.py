"""Everything that is kept of a person, by all registrations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from subgraphs.kit.database import Session
from subgraphs.records.models import Allergy, ClinicalDocument, Encounter, Problem, VitalSigns


async def encounters(session: Session, patient_ids: Sequence[str]) -> list[Encounter]:
    """The encounters, in order."""
    statement = select(Encounter).where(Encounter.patient_id.in_(patient_ids))
    return list(await session.scalars(statement.order_by(Encounter.started_at, Encounter.id)))


async def documents(session: Session, patient_ids: Sequence[str]) -> list[ClinicalDocument]:
    """The documents, in the order in which they were begun; drafts too."""
    statement = select(ClinicalDocument).where(ClinicalDocument.patient_id.in_(patient_ids))
    order = ClinicalDocument.created_at, ClinicalDocument.id
    return list(await session.scalars(statement.order_by(*order)))


async def allergies(session: Session, patient_ids: Sequence[str]) -> list[Allergy]:
    """The allergies, refuted ones too."""
    statement = select(Allergy).where(Allergy.patient_id.in_(patient_ids))
    return list(await session.scalars(statement.order_by(Allergy.recorded_at, Allergy.id)))


async def problems(session: Session, patient_ids: Sequence[str]) -> list[Problem]:
    """The problems, those that are over too."""
    statement = select(Problem).where(Problem.patient_id.in_(patient_ids))
    return list(await session.scalars(statement.order_by(Problem.recorded_at, Problem.id)))


async def vital_signs(session: Session, patient_ids: Sequence[str]) -> list[VitalSigns]:
    """What was measured, in order, by the encounters of these registrations."""
    statement = (
        select(VitalSigns)
        .join(Encounter, Encounter.id == VitalSigns.encounter_id)
        .where(Encounter.patient_id.in_(patient_ids))
    )
    return list(await session.scalars(statement.order_by(VitalSigns.measured_at, VitalSigns.id)))


async def last_entry(session: Session, patient_ids: Sequence[str]) -> datetime | None:
    """When something was last written in the record."""
    found: list[datetime | None] = []
    for column, owner in (
        (Encounter.started_at, Encounter.patient_id),
        (Encounter.closed_at, Encounter.patient_id),
        (ClinicalDocument.created_at, ClinicalDocument.patient_id),
        (ClinicalDocument.signed_at, ClinicalDocument.patient_id),
        (Allergy.recorded_at, Allergy.patient_id),
        (Allergy.refuted_at, Allergy.patient_id),
        (Problem.recorded_at, Problem.patient_id),
        (VitalSigns.measured_at, VitalSigns.patient_id),
    ):
        found.append(await session.scalar(select(func.max(column)).where(owner.in_(patient_ids))))
    return max((at for at in found if at is not None), default=None)
