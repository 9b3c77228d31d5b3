"""Consent, and the requests of a data subject: export and erasure."""

from dataclasses import dataclass
from typing import Any

from subgraphs.kit.database import Session
from subgraphs.kit.identifiers import new_id
from subgraphs.patients.domain.patient import PatientStatus, check_editable
from subgraphs.patients.domain.privacy import (
    ERASED_FIELDS,
    ConsentPurpose,
    ContactChannel,
    DataRequestKind,
    checked_basis,
    without_contacts,
)
from subgraphs.patients.models import ConsentRow, DataRequestRow
from subgraphs.patients.repository import coverages, history, merges, patients, privacy
from subgraphs.patients.service.author import Author
from subgraphs.patients.service.history import store
from subgraphs.patients.service.stored_form import columns_of, demographics_of, snapshot_of


@dataclass(frozen=True, slots=True)
class Consent:
    """What a patient said about a purpose; ``evidence`` tells where it can be seen."""

    purpose: ConsentPurpose
    channel: ContactChannel
    granted: bool


async def record_consent(
    session: Session, patient_id: str, consent: Consent, author: Author
) -> str:
    """Keep what a patient said; the patient's id. Raises ``NotFound``."""
    row = await patients.require_patient(session, patient_id)
    await privacy.add(
        session,
        ConsentRow(
            id=new_id(),
            patient_id=row.id,
            purpose=consent.purpose.value,
            channel=consent.channel.value,
            granted=consent.granted,
            recorded_at=author.at,
            recorded_by=author.actor_id,
            evidence=author.reason,
        ),
    )
    return row.id


async def erase_contacts(
    session: Session, patient_id: str, expected_version: int, legal_basis: str, author: Author
) -> str:
    """Erase what the law does not have kept, in the history too; the patient's id.

    Raises ``NotFound``, ``PatientNotEditable``, ``StaleVersion`` and ``InvalidInput``.
    """
    basis = checked_basis(legal_basis)
    row = await patients.require_patient(session, patient_id)
    check_editable(PatientStatus(row.status))
    values = columns_of(without_contacts(demographics_of(row)))
    erased = {**values, "status": PatientStatus.ANONYMISED.value}
    await store(session, row, expected_version, erased, author)
    for version in (await history.versions_of(session, [row.id]))[row.id]:
        version.snapshot = _without_contacts(version.snapshot)
    for merge in await merges.involving(session, row.id):
        merge.source_before = _without_contacts(merge.source_before)
        merge.target_before = _without_contacts(merge.target_before)
    await _remember(session, row.id, DataRequestKind.ERASURE, basis, author)
    return row.id


async def note_export(session: Session, patient_id: str, legal_basis: str, author: Author) -> str:
    """Remember that a copy of the data was given; the request's id.

    Raises ``NotFound`` and ``InvalidInput``.
    """
    basis = checked_basis(legal_basis)
    row = await patients.require_patient(session, patient_id)
    return await _remember(session, row.id, DataRequestKind.EXPORT, basis, author)


async def personal_data(session: Session, patient_id: str) -> dict[str, Any]:
    """All that this service keeps about a person, as JSON values. Raises ``NotFound``."""
    row = await patients.require_patient(session, patient_id)
    ids = [row.id]
    return {
        "registration": {"id": row.id, **snapshot_of(row)},
        "history": [
            {
                "version": version.version,
                "changedAt": version.changed_at.isoformat(),
                "changedBy": version.changed_by,
                "reason": version.reason,
                "data": version.snapshot,
            }
            for version in (await history.versions_of(session, ids))[row.id]
        ],
        "consents": [
            {
                "purpose": said.purpose,
                "channel": said.channel,
                "granted": said.granted,
                "recordedAt": said.recorded_at.isoformat(),
            }
            for said in (await privacy.consents_of(session, ids))[row.id]
        ],
        "requests": [
            {
                "kind": asked.kind,
                "legalBasis": asked.legal_basis,
                "doneAt": asked.done_at.isoformat(),
            }
            for asked in (await privacy.requests_of(session, ids))[row.id]
        ],
        "coverages": (await coverages.coverages_of(session, ids))[row.id],
    }


async def _remember(
    session: Session, patient_id: str, kind: DataRequestKind, basis: str, author: Author
) -> str:
    row = DataRequestRow(
        id=new_id(),
        patient_id=patient_id,
        kind=kind.value,
        legal_basis=basis,
        done_at=author.at,
        done_by=author.actor_id,
    )
    await privacy.add(session, row)
    return row.id


def _without_contacts(snapshot: dict[str, Any]) -> dict[str, Any]:
    erased: dict[str, Any] = {field: [] if field == "contacts" else None for field in ERASED_FIELDS}
    return {**snapshot, **erased}
