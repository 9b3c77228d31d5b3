"""Behind the door: the nurse measures, the physician writes and signs, the chart is closed."""

from __future__ import annotations

from typing import Any

from day.story import Day
from workplace import BLOOD_COUNT, CREATININE, TOMOGRAPHY

DOCUMENT = " ".join(
    f"... on {kind} {{ id version status sha256 }}"
    for kind in ("ConsultationNote", "ExamRequest", "Prescription", "MedicalCertificate")
)


async def consultations(day: Day) -> None:
    """Lucas, Rosa, João and Maria are seen, in the order of the waiting room."""
    day.at("08:30")
    await _begin(day, "Lucas", systolic=150, diastolic=95, heartRate=104, oxygenSaturation=97)
    await _write(day, "Lucas", _note("Dor torácica; ECG normal.", "R07.4"))
    await _end(day, "Lucas")

    day.at("09:00")
    await _begin(day, "Rosa", systolic=130, diastolic=80, temperature="36.4")
    await _write(day, "Rosa", _note("Hipertensão controlada.", "I10"))
    await _write(day, "Rosa", _exams("Controle da função renal.", CREATININE))
    await _end(day, "Rosa")

    await _begin(day, "João", systolic=120, diastolic=80, weightKg="82.5", heightCm="180")
    await _write(day, "João", _note("Dor abdominal a esclarecer.", "R10.4"))
    await _write(day, "João", _exams("Dor abdominal há três semanas.", TOMOGRAPHY))
    await _end(day, "João")

    await _begin(day, "Maria", systolic=118, diastolic=76)
    await _write(day, "Maria", _note("Anemia a investigar.", "D64.9"))
    await _write(day, "Maria", _exams("Palidez.", BLOOD_COUNT))
    medication = {"medication": "Sulfato ferroso 40 mg", "dosage": "1 comprimido por dia"}
    await _write(day, "Maria", {"prescription": {"items": [medication]}})
    await _write(day, "Maria", {"medicalCertificate": {"days": 1}})
    await _immutable(day)
    await _end(day, "Maria")


def _note(assessment: str, *cid10: str) -> dict[str, Any]:
    return {"consultationNote": {"assessment": assessment, "diagnoses": list(cid10)}}


def _exams(indication: str, *codes: str) -> dict[str, Any]:
    return {"examRequest": {"clinicalIndication": indication, "tussCodes": list(codes)}}


async def _begin(day: Day, name: str, **measured: Any) -> None:
    world = day.world
    visit = await world.move(day.visits[name], "CHECKED_IN")
    encounter = await world.nurse.do("openEncounter", "id version", appointmentId=visit["id"])
    signs = await world.nurse.do(
        "recordVitalSigns", "systolic bodyMassIndex", encounterId=encounter["id"], **measured
    )
    assert signs["systolic"] == measured["systolic"]
    if name == "João":
        assert signs["bodyMassIndex"] == "25.5"
    day.visits[name] = await world.move(visit, "IN_PROGRESS")
    day.encounters[name] = encounter


async def _write(day: Day, name: str, content: dict[str, Any]) -> None:
    physician, [kind] = day.world.physician, content
    draft = await physician.do(
        "writeDocument", DOCUMENT, encounterId=day.encounters[name]["id"], content=content
    )
    assert draft["status"] == "DRAFT"
    if kind == "consultationNote" and name == "Maria":
        early = await day.world.physician.attempt(
            "closeEncounter",
            id=day.encounters[name]["id"],
            expectedVersion=day.encounters[name]["version"],
        )
        assert early["__typename"] == "EncounterHasDrafts"
    signed = await physician.do(
        "signDocument", DOCUMENT, id=draft["id"], expectedVersion=draft["version"]
    )
    assert signed["status"] == "SIGNED"
    assert len(signed["sha256"]) == 64
    day.documents[f"{name}'s {kind}"] = signed


async def _immutable(day: Day) -> None:
    note = day.documents["Maria's consultationNote"]
    edited = await day.world.physician.attempt(
        "editDocument",
        id=note["id"],
        expectedVersion=note["version"],
        content=_note("Nada.", "I10"),
    )
    assert edited["__typename"] == "DocumentImmutable"


async def _end(day: Day, name: str) -> None:
    world, encounter = day.world, day.encounters[name]
    closed = await world.physician.do(
        "closeEncounter",
        "id closedAt signedDocuments",
        id=encounter["id"],
        expectedVersion=encounter["version"],
    )
    assert closed["closedAt"]
    day.visits[name] = await world.move(day.visits[name], "FULFILLED")
