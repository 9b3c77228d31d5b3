"""Something done for a patient that has a price, from planned to paid."""

from enum import StrEnum
from types import MappingProxyType


class ChargeStatus(StrEnum):
    """Where a charge stands."""

    PLANNED = "PLANNED"
    BILLABLE = "BILLABLE"
    BILLED = "BILLED"
    PAID = "PAID"
    ABORTED = "ABORTED"


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
