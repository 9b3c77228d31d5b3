"""The bundle: everything of one person's record, each resource once, people first."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from subgraphs.records.domain.document import IN_THE_RECORD, DocumentStatus
from subgraphs.records.domain.patient import Person
from subgraphs.records.fhir.documents import document_resources
from subgraphs.records.fhir.elements import (
    BASE,
    COUNCIL,
    Resource,
    hl7,
    moment,
    reference,
    resource,
)
from subgraphs.records.fhir.findings import (
    allergy_resource,
    problem_resource,
    vital_sign_resources,
)
from subgraphs.records.models import (
    Allergy,
    ClinicalDocument,
    Encounter,
    PatientReplica,
    Problem,
    VitalSigns,
)


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """All that is kept of one person."""

    person: Person
    patient: PatientReplica | None
    encounters: list[Encounter]
    documents: list[ClinicalDocument]
    allergies: list[Allergy]
    problems: list[Problem]
    vital_signs: list[VitalSigns]


def bundle(record: WholeRecord, at: datetime) -> dict[str, Any]:
    """A FHIR R4 bundle of type collection. Drafts are no part of a record."""
    resources = [*_people(record), *_content(record)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": moment(at),
        "entry": [
            {"fullUrl": f"{BASE}/{one['resourceType']}/{one['id']}", "resource": one}
            for one in resources
        ],
    }


def _people(record: WholeRecord) -> Iterator[Resource]:
    known = record.patient
    others = sorted(set(record.person.registrations) - {record.person.id})
    yield resource(
        "Patient",
        record.person.id,
        name=[{"text": known.display_name}] if known else None,
        identifier=[{"system": f"{BASE}/merged-registration", "value": id} for id in others],
    )
    authors = {row.author_id: (row.author_name, row.author_council) for row in record.documents}
    seen_by = {
        row.practitioner_id: (row.practitioner_name, row.practitioner_council)
        for row in record.encounters
    }
    for id, (name, council) in sorted((seen_by | authors).items()):
        registration = [{"system": COUNCIL, "value": council}]
        yield resource("Practitioner", id, identifier=registration, name=[{"text": name}])


def _content(record: WholeRecord) -> Iterator[Resource]:
    person_id = record.person.id
    yield from (_encounter(row, person_id) for row in record.encounters)
    for document in _signed(record.documents):
        yield from document_resources(document, person_id, json.loads(document.content))
    yield from (allergy_resource(row, person_id) for row in record.allergies)
    yield from (problem_resource(row, person_id) for row in record.problems)
    for signs in record.vital_signs:
        yield from vital_sign_resources(signs, person_id)


def _signed(documents: Iterable[ClinicalDocument]) -> Iterator[ClinicalDocument]:
    return (row for row in documents if DocumentStatus(row.status) in IN_THE_RECORD)


def _encounter(row: Encounter, person_id: str) -> Resource:
    period = {"start": moment(row.started_at)}
    if row.closed_at is not None:
        period["end"] = moment(row.closed_at)
    (ambulatory,) = hl7("v3-ActCode", "AMB")["coding"]
    seen_by = reference("Practitioner", row.practitioner_id, row.practitioner_name)
    fields: dict[str, Any] = {
        "status": "finished" if row.closed_at else "in-progress",
        "class": ambulatory,
        "subject": reference("Patient", person_id),
        "participant": [{"individual": seen_by}],
        "period": period,
    }
    return resource("Encounter", row.id, **fields)
