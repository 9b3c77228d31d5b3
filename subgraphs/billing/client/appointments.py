"""What billing asks the appointments service: the facts of a visit."""

from datetime import datetime
from typing import Any

import structlog

from subgraphs.billing.client.entity import EntitySource, Unreachable
from subgraphs.billing.domain.errors import AppointmentNotFound, AppointmentsUnavailable
from subgraphs.billing.domain.visit import Visit, VisitKind

logger = structlog.get_logger()

_VISIT = """query BillingVisit($representations: [_Any!]!) {
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

    def __init__(self, source: EntitySource) -> None:
        self._source = source

    async def visit(self, appointment_id: str) -> Visit:
        """The facts of a visit.

        Raises:
            AppointmentNotFound: the service knows no such appointment.
            AppointmentsUnavailable: nobody can tell now.
        """
        representation = {"__typename": "Appointment", "id": appointment_id}
        try:
            entity = await self._source.ask(_VISIT, representation)
            visit = None if entity is None else _as_visit(entity)
        except (Unreachable, KeyError, TypeError, ValueError) as error:
            reason = str(error) if isinstance(error, Unreachable) else "unexpected shape"
            logger.warning("appointments unavailable", reason=reason)
            raise AppointmentsUnavailable from error
        if visit is None:
            raise AppointmentNotFound
        return visit


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
