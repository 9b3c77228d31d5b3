"""What is found in an encounter and outlives it: allergies, problems, vital signs."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound, StaleVersion
from subgraphs.kit.identifiers import new_id
from subgraphs.records.domain.allergy import Criticality
from subgraphs.records.domain.cid10 import InvalidCid10, parse_cid10
from subgraphs.records.domain.errors import AlreadyOver
from subgraphs.records.domain.vital_signs import ImplausibleMeasurement, Measurements
from subgraphs.records.models import Allergy, Problem, VitalSigns
from subgraphs.records.repository import findings
from subgraphs.records.repository.findings import OnTheList
from subgraphs.records.repository.rows import add
from subgraphs.records.service.encounters import open_for_writing


@dataclass(frozen=True, slots=True)
class ObservedAllergy:
    """What harms the patient of an encounter."""

    encounter_id: str
    substance: str
    criticality: Criticality
    reaction: str | None = None


@dataclass(frozen=True, slots=True)
class ObservedProblem:
    """A condition of the patient of an encounter."""

    encounter_id: str
    cid10: str
    onset: date | None = None
    note: str | None = None


async def record_allergy(session: Session, observed: ObservedAllergy, now: datetime) -> Allergy:
    """Note what harms the patient of an open encounter.

    Raises:
        NotFound, EncounterClosed: no open encounter.
        InvalidInput: no substance is named.
    """
    encounter = await open_for_writing(session, observed.encounter_id)
    if not observed.substance.strip():
        raise InvalidInput("Informe a substância.", path=["substance"])
    allergy = Allergy(
        id=new_id(),
        patient_id=encounter.patient_id,
        encounter_id=encounter.id,
        substance=observed.substance.strip(),
        reaction=observed.reaction,
        criticality=observed.criticality,
        recorded_at=now,
    )
    await add(session, allergy)
    return allergy


async def refute_allergy(session: Session, allergy_id: str, reason: str, now: datetime) -> Allergy:
    """Note that it turned out to be none. It stays stored, and is shown no more.

    Raises:
        NotFound: no such allergy.
        AlreadyOver: it is refuted already.
        InvalidInput: no reason is given.
    """
    allergy = await findings.locked_allergy(session, allergy_id)
    if allergy is None:
        raise NotFound("Alergia não encontrada.", path=["id"])
    if allergy.refuted_at is not None:
        raise AlreadyOver
    if not reason.strip():
        raise InvalidInput("Informe o motivo.", path=["reason"])
    allergy.refuted_at, allergy.refutation_reason = now, reason.strip()
    return allergy


async def record_problem(session: Session, observed: ObservedProblem, now: datetime) -> Problem:
    """Put a condition of the patient of an open encounter on the problem list.

    Raises:
        NotFound, EncounterClosed: no open encounter.
        InvalidInput: no CID-10 code, or one that is on the list and not over, or a future onset.
    """
    encounter = await open_for_writing(session, observed.encounter_id)
    try:
        code = parse_cid10(observed.cid10)
    except InvalidCid10 as error:
        raise InvalidInput(str(error), path=["cid10"]) from error
    # A day of grace: the patient's calendar may be ahead of UTC's by some hours.
    if observed.onset is not None and (observed.onset - now.date()).days > 1:
        raise InvalidInput("O início não pode estar no futuro.", path=["onset"])
    problem = Problem(
        id=new_id(),
        version=1,
        patient_id=encounter.patient_id,
        encounter_id=encounter.id,
        cid10=code,
        note=observed.note,
        onset=observed.onset,
        recorded_at=now,
    )
    try:
        await findings.add_problem(session, problem)
    except OnTheList as error:
        message = "Este problema já está na lista e não foi resolvido."
        raise InvalidInput(message, path=["cid10"]) from error
    return problem


async def resolve_problem(
    session: Session, problem_id: str, expected_version: int, resolved_on: date
) -> Problem:
    """Note that a condition is over.

    Raises:
        NotFound: no such problem.
        StaleVersion: it changed since the caller read it.
        AlreadyOver: it was over already.
        InvalidInput: over before it began.
    """
    problem = await findings.locked_problem(session, problem_id)
    if problem is None:
        raise NotFound("Problema não encontrado.", path=["id"])
    if problem.resolved_on is not None:
        raise AlreadyOver
    if problem.version != expected_version:
        raise StaleVersion(problem.version)
    if problem.onset is not None and resolved_on < problem.onset:
        raise InvalidInput("O problema não pode terminar antes de começar.", path=["resolvedOn"])
    problem.resolved_on = resolved_on
    problem.version += 1
    return problem


async def record_vital_signs(
    session: Session, encounter_id: str, measured: Measurements, now: datetime
) -> VitalSigns:
    """Note what was measured of the patient of an open encounter.

    Raises:
        NotFound, EncounterClosed: no open encounter.
        InvalidInput: a value that no living patient has, or none at all.
    """
    encounter = await open_for_writing(session, encounter_id)
    try:
        measured.check()
    except ImplausibleMeasurement as error:
        raise InvalidInput(str(error), path=_input_path(error.field)) from error
    vital_signs = VitalSigns(
        id=new_id(),
        patient_id=encounter.patient_id,
        encounter_id=encounter.id,
        measured_at=now,
        **asdict(measured),
    )
    await add(session, vital_signs)
    return vital_signs


def _input_path(field: str | None) -> list[str] | None:
    """Where the client wrote the value: "weight_kg" is weightKg in the graph."""
    if field is None:
        return None
    first, *others = field.split("_")
    return [first + "".join(word.capitalize() for word in others)]
