"""The kit's `Once` with this service's keys and refusals."""

from typing import Any

from subgraphs.appointments.models import IDEMPOTENCY_KEYS
from subgraphs.appointments.types.refusals import refused
from subgraphs.kit import once
from subgraphs.kit.errors import DomainError


class Once(once.Once):
    """A mutation that has one effect for its key."""

    keys = IDEMPOTENCY_KEYS

    def refused(self, error: DomainError) -> Any:
        """The refusal as a member of a result union."""
        return refused(error)
