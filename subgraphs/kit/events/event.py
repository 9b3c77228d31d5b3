"""Events: what happened to something, as the services tell each other.

An event carries names, states and references. It never carries clinical text or documents' numbers:
an outbox is kept for ever and read by other services.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import orjson

MAX_PAYLOAD_BYTES = 4096

Payload = Mapping[str, Any]
"""JSON values."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, before it has a place in the feed.

    ``version`` is that of the aggregate after it happened; it never falls, and orders the
    aggregate's events.
    """

    type: str
    aggregate_type: str
    aggregate_id: str
    version: int
    payload: Payload

    def __post_init__(self) -> None:
        if len(orjson.dumps(self.payload)) > MAX_PAYLOAD_BYTES:
            raise ValueError(f"The payload of {self.type} is larger than {MAX_PAYLOAD_BYTES} bytes")


@dataclass(frozen=True, slots=True)
class Event(Fact):
    """A fact with its place in a service's feed."""

    id: str
    position: int
    occurred_at: datetime

    def to_record(self) -> dict[str, Any]:
        """The event as JSON values."""
        return {
            "id": self.id,
            "position": self.position,
            "type": self.type,
            "aggregateType": self.aggregate_type,
            "aggregateId": self.aggregate_id,
            "version": self.version,
            "occurredAt": self.occurred_at.isoformat(),
            "payload": dict(self.payload),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The event that ``to_record`` wrote.

        Raises ``KeyError``, ``TypeError`` and ``ValueError``.
        """
        return cls(
            id=str(record["id"]),
            position=int(record["position"]),
            type=str(record["type"]),
            aggregate_type=str(record["aggregateType"]),
            aggregate_id=str(record["aggregateId"]),
            version=int(record["version"]),
            occurred_at=datetime.fromisoformat(record["occurredAt"]),
            payload=dict(record["payload"]),
        )
