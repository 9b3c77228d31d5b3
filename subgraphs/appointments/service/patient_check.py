"""Before a booking: may this patient be booked?

What is remembered decides while it is fresh; else the patients service is asked. If that is down,
who is remembered as active is booked all the same, and asked for again later.
"""

from datetime import datetime
from typing import Protocol

from subgraphs.appointments.client import ServiceUnreachable
from subgraphs.appointments.domain.errors import PatientNotBookable, PatientServiceUnavailable
from subgraphs.appointments.domain.patient import (
    BOOKABLE_STATUS,
    PatientCheck,
    PatientSnapshot,
    is_fresh,
)
from subgraphs.appointments.models import PatientReplica


class Patients(Protocol):
    """Whoever knows the patients."""

    async def patient(self, patient_id: str) -> PatientSnapshot | None:
        """The patient, None where there is none; raises ServiceUnreachable."""
        ...


async def bookable_patient(
    patients: Patients, patient_id: str, remembered: PatientReplica | None, now: datetime
) -> PatientSnapshot:
    """The patient, if visits can be booked for them.

    Raises:
        PatientNotBookable: no such patient, or not an active one.
        PatientServiceUnavailable: nobody could tell; worth another try.
    """
    if remembered is not None and is_fresh(remembered.refreshed_at, now):
        return _bookable(_snapshot(remembered, PatientCheck.VERIFIED))
    try:
        patient = await patients.patient(patient_id)
    except ServiceUnreachable as error:
        if remembered is None or remembered.status != BOOKABLE_STATUS:
            raise PatientServiceUnavailable from error
        return _snapshot(remembered, PatientCheck.DEFERRED)
    if patient is None:
        raise PatientNotBookable("NOT_FOUND")
    return _bookable(patient)


def _bookable(patient: PatientSnapshot) -> PatientSnapshot:
    if not patient.bookable:
        raise PatientNotBookable(patient.status)
    return patient


def _snapshot(remembered: PatientReplica, check: PatientCheck) -> PatientSnapshot:
    return PatientSnapshot(
        remembered.id,
        remembered.display_name,
        remembered.status,
        remembered.version,
        check,
        asked=False,
    )
