"""Allergies, problems and vital signs."""

from collections.abc import Iterator
from decimal import Decimal

from subgraphs.records.domain.allergy import Criticality
from subgraphs.records.domain.cid10 import CID10
from subgraphs.records.fhir.elements import (
    ICD10,
    LOINC,
    Resource,
    coded,
    hl7,
    moment,
    quantity,
    reference,
    resource,
)
from subgraphs.records.models import Allergy, Problem, VitalSigns

_CRITICALITY = {Criticality.LOW: "low", Criticality.HIGH: "high"}

# https://hl7.org/fhir/R4/observation-vitalsigns.html
_MEASURED = {
    "heart_rate": ("8867-4", "Heart rate", "/min"),
    "respiratory_rate": ("9279-1", "Respiratory rate", "/min"),
    "oxygen_saturation": ("2708-6", "Oxygen saturation in Arterial blood", "%"),
    "temperature": ("8310-5", "Body temperature", "Cel"),
    "weight_kg": ("29463-7", "Body weight", "kg"),
    "height_cm": ("8302-2", "Body height", "cm"),
}
_PRESSURE = {"systolic": ("8480-6", "Systolic"), "diastolic": ("8462-4", "Diastolic")}


def allergy_resource(allergy: Allergy, person_id: str) -> Resource:
    """What harms the patient; refuted, it stays, marked."""
    refuted = allergy.refuted_at is not None
    return resource(
        "AllergyIntolerance",
        allergy.id,
        clinicalStatus=hl7("allergyintolerance-clinical", "inactive" if refuted else "active"),
        verificationStatus=hl7(
            "allergyintolerance-verification", "refuted" if refuted else "confirmed"
        ),
        criticality=_CRITICALITY.get(Criticality(allergy.criticality), "unable-to-assess"),
        code={"text": allergy.substance},
        patient=reference("Patient", person_id),
        encounter=reference("Encounter", allergy.encounter_id),
        recordedDate=moment(allergy.recorded_at),
        reaction=[{"manifestation": [{"text": allergy.reaction}]}] if allergy.reaction else None,
    )


def problem_resource(problem: Problem, person_id: str) -> Resource:
    """An entry of the problem list."""
    over = problem.resolved_on
    return resource(
        "Condition",
        problem.id,
        clinicalStatus=hl7("condition-clinical", "resolved" if over else "active"),
        verificationStatus=hl7("condition-ver-status", "confirmed"),
        category=[hl7("condition-category", "problem-list-item")],
        code=coded(ICD10, problem.cid10, CID10.get(problem.cid10)),
        subject=reference("Patient", person_id),
        encounter=reference("Encounter", problem.encounter_id),
        onsetDateTime=problem.onset.isoformat() if problem.onset else None,
        abatementDateTime=over.isoformat() if over else None,
        recordedDate=moment(problem.recorded_at),
        note=[{"text": problem.note}] if problem.note else None,
    )


def vital_sign_resources(signs: VitalSigns, person_id: str) -> Iterator[Resource]:
    """One observation for each value, the two of blood pressure together."""
    for field, (code, name, unit) in _MEASURED.items():
        value: int | Decimal | None = getattr(signs, field)
        if value is not None:
            yield _observation(signs, person_id, code, name, valueQuantity=quantity(value, unit))
    components = [
        {
            "code": coded(LOINC, code, f"{name} blood pressure"),
            "valueQuantity": quantity(getattr(signs, field), "mm[Hg]"),
        }
        for field, (code, name) in _PRESSURE.items()
        if getattr(signs, field) is not None
    ]
    if components:
        yield _observation(
            signs, person_id, "85354-9", "Blood pressure panel", component=components
        )


def _observation(
    signs: VitalSigns, person_id: str, code: str, name: str, **measured: object
) -> Resource:
    return resource(
        "Observation",
        f"{signs.id}-{code}",
        status="final",
        category=[hl7("observation-category", "vital-signs")],
        code=coded(LOINC, code, name),
        subject=reference("Patient", person_id),
        encounter=reference("Encounter", signs.encounter_id),
        effectiveDateTime=moment(signs.measured_at),
        **measured,
    )
