"""The patients of visits that were booked while the patients service was down are asked for."""

from dataclasses import dataclass
from datetime import datetime

from subgraphs.appointments.client import ServiceUnreachable
from subgraphs.appointments.domain.patient import PatientCheck, PatientSnapshot
from subgraphs.appointments.repository import deferred, patients
from subgraphs.appointments.service.patient_check import Patients
from subgraphs.kit.database import Database, Session

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of the deferred checks."""

    verified: int = 0
    refused: int = 0


async def check_deferred(database: Database, service: Patients, now: datetime) -> Checked:
    """Ask for the patients of visits whose check was deferred, and write down what is said.

    Nothing is locked while the other service is asked. It stops where that is still down.
    """
    async with database.read() as session:
        waiting = await deferred.deferred(session, AT_ONCE)
    verified = refused = 0
    for patient_id in dict.fromkeys(visit.patient_id for visit in waiting):
        try:
            patient = await service.patient(patient_id)
        except ServiceUnreachable:
            break
        async with database.transaction() as session:
            settled = await _settle(session, patient_id, patient, now)
        if patient is not None and patient.bookable:
            verified += settled
        else:
            refused += settled
    return Checked(verified, refused)


async def _settle(
    session: Session, patient_id: str, patient: PatientSnapshot | None, now: datetime
) -> int:
    if patient is not None:
        await patients.remember(session, patient, now)
    bookable = patient is not None and patient.bookable
    outcome = PatientCheck.VERIFIED if bookable else PatientCheck.REFUSED
    return await deferred.settle(session, patient_id, outcome)
