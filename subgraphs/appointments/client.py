"""The services that appointments asks: patients, whether a patient can be booked.

Asked directly, not through the router: a service that called the router would wait for itself.
An answer "no such patient" and no answer at all are different things, here and for the caller.
"""

import asyncio
from typing import Any

import httpx

from subgraphs.appointments.domain.patient import PatientSnapshot

DEADLINE_SECONDS = 1.0

_PATIENT = """query AppointmentsPatient($id: ID!) {
  patient(id: $id) { id displayName status version }
}"""


class ServiceUnreachable(Exception):
    """No usable answer in time: the other service is down, slow, or answered nonsense."""


class PatientsClient:
    """Asks the patients service, over GraphQL, within a short deadline."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = url

    async def patient(self, patient_id: str) -> PatientSnapshot | None:
        """The patient, or None where the patients service knows none by that id.

        Raises:
            ServiceUnreachable: nobody can tell now.
        """
        data = await self._ask(_PATIENT, {"id": patient_id})
        try:
            found = data["patient"]
            if found is None:
                return None
            return PatientSnapshot(
                found["id"], found["displayName"], found["status"], int(found["version"])
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ServiceUnreachable("the patients service answered in another shape") from error

    async def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                response = await self._http.post(
                    self._url, json={"query": query, "variables": variables}
                )
            answer = response.raise_for_status().json()
        except (TimeoutError, httpx.HTTPError, ValueError) as error:
            raise ServiceUnreachable(f"the patients service did not answer: {error!r}") from error
        if not isinstance(answer, dict) or answer.get("errors") or not answer.get("data"):
            raise ServiceUnreachable("the patients service answered with errors")
        data = answer["data"]
        if not isinstance(data, dict):
            raise ServiceUnreachable("the patients service answered in another shape")
        return data
