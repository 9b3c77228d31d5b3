"""What billing asks the records service: which procedures a visit's documents request.

Procedure codes and states, nothing else: a service reads nothing that is clinical.
"""

from typing import Any

import structlog

from subgraphs.billing.client.entity import EntitySource, Unreachable
from subgraphs.billing.domain.charge import RequestingDocument
from subgraphs.billing.domain.errors import RecordsUnavailable

logger = structlog.get_logger()

_DOCUMENTS = """query BillingDocuments($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Appointment {
      encounter { procedureRequests { documentId status tussCodes } }
    }
  }
}"""


class RecordsClient:
    """The records service as billing sees it."""

    def __init__(self, source: EntitySource) -> None:
        self._source = source

    async def requests_of(self, appointment_id: str) -> list[RequestingDocument]:
        """The documents of a visit that request procedures; none where the visit has no encounter.

        Raises:
            RecordsUnavailable: nobody can tell now.
        """
        representation = {"__typename": "Appointment", "id": appointment_id}
        try:
            return _as_requests(await self._source.ask(_DOCUMENTS, representation))
        except (Unreachable, KeyError, TypeError) as error:
            reason = str(error) if isinstance(error, Unreachable) else "unexpected shape"
            logger.warning("records unavailable", reason=reason)
            raise RecordsUnavailable from error


def _as_requests(entity: dict[str, Any] | None) -> list[RequestingDocument]:
    if entity is None:
        raise TypeError("records keeps no list of visits and answers every id")
    encounter = entity["encounter"]
    if encounter is None:
        return []
    return [
        RequestingDocument(request["documentId"], request["status"], tuple(request["tussCodes"]))
        for request in encounter["procedureRequests"]
    ]
