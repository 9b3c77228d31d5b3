"""What is known of a patient beside documents: allergies, problems, vital signs."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from subgraphs.kit.database import Session
from subgraphs.records.models import Allergy, Problem, VitalSigns
from subgraphs.records.repository.rows import grouped


class OnTheList(Exception):
    """The patient's problem list has this problem, and it is not over."""


async def allergies(session: Session, patient_ids: Sequence[str]) -> dict[str, list[Allergy]]:
    """What harms each patient, refuted allergies left out."""
    statement = (
        select(Allergy)
        .where(Allergy.patient_id.in_(patient_ids), Allergy.refuted_at.is_(None))
        .order_by(Allergy.recorded_at, Allergy.id)
    )
    return grouped(patient_ids, await session.scalars(statement), "patient_id")


async def problems(session: Session, patient_ids: Sequence[str]) -> dict[str, list[Problem]]:
    """The problems of each patient, those that are over included, in order of recording."""
    statement = (
        select(Problem)
        .where(Problem.patient_id.in_(patient_ids))
        .order_by(Problem.recorded_at, Problem.id)
    )
    return grouped(patient_ids, await session.scalars(statement), "patient_id")


async def vital_signs_by_encounter(
    session: Session, encounter_ids: Sequence[str]
) -> dict[str, list[VitalSigns]]:
    """What was measured in each encounter, in order."""
    statement = (
        select(VitalSigns)
        .where(VitalSigns.encounter_id.in_(encounter_ids))
        .order_by(VitalSigns.measured_at, VitalSigns.id)
    )
    return grouped(encounter_ids, await session.scalars(statement), "encounter_id")


async def allergies_by_id(session: Session, ids: Sequence[str]) -> dict[str, Allergy]:
    """Allergies by id; unknown ids are absent."""
    rows = await session.scalars(select(Allergy).where(Allergy.id.in_(ids)))
    return {row.id: row for row in rows}


async def problems_by_id(session: Session, ids: Sequence[str]) -> dict[str, Problem]:
    """Problems by id; unknown ids are absent."""
    rows = await session.scalars(select(Problem).where(Problem.id.in_(ids)))
    return {row.id: row for row in rows}


async def add_problem(session: Session, problem: Problem) -> None:
    """Put a problem on the list.

    Raises:
        OnTheList: it is there, and not over; the transaction stays usable.
    """
    try:
        async with session.begin_nested():
            session.add(problem)
    except IntegrityError as error:
        raise OnTheList from error


async def allergy(session: Session, allergy_id: str) -> Allergy | None:
    """One allergy."""
    return await session.get(Allergy, allergy_id)


async def problem(session: Session, problem_id: str) -> Problem | None:
    """One problem."""
    return await session.get(Problem, problem_id)


async def locked_allergy(session: Session, allergy_id: str) -> Allergy | None:
    """The allergy, nobody else changing it until the transaction ends."""
    statement = select(Allergy).where(Allergy.id == allergy_id)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def locked_problem(session: Session, problem_id: str) -> Problem | None:
    """The problem, nobody else changing it until the transaction ends."""
    statement = select(Problem).where(Problem.id == problem_id)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def vital_signs(session: Session, vital_signs_id: str) -> VitalSigns | None:
    """One measurement."""
    return await session.get(VitalSigns, vital_signs_id)
