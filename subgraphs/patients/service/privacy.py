"""Consent, and the requests of a data subject: export and erasure."""

from dataclasses import dataclass
from typing import Any

from subgraphs.kit.database import Session
from subgraphs.kit.identifiers import new_id
from subgraphs.patients.domain.documents import masked_cpf
from subgraphs.patients.domain.patient import PatientStatus, check_editable
from subgraphs.patients.domain.privacy import (
    ERASED_FIELDS,
    ConsentPurpose,
    ContactChannel,
    DataRequestKind,
    checked_basis,
    without_contacts,
)
from subgraphs.patients.models import (
    ConsentRow,
    DataRequestRow,
    PatientRow,
    PatientVersionRow,
)
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

    It reaches every registration of the person: what was merged into this one as well.


    Raises ``NotFound``, ``PatientNotEditable``, ``StaleVersion`` and ``InvalidInput``.
    """
    basis = checked_basis(legal_basis)
    row = await patients.require_patient(session, patient_id)
    check_editable(PatientStatus(row.status))
    values = columns_of(without_contacts(demographics_of(row)))
    erased = {**values, "status": PatientStatus.ANONYMISED.value}
    await store(session, row, expected_version, erased, author)
    merged = await merges.merged_into(session, row.id)
    for registration in merged:
        registration.phone = registration.email = registration.address = None
        registration.contacts = []
        registration.responsible = registration.responsible_patient_id = None
    await _erase_traces(session, [row.id, *(registration.id for registration in merged)])
    await _remember(session, row.id, DataRequestKind.ERASURE, basis, author)
    return row.id


async def _erase_traces(session: Session, patient_ids: list[str]) -> None:
    """Erase contact data in the histories of these registrations, and in what undoes merges."""
    for versions in (await history.versions_of(session, patient_ids)).values():
        for version in versions:
            version.snapshot = _without_contacts(version.snapshot)
    for merge in await merges.involving(session, patient_ids):
        merge.source_before = _without_contacts(merge.source_before)
        merge.target_before = _without_contacts(merge.target_before)


async def note_export(session: Session, patient_id: str, legal_basis: str, author: Author) -> str:
    """Remember that a copy of the data was given; the request's id.

    Raises ``NotFound`` and ``InvalidInput``.
    """
    basis = checked_basis(legal_basis)
    row = await patients.require_patient(session, patient_id)
    return await _remember(session, row.id, DataRequestKind.EXPORT, basis, author)


async def personal_data(session: Session, patient_id: str) -> dict[str, Any]:
    """All that this service keeps about a person, as JSON values, by whichever registration.

    Raises ``NotFound``.
    """
    asked = await patients.require_patient(session, patient_id)
    row = await patients.require_patient(session, asked.merged_into_id or asked.id)
    merged = await merges.merged_into(session, row.id)
    ids = [row.id, *(registration.id for registration in merged)]
    return {
        "registration": _registration(row),
        "mergedRegistrations": [_registration(registration) for registration in merged],
        "history": [
            _version(version)
            for versions in (await history.versions_of(session, ids)).values()
            for version in versions
        ],
        "consents": [
            _consent(said)
            for words in (await privacy.consents_of(session, ids)).values()
            for said in words
        ],
        "requests": [
            _request(asked)
            for requests in (await privacy.requests_of(session, ids)).values()
            for asked in requests
        ],
        "answersFor": await patients.answered_for(session, ids),
        "coverages": (await coverages.coverages_of(session, [row.id]))[row.id],
    }


def _registration(row: PatientRow) -> dict[str, Any]:
    return {"id": row.id, **_shown(snapshot_of(row))}


def _shown(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The snapshot with the CPF of whoever answers for the patient masked: it is another's."""
    responsible = snapshot.get("responsible")
    if not responsible or not responsible["cpf"]:
        return snapshot
    return {**snapshot, "responsible": {**responsible, "cpf": masked_cpf(responsible["cpf"])}}


def _version(row: PatientVersionRow) -> dict[str, Any]:
    return {
        "registrationId": row.patient_id,
        "version": row.version,
        "changedAt": row.changed_at.isoformat(),
        "changedBy": row.changed_by,
        "reason": row.reason,
        "data": _shown(row.snapshot),
    }


def _consent(row: ConsentRow) -> dict[str, Any]:
    return {
        "purpose": row.purpose,
        "channel": row.channel,
        "granted": row.granted,
        "recordedAt": row.recorded_at.isoformat(),
    }


def _request(row: DataRequestRow) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "legalBasis": row.legal_basis,
        "doneAt": row.done_at.isoformat(),
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
