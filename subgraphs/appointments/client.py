"""The services that appointments asks: patients and records.

Patients knows whether a patient can be booked, records what was written down of a visit.

Asked directly, not through the router: a service that called the router would wait for itself.
An answer "there is none" and no answer at all are different things, here and for the caller.
"""

import asyncio
from typing import Any

import httpx

from subgraphs.appointments.domain.care import Care
from subgraphs.appointments.domain.patient import PatientSnapshot

DEADLINE_SECONDS = 1.0

_PATIENT = """query AppointmentsPatient($id: ID!) {
  patient(id: $id) { id displayName status version }
}"""

_CARE = """query AppointmentsCare($appointment: _Any!) {
  _entities(representations: [$appointment]) {
    ... on Appointment { encounter { closedAt signedDocuments } }
  }
}"""


class ServiceUnreachable(Exception):
    """No usable answer in time: the other service is down, slow, or answered nonsense."""


class PatientsClient:
    """Asks the patients service."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = url

    async def patient(self, patient_id: str) -> PatientSnapshot | None:
        """The patient, or None where the patients service knows none by that id.

        Raises:
            ServiceUnreachable: nobody can tell now.
        """
        data = await _ask(self._http, self._url, _PATIENT, {"id": patient_id})
        try:
            found = data["patient"]
            if found is None:
                return None
            return PatientSnapshot(
                found["id"], found["displayName"], found["status"], int(found["version"])
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ServiceUnreachable("patients answered in another shape") from error


class RecordsClient:
    """Asks the records service."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = url

    async def care(self, appointment_id: str) -> Care:
        """What was written down of the visit so far.

        Raises:
            ServiceUnreachable: nobody can tell now.
        """
        reference = {"__typename": "Appointment", "id": appointment_id}
        data = await _ask(self._http, self._url, _CARE, {"appointment": reference})
        try:
            encounter = data["_entities"][0]["encounter"]
            if encounter is None:
                return Care(encounter_open=False, something_signed=False)
            return Care(encounter["closedAt"] is None, encounter["signedDocuments"] > 0)
        except (KeyError, TypeError, IndexError) as error:
            raise ServiceUnreachable("records answered in another shape") from error


async def _ask(
    http: httpx.AsyncClient, url: str, query: str, variables: dict[str, Any]
) -> dict[str, Any]:
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            response = await http.post(url, json={"query": query, "variables": variables})
        answer = response.raise_for_status().json()
    except (TimeoutError, httpx.HTTPError, ValueError) as error:
        raise ServiceUnreachable(f"{url} did not answer: {error!r}") from error
    if not isinstance(answer, dict) or answer.get("errors") or not answer.get("data"):
        raise ServiceUnreachable(f"{url} answered with errors")
    data = answer["data"]
    if not isinstance(data, dict):
        raise ServiceUnreachable(f"{url} answered in another shape")
    return data
