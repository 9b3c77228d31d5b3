"""What appointments and records remember of patients, beside what the patients service says."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from subgraphs.appointments.models import PatientReplica as AgendaReplica
from subgraphs.patients.models import PatientRow
from subgraphs.reconcile.check import Check, Databases, by_id
from subgraphs.reconcile.finding import Drift, Finding
from subgraphs.records.models import PatientReplica as RecordsReplica

REPLICAS: dict[str, Any] = {"appointments": AgendaReplica, "records": RecordsReplica}
_ERASED = "ANONYMISED"


async def _remembered(databases: Databases, page: Sequence[Any]) -> Iterable[Finding]:
    findings: list[Finding] = []
    for service, model in REPLICAS.items():
        wanted = select(
            model.id,
            model.display_name,
            model.status,
            func.coalesce(model.person_id, model.id).label("person_id"),
        )
        known = await by_id(databases[service], wanted, model.id, [row.id for row in page])
        for patient in page:
            replica = known.get(patient.id)
            if replica is None:
                missing = Finding(Drift.PATIENT_NOT_REMEMBERED, service, patient.id)
                findings.append(missing)
            elif differing := _differing(patient, replica):
                detail = ", ".join(differing)
                wrong = Finding(Drift.PATIENT_REMEMBERED_WRONG, service, patient.id, detail)
                findings.append(wrong)
    return findings


def _differing(patient: Any, replica: Any) -> list[str]:
    """The names of the fields that are not alike: never what is in them."""
    erased = patient.status == _ERASED
    alike = {
        "displayName": erased or replica.display_name == patient.display_name,
        "status": replica.status == patient.status,
        "mergedInto": replica.person_id == (patient.merged_into_id or patient.id),
    }
    return [name for name, is_alike in alike.items() if not is_alike]


def _of_nobody(service: str) -> Check:
    model = REPLICAS[service]

    async def judge(databases: Databases, page: Sequence[Any]) -> Iterable[Finding]:
        ids = [row.id for row in page]
        known = await by_id(databases["patients"], select(PatientRow.id), PatientRow.id, ids)
        return [Finding(Drift.PATIENT_OF_NOBODY, service, id) for id in ids if id not in known]

    return Check(f"patients known to {service}", service, select(model.id), model.id, judge)


PATIENTS = (
    Check(
        "patients",
        "patients",
        select(
            PatientRow.id,
            func.coalesce(PatientRow.social_name, PatientRow.legal_name).label("display_name"),
            PatientRow.status,
            PatientRow.merged_into_id,
        ),
        PatientRow.id,
        _remembered,
    ),
    *(_of_nobody(service) for service in REPLICAS),
)
