"""Prior authorization of a procedure by the plan, from the request to its decision."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AuthorizationStatus(StrEnum):
    """TISS statusSolicitacao, and REQUESTED: written down here, not yet taken by the plan."""

    REQUESTED = "REQUESTED"
    IN_ANALYSIS = "IN_ANALYSIS"
    AUTHORIZED = "AUTHORIZED"
    DENIED = "DENIED"
    CANCELLED = "CANCELLED"


_S = AuthorizationStatus

PENDING = frozenset({_S.REQUESTED, _S.IN_ANALYSIS})
"""The plan has still to decide."""

FROM_TISS = {
    1: _S.AUTHORIZED,
    2: _S.IN_ANALYSIS,
    3: _S.DENIED,
    4: _S.IN_ANALYSIS,
    5: _S.IN_ANALYSIS,
    6: _S.CANCELLED,
}
"""By statusSolicitacao. Waiting for a justification or a document is still not an answer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """How a request stands at the plan."""

    status: AuthorizationStatus
    plan_reference: str
    guia_number: str
    password: str | None = None
    valid_until: date | None = None
    reason_code: str | None = None
    reason: str | None = None


def covers(status: str, valid_until: date | None, on: date) -> bool:
    """Whether an authorization opens the door on a day: granted, and its password not expired."""
    return status == _S.AUTHORIZED and (valid_until is None or on <= valid_until)
