"""Before a booking: may this patient be booked? Asked of the patients service each time."""

from typing import Protocol

from subgraphs.appointments.client import ServiceUnreachable
from subgraphs.appointments.domain.errors import PatientNotBookable, PatientServiceUnavailable
from subgraphs.appointments.domain.patient import PatientSnapshot


class Patients(Protocol):
    """Whoever knows the patients."""

    async def patient(self, patient_id: str) -> PatientSnapshot | None:
        """The patient, None where there is none; raises ServiceUnreachable."""
        ...


async def bookable_patient(patients: Patients, patient_id: str) -> PatientSnapshot:
    """The patient, if visits can be booked for them.

    Raises:
        PatientNotBookable: no such patient, or not an active one.
        PatientServiceUnavailable: nobody could tell; worth another try.
    """
    try:
        patient = await patients.patient(patient_id)
    except ServiceUnreachable as error:
        raise PatientServiceUnavailable from error
    if patient is None:
        raise PatientNotBookable("NOT_FOUND")
    if not patient.bookable:
        raise PatientNotBookable(patient.status)
    return patient
