"""What billing asks the appointments service: the facts of a visit.

Asked directly as an entity, not through the router. "No such appointment" and "no answer" are
different things, here and for the caller.
"""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import structlog

from subgraphs.billing.domain.errors import AppointmentNotFound, AppointmentsUnavailable
from subgraphs.billing.domain.visit import Visit, VisitKind

logger = structlog.get_logger()

DEADLINE_SECONDS = 2.0

_VISITS = """query BillingVisits($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Appointment {
      id
      start
      status
      kind
      coverageId
      patient { id }
      service { id tussCode }
      clinic { id cnes timeZone }
      returnOf { id }
    }
  }
}"""


class AppointmentsClient:
    """The appointments service as billing sees it."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = url

    async def visit(self, appointment_id: str) -> Visit:
        """The facts of a visit.

        Raises:
            AppointmentNotFound: the service knows no such appointment.
            AppointmentsUnavailable: nobody can tell now.
        """
        representation = {"__typename": "Appointment", "id": appointment_id}
        data = await self._ask({"representations": [representation]})
        try:
            [entity] = data["_entities"]
            visit = None if entity is None else _as_visit(entity)
        except (KeyError, TypeError, ValueError) as error:
            raise _unavailable("unexpected shape") from error
        if visit is None:
            raise AppointmentNotFound
        return visit

    async def _ask(self, variables: dict[str, Any]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                response = await self._http.post(
                    self._url, json={"query": _VISITS, "variables": variables}
                )
            answer = response.raise_for_status().json()
        except (TimeoutError, OSError, httpx.HTTPError, ValueError) as error:
            raise _unavailable(type(error).__name__) from error
        if not isinstance(answer, dict) or answer.get("errors"):
            raise _unavailable("answered with errors")
        data = answer.get("data")
        if not isinstance(data, dict):
            raise _unavailable("unexpected shape")
        return data


def _unavailable(reason: str) -> AppointmentsUnavailable:
    logger.warning("appointments unavailable", reason=reason)
    return AppointmentsUnavailable()


def _as_visit(entity: dict[str, Any]) -> Visit:
    return_of = entity["returnOf"]
    return Visit(
        appointment_id=entity["id"],
        patient_id=entity["patient"]["id"],
        start=datetime.fromisoformat(entity["start"]),
        time_zone=entity["clinic"]["timeZone"],
        clinic_id=entity["clinic"]["id"],
        cnes=entity["clinic"]["cnes"],
        status=entity["status"],
        kind=VisitKind(entity["kind"]),
        tuss_code=entity["service"]["tussCode"],
        coverage_id=entity["coverageId"],
        return_of_id=return_of["id"] if return_of else None,
    )
