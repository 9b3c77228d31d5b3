"""Something done for a patient that has a price, from planned to paid."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ChargeStatus(StrEnum):
    """Where a charge stands."""

    PLANNED = "PLANNED"
    """Expected of a visit that did not take place yet."""
    BILLABLE = "BILLABLE"
    """Done, and in no invoice yet."""
    BILLED = "BILLED"
    """In a live invoice."""
    PAID = "PAID"
    """In an invoice that is paid."""
    ABORTED = "ABORTED"
    """It will not be billed."""


VOIDABLE = frozenset({ChargeStatus.PLANNED, ChargeStatus.BILLABLE})
"""What can still be given up."""

_S = ChargeStatus

EDGES = MappingProxyType(
    {
        _S.PLANNED: frozenset({_S.BILLABLE, _S.ABORTED}),
        _S.BILLABLE: frozenset({_S.BILLED, _S.ABORTED}),
        _S.BILLED: frozenset({_S.PAID, _S.BILLABLE}),
        _S.PAID: frozenset({_S.BILLED}),
        _S.ABORTED: frozenset(),
    }
)
"""A cancelled invoice makes its charges billable again; a refund makes paid ones billed again."""


def is_edge(origin: ChargeStatus, target: ChargeStatus) -> bool:
    """Whether a charge may go from `origin` to `target`."""
    return target in EDGES[origin]


@dataclass(frozen=True, slots=True)
class RequestingDocument:
    """A clinical document that requests procedures, as far as money is concerned."""

    document_id: str
    status: str
    tuss_codes: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether the request stands: signed, and neither replaced nor struck out."""
        return self.status == "SIGNED"

    @property
    def is_void(self) -> bool:
        """Whether the request was taken back after it had been signed."""
        return self.status in {"AMENDED", "ENTERED_IN_ERROR"}
