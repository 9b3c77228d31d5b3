"""What can be done with patients: one function per use case. None of them commits."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.identifiers import new_id
from subgraphs.patients import repository
from subgraphs.patients.domain import patient as rules
from subgraphs.patients.domain.contacts import Address, Contact
from subgraphs.patients.domain.names import search_text, sort_key
from subgraphs.patients.domain.patient import Demographics, PatientStatus, Sex
from subgraphs.patients.models import PatientRow, PatientVersionRow

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change, when, and why."""

    actor_id: str
    at: datetime
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.reason is not None and len(self.reason) > MAX_REASON:
            raise InvalidInput(f"O motivo passa de {MAX_REASON} caracteres.", path=["reason"])


async def register(session: Session, given: Demographics, author: Author) -> str:
    """Register a patient; the id.

    Raises ``InvalidInput``, ``InvalidDocument`` and ``CpfAlreadyRegistered``.
    """
    demographics = rules.validated(given, author.at.date())
    row = PatientRow(
        id=new_id(),
        version=1,
        status=PatientStatus.ACTIVE.value,
        created_at=author.at,
        **_columns(demographics, author),
    )
    await repository.insert_patient(session, row)
    await _remember(session, row, author)
    return row.id


async def correct(
    session: Session,
    patient_id: str,
    expected_version: int,
    changes: Mapping[str, Any],
    author: Author,
) -> str:
    """Correct some fields of a patient's ``Demographics``; the id.

    Raises ``NotFound``, ``PatientNotEditable``, ``StaleVersion``, ``InvalidInput``,
    ``InvalidDocument`` and ``CpfAlreadyRegistered``.
    """
    row = await repository.require_patient(session, patient_id)
    rules.check_editable(PatientStatus(row.status))
    demographics = rules.corrected(demographics_of(row), changes, author.at.date())
    values = _columns(demographics, author)
    await repository.update_patient(session, row, expected_version, values)
    await _remember(session, row, author)
    return row.id


@dataclass(frozen=True, slots=True)
class StatusChange:
    """The status that a registration shall have; the day of death where it is DECEASED."""

    status: PatientStatus
    deceased_on: date | None = None


async def change_status(
    session: Session,
    patient_id: str,
    expected_version: int,
    change: StatusChange,
    author: Author,
) -> str:
    """Deactivate, take up again or mark as deceased; the id.

    Raises ``NotFound``, ``PatientNotEditable``, ``InvalidInput`` and ``StaleVersion``.
    """
    row = await repository.require_patient(session, patient_id)
    rules.check_status_change(PatientStatus(row.status), change.status)
    deceased_on = change.deceased_on if change.status is PatientStatus.DECEASED else None
    if deceased_on and not row.birth_date <= deceased_on <= author.at.date():
        raise InvalidInput("A data do óbito não é possível.", path=["deceasedOn"])
    values = {
        "status": change.status.value,
        "deceased_on": deceased_on,
        "updated_at": author.at,
    }
    await repository.update_patient(session, row, expected_version, values)
    await _remember(session, row, author)
    return row.id


async def link_coverage(session: Session, patient_id: str, coverage_id: str) -> str:
    """Note that a patient has a coverage which billing registered. Raises ``NotFound``."""
    row = await repository.require_patient(session, patient_id)
    await repository.link_coverage(session, row.id, coverage_id)
    return row.id


def demographics_of(row: PatientRow) -> Demographics:
    """The data of a stored registration."""
    return Demographics(
        legal_name=row.legal_name,
        social_name=row.social_name,
        mother_name=row.mother_name,
        birth_date=row.birth_date,
        sex=Sex(row.sex),
        cpf=row.cpf,
        cns=row.cns,
        phone=row.phone,
        email=row.email,
        address=Address(**row.address) if row.address else None,
        contacts=tuple(Contact(**contact) for contact in row.contacts),
    )


def _columns(demographics: Demographics, author: Author) -> dict[str, Any]:
    return {
        **columns_of(demographics),
        "updated_at": author.at,
    }


def columns_of(demographics: Demographics) -> dict[str, Any]:
    """The data as the table keeps them, with what lists and searches go by."""
    values = asdict(demographics)
    return {
        **values,
        "sex": demographics.sex.value,
        "contacts": list(values["contacts"]),
        "sort_name": sort_key(demographics.display_name),
        "search_text": search_text(demographics.legal_name, demographics.social_name),
    }


def snapshot_of(row: PatientRow) -> dict[str, Any]:
    """A registration as JSON values, for its history."""
    values = columns_of(demographics_of(row))
    del values["sort_name"], values["search_text"]
    return {
        "status": row.status,
        **values,
        "birth_date": row.birth_date.isoformat(),
        "deceased_on": row.deceased_on.isoformat() if row.deceased_on else None,
        "merged_into_id": row.merged_into_id,
    }


async def _remember(session: Session, row: PatientRow, author: Author) -> None:
    version = PatientVersionRow(
        patient_id=row.id,
        version=row.version,
        changed_at=author.at,
        changed_by=author.actor_id,
        reason=author.reason,
        snapshot=snapshot_of(row),
    )
    await repository.insert_version(session, version)
