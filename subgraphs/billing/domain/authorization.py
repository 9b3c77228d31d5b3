"""Prior authorization of a procedure by the plan, from the request to its decision."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class AuthorizationStatus(StrEnum):
    """TISS statusSolicitacao, and REQUESTED: written down here, not yet taken by the plan."""

    REQUESTED = "REQUESTED"
    """Written down here, not yet taken by the plan."""
    IN_ANALYSIS = "IN_ANALYSIS"
    """The plan looks at it."""
    AUTHORIZED = "AUTHORIZED"
    """The plan said yes."""
    DENIED = "DENIED"
    """The plan said no."""
    CANCELLED = "CANCELLED"
    """It was called off."""


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
    7: _S.AUTHORIZED,
}
"""By statusSolicitacao. Waiting for something is no answer, and a part is authorized, too."""


class AuthorizationNeed(StrEnum):
    """What the plan wants before it decides."""

    JUSTIFICATION = "JUSTIFICATION"
    """Why it is needed."""
    DOCUMENTS = "DOCUMENTS"
    """What shows that it is needed."""


NEEDS_FROM_TISS = {4: AuthorizationNeed.JUSTIFICATION, 5: AuthorizationNeed.DOCUMENTS}
"""By statusSolicitacao."""


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
    authorized_quantity: Decimal | None = None
    """How much of it; None where the plan did not say, which means all."""
    need: AuthorizationNeed | None = None


def covers(status: str, valid_until: date | None, on: date) -> bool:
    """Whether an authorization opens the door on a day: granted, and its password not expired."""
    return status == _S.AUTHORIZED and (valid_until is None or on <= valid_until)
