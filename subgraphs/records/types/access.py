"""Who may what in records, as the schema's directives say it; and whom an access is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from strawberry.federation.schema_directives import Policy, RequiresScopes, Tag

from subgraphs.kit.auth.policies import Access, policy
from subgraphs.records.domain.access import AccessPurpose
from subgraphs.records.models import ClinicalDocument
from subgraphs.records.types.access_log import Read
from subgraphs.records.types.context import RecordsContext

READ = RequiresScopes(scopes=[["record:read"]])
READ_OR_OWN = RequiresScopes(scopes=[["record:read"], ["record:own"]])
"""Patients read what is signed of their own record (Code of Medical Ethics, article 88)."""
WRITE = RequiresScopes(scopes=[["record:write"]])
SIGN = RequiresScopes(scopes=[["record:sign"]])
AUDIT = RequiresScopes(scopes=[["audit:read"]])
READ_OR_AUDIT = RequiresScopes(scopes=[["record:read"], ["audit:read"]])
TIMES = RequiresScopes(scopes=[["record:read"], ["appointment:read"]])
"""When somebody was seen is for the agenda too."""
PROCEDURES = RequiresScopes(scopes=[["record:read"], ["billing:read"]])
"""What is billed is for billing too."""
IN_CARE = Policy(policies=[["care_relationship"], ["break_glass"]])
IN_CARE_OR_OWN = Policy(policies=[["care_relationship"], ["break_glass"], ["own_record"]])
DOCUMENT = Policy(policies=[["care_relationship", "in_sight"], ["break_glass"], ["own_record"]])
"""Of a document, also whether it is more sensitive than what the reader may see."""
STAFF = Tag(name="staff")
"""Not for the patients' portal: its contract leaves out what has this tag."""


class Kind(Enum):
    """By what an access names the patient whom it is about."""

    PATIENT = "patient"
    ENCOUNTER = "encounter"
    DOCUMENT = "document"
    ALLERGY = "allergy"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an access is about: a patient, or whose that is."""

    kind: Kind
    id: str


_BY_ID: Mapping[str, Kind] = {
    "Query.clinicalDocument": Kind.DOCUMENT,
    "Query.encounter": Kind.ENCOUNTER,
    "Mutation.closeEncounter": Kind.ENCOUNTER,
    "Mutation.editDocument": Kind.DOCUMENT,
    "Mutation.discardDocument": Kind.DOCUMENT,
    "Mutation.signDocument": Kind.DOCUMENT,
    "Mutation.strikeDocument": Kind.DOCUMENT,
    "Mutation.refuteAllergy": Kind.ALLERGY,
    "Mutation.resolveProblem": Kind.PROBLEM,
}
"""What the argument `id` of these fields is."""


_COPIES = frozenset({"Query.recordAsFhir"})
"""What gives a copy of a record away."""


def subject_of(access: Access) -> Subject | None:
    """Whom an access is about, as far as it says."""
    row = getattr(access.source, "row", None)
    if row is not None:
        return Subject(Kind.PATIENT, row.patient_id)
    if access.source is not None:
        return Subject(Kind.PATIENT, access.source.id) if _is_patient(access) else None
    given: Mapping[str, Any] = access.arguments.get("input") or access.arguments
    if "patientId" in given:
        return Subject(Kind.PATIENT, str(given["patientId"]))
    if "encounterId" in given:
        return Subject(Kind.ENCOUNTER, str(given["encounterId"]))
    kind = _BY_ID.get(access.element)
    return Subject(kind, str(given["id"])) if kind and "id" in given else None


def _is_patient(access: Access) -> bool:
    return access.element.startswith("Patient.")


async def patient_of(context: RecordsContext, subject: Subject | None) -> str | None:
    """The patient whom an access is about; None where there is no such thing."""
    if subject is None or subject.kind is Kind.PATIENT:
        return subject.id if subject else None
    loaders = context.loaders
    by_kind: Mapping[Kind, Any] = {
        Kind.ENCOUNTER: loaders.encounters,
        Kind.DOCUMENT: loaders.documents,
        Kind.ALLERGY: loaders.allergies_by_id,
        Kind.PROBLEM: loaders.problems_by_id,
    }
    row = await by_kind[subject.kind].load(subject.id)
    return row.patient_id if row else None


@policy(about=subject_of)
async def care_relationship(context: RecordsContext, subject: Subject | None) -> bool:
    """Whether the actor cares for the patient. What does not exist is nobody's."""
    patient_id = await patient_of(context, subject)
    return patient_id is None or await context.access.in_care.load(patient_id)


@policy(about=subject_of)
async def break_glass(context: RecordsContext, subject: Subject | None) -> bool:
    """Whether the actor opened the patient's record in an emergency, some hours ago at most."""
    patient_id = await patient_of(context, subject)
    return patient_id is not None and await context.access.in_emergency.load(patient_id)


@dataclass(frozen=True, slots=True)
class Written:
    """A document as far as it matters who sees it; None of what is no document."""

    subject: Subject | None
    signed: bool
    restricted: bool
    author_id: str


def written(access: Access) -> Written:
    """Which document an access is about, or whose record as a whole."""
    row = getattr(access.source, "row", None)
    if not isinstance(row, ClinicalDocument):
        return Written(subject_of(access), signed=True, restricted=False, author_id="")
    signed = row.signed_at is not None
    return Written(subject_of(access), signed, row.restricted, row.author_id)


@policy(about=written)
async def own_record(context: RecordsContext, about: Written) -> bool:
    """Whether it is the actor's own, and no draft."""
    patient_id = await patient_of(context, about.subject)
    return about.signed and patient_id is not None and await context.access.is_own(patient_id)


@policy(about=written)
async def in_sight(context: RecordsContext, about: Written) -> bool:
    """Whether somebody who cares for the patient sees as much as this document tells."""
    return context.access.sight.covers(about.restricted, about.author_id)


POLICIES = {
    "care_relationship": care_relationship,
    "break_glass": break_glass,
    "own_record": own_record,
    "in_sight": in_sight,
}


async def audit(access: Access, allowed: bool) -> None:
    """Write an access down. A change that was allowed is on record elsewhere, with its author."""
    if allowed and access.element.startswith("Mutation."):
        return
    context: RecordsContext = access.context
    subject = subject_of(access)
    patient_id = await patient_of(context, subject)
    purpose = AccessPurpose.EXPORT if allowed and access.element in _COPIES else None
    read = Read(access.element, patient_id, _document_in(access, subject), allowed, purpose)
    await context.access.log.load(read)


def _document_in(access: Access, subject: Subject | None) -> str | None:
    if subject is not None and subject.kind is Kind.DOCUMENT:
        return subject.id
    row = getattr(access.source, "row", None)
    return row.id if row is not None and hasattr(row, "sha256") else None
