"""The service that records asks: appointments, how an appointment stands.

Asked directly, not through the router: a service that called the router would wait for itself.
An answer "no such appointment" and no answer at all are different things, here and for the caller.
"""

import asyncio
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from subgraphs.kit.auth.keys import UnusableKeys
from subgraphs.records.domain.appointment import AppointmentSnapshot
from subgraphs.records.domain.signature import Author

DEADLINE_SECONDS = 1.0

_APPOINTMENT = """query RecordsAppointment($id: ID!) {
  appointment(id: $id) {
    id status start clinic { timeZone } patient { id }
    practitioner { id name council { body number uf } }
  }
}"""


_PRACTITIONER = """query RecordsPractitioner($id: ID!) {
  practitioner(id: $id) { id name council { body number uf } }
}"""


class ServiceUnreachable(Exception):
    """No usable answer in time: the other service is down, slow, or answered nonsense."""


class AppointmentsClient:
    """Asks the appointments service, over GraphQL, within a short deadline."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = url

    async def appointment(self, appointment_id: str) -> AppointmentSnapshot | None:
        """The appointment, or None where the appointments service knows none by that id.

        Raises:
            ServiceUnreachable: nobody can tell now.
        """
        data = await self._ask(_APPOINTMENT, {"id": appointment_id})
        try:
            found = data["appointment"]
            return None if found is None else _snapshot(found)
        except (KeyError, TypeError, ValueError) as error:
            raise ServiceUnreachable("appointments answered in another shape") from error

    async def practitioner(self, practitioner_id: str) -> Author | None:
        """The practitioner as a document names its author, or None where there is none.

        Raises:
            ServiceUnreachable: nobody can tell now.
        """
        data = await self._ask(_PRACTITIONER, {"id": practitioner_id})
        try:
            found = data["practitioner"]
            return None if found is None else _author(found)
        except (KeyError, TypeError) as error:
            raise ServiceUnreachable("appointments answered in another shape") from error

    async def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                response = await self._http.post(
                    self._url, json={"query": query, "variables": variables}
                )
            answer = response.raise_for_status().json()
        except (TimeoutError, httpx.HTTPError, ValueError, UnusableKeys) as error:
            raise ServiceUnreachable(f"appointments did not answer: {error!r}") from error
        if not isinstance(answer, dict) or answer.get("errors") or not answer.get("data"):
            raise ServiceUnreachable("appointments answered with errors")
        data = answer["data"]
        if not isinstance(data, dict):
            raise ServiceUnreachable("appointments answered in another shape")
        return data


def _snapshot(found: dict[str, Any]) -> AppointmentSnapshot:
    author = _author(found["practitioner"])
    start = datetime.fromisoformat(found["start"])
    return AppointmentSnapshot(
        found["id"],
        found["status"],
        found["patient"]["id"],
        author,
        start.astimezone(ZoneInfo(found["clinic"]["timeZone"])).date(),
    )


def _author(practitioner: dict[str, Any]) -> Author:
    council = practitioner["council"]
    registration = f"{council['body']} {council['number']}/{council['uf']}"
    return Author(practitioner["id"], practitioner["name"], registration)
