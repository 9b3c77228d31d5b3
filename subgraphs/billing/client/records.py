"""What billing asks the records service: which procedures a visit's signed documents request.

Procedure codes and states, nothing else: billing sees no clinical text.
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
      encounter { id documents { id status ... on ExamRequest { tussCodes } } }
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
    encounter = entity["encounter"] if entity else None
    if encounter is None:
        return []
    return [
        RequestingDocument(document["id"], document["status"], tuple(document["tussCodes"]))
        for document in encounter["documents"]
        if "tussCodes" in document
    ]
