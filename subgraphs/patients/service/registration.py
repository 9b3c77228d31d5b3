"""Registering, correcting and closing a registration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.identifiers import new_id
from subgraphs.patients.domain import patient as rules
from subgraphs.patients.domain.identification import Unidentified, label_of
from subgraphs.patients.domain.patient import Demographics, PatientStatus, Sex
from subgraphs.patients.models import PatientRow
from subgraphs.patients.repository import coverages, patients
from subgraphs.patients.service.author import Author
from subgraphs.patients.service.duplicates import hold_back_duplicates
from subgraphs.patients.service.history import remember, store
from subgraphs.patients.service.responsible import check_responsible
from subgraphs.patients.service.stored_form import columns_of, demographics_of


async def register(
    session: Session, given: Demographics, author: Author, *, refuse_duplicates: bool = False
) -> str:
    """Register a patient; the id.

    Raises ``InvalidInput``, ``InvalidDocument`` and ``CpfAlreadyRegistered``; and, where asked to
    refuse them, ``LikelyDuplicate``.
    """
    demographics = rules.validated(given, author.at.date())
    await check_responsible(session, demographics)
    if refuse_duplicates:
        await hold_back_duplicates(session, demographics)
    return await _insert(session, new_id(), demographics, author)


async def register_unidentified(
    session: Session, given: Unidentified, sex: Sex, author: Author
) -> str:
    """Register somebody whom nobody knows, under a label; the id. Raises ``InvalidInput``."""
    id = new_id()
    unknown = Demographics(label_of(id), birth_date=None, sex=sex, unidentified=given)
    return await _insert(session, id, rules.validated(unknown, author.at.date()), author)


async def _insert(session: Session, id: str, demographics: Demographics, author: Author) -> str:
    row = PatientRow(
        id=id,
        version=1,
        status=PatientStatus.ACTIVE.value,
        created_at=author.at,
        updated_at=author.at,
        **columns_of(demographics),
    )
    await patients.insert_patient(session, row)
    await remember(session, row, author)
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
    row = await patients.require_patient(session, patient_id)
    rules.check_editable(PatientStatus(row.status))
    demographics = rules.corrected(demographics_of(row), changes, author.at.date())
    if "responsible" in changes:
        await check_responsible(session, demographics, row.id)
    await store(session, row, expected_version, columns_of(demographics), author)
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
    row = await patients.require_patient(session, patient_id)
    rules.check_status_change(PatientStatus(row.status), change.status)
    deceased_on = change.deceased_on if change.status is PatientStatus.DECEASED else None
    born = row.birth_date or date.min
    if deceased_on and not born <= deceased_on <= author.at.date():
        raise InvalidInput("A data do óbito não é possível.", path=["deceasedOn"])
    values = {"status": change.status.value, "deceased_on": deceased_on}
    await store(session, row, expected_version, values, author)
    return row.id


async def link_coverage(session: Session, patient_id: str, coverage_id: str) -> str:
    """Note that a patient has a coverage which billing registered. Raises ``NotFound``."""
    row = await patients.require_patient(session, patient_id)
    await coverages.link_coverage(session, row.id, coverage_id)
    return row.id


async def unlink_coverage(session: Session, coverage_id: str) -> None:
    """Note that nobody has a coverage any more, because billing removed it."""
    await coverages.unlink_coverage(session, coverage_id)
