"""Prior authorization: asked, perhaps analysed for a while, decided, perhaps cancelled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from subgraphs.health_plan.card import Card, read_card
from subgraphs.health_plan.coverage import exclusion
from subgraphs.health_plan.denial_reason import DenialReason
from subgraphs.health_plan.failure import FailureMode
from subgraphs.health_plan.membership import refusal
from subgraphs.health_plan.messages import (
    AuthorizationAnswer,
    AuthorizationRequest,
    AuthorizationStatus,
    Reason,
)
from subgraphs.health_plan.procedure import Complexity, find_procedure
from subgraphs.health_plan.store import Document, Store

VALIDITY = timedelta(days=30)
"""How long a password can be used."""

_WANTED = {
    FailureMode.JUSTIFICATION_WANTED: AuthorizationStatus.AWAITING_JUSTIFICATION,
    FailureMode.DOCUMENTS_WANTED: AuthorizationStatus.AWAITING_DOCUMENTS,
}
"""What the analyst wants before deciding; it is sent through the insurer's own portal."""

_SMALLEST = Decimal("0.0001")

KIND = "authorization"
PASSWORD_KIND = "password"

GRANTED = frozenset({AuthorizationStatus.AUTHORIZED, AuthorizationStatus.PARTLY_AUTHORIZED})
"""These have a password."""

UNDECIDED = frozenset({AuthorizationStatus.IN_ANALYSIS, *_WANTED.values()})
"""These will be decided later."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The insurer's authorization desk: its memory, its seed, and how fast it works."""

    store: Store
    seed: str
    analysis: timedelta

    def request(
        self, request: AuthorizationRequest, *, failure: FailureMode | None, now: datetime
    ) -> AuthorizationAnswer:
        """Open a request; simple and urgent ones are decided at once (RN 623/2024)."""
        number = self.store.next_number("guia")
        decides_at: datetime | None = now + self._waiting_time(request)
        if failure in _WANTED:
            decides_at = now + self.analysis
        if failure is FailureMode.STUCK_IN_ANALYSIS:
            decides_at = None
        document: Document = {
            "id": f"A{number:09d}",
            "guiaNumber": f"{number:012d}",
            "cards": [request.card_number],
            "tussCode": request.tuss_code,
            "quantity": str(request.quantity),
            "authorizedQuantity": str(
                (request.quantity / 2).quantize(_SMALLEST, rounding=ROUND_DOWN)
                if failure is FailureMode.PARTLY_AUTHORIZED
                else request.quantity
            ),
            "wanted": _WANTED[failure].value if failure in _WANTED else None,
            "reason": _name(self._refusal(request, failure)),
            "password": f"S{number:08d}",
            "expired": failure is FailureMode.PASSWORD_EXPIRED,
            "requestedAt": now.isoformat(),
            "decidesAt": decides_at.isoformat() if decides_at else None,
            "cancelled": False,
        }
        self.store.put(KIND, document["id"], document)
        self.store.put(PASSWORD_KIND, document["password"], {"authorization": document["id"]})
        return _as_answer(document, now)

    def by_password(self, password: str, *, now: datetime) -> AuthorizationAnswer | None:
        """The request that got this password."""
        known = self.store.get(PASSWORD_KIND, password)
        return None if known is None else self.find(known["authorization"], now=now)

    def find(self, authorization_id: str, *, now: datetime) -> AuthorizationAnswer | None:
        """The request as it stands now."""
        document = self.store.get(KIND, authorization_id)
        return None if document is None else _as_answer(document, now)

    def cancel(self, authorization_id: str, *, now: datetime) -> AuthorizationAnswer | None:
        """Withdraw a request; its password opens nothing from then on."""
        document = self.store.get(KIND, authorization_id)
        if document is None:
            return None
        document["cancelled"] = True
        self.store.put(KIND, authorization_id, document)
        return _as_answer(document, now)

    def _waiting_time(self, request: AuthorizationRequest) -> timedelta:
        card = read_card(request.card_number)
        procedure = find_procedure(request.tuss_code, card.ans_registry) if card else None
        if procedure is None or request.urgent or procedure.complexity is not Complexity.HIGH:
            return timedelta()
        return self.analysis

    def _refusal(
        self, request: AuthorizationRequest, failure: FailureMode | None
    ) -> DenialReason | None:
        reason = refusal(request.card_number, seed=self.seed, on=request.service_date)
        card = read_card(request.card_number)
        if reason is not None or card is None:
            return reason
        if failure is FailureMode.BUSINESS_DENIAL:
            return DenialReason.NOT_COVERED
        procedure = find_procedure(request.tuss_code, card.ans_registry)
        return exclusion(card, procedure) or self._analyst(card, request.tuss_code)

    def _analyst(self, card: Card, tuss_code: str) -> DenialReason | None:
        """One request in twenty of an ordinary member is refused, always the same ones."""
        if card.scenario is None and card.draw(self.seed, f"analyst {tuss_code}", 20) == 0:
            return DenialReason.NOT_COVERED
        return None


def _name(reason: DenialReason | None) -> str | None:
    return None if reason is None else reason.name


def _status(document: Document, now: datetime) -> AuthorizationStatus:
    if document["cancelled"]:
        return AuthorizationStatus.CANCELLED
    if document["decidesAt"] is None or now < datetime.fromisoformat(document["decidesAt"]):
        return AuthorizationStatus(document.get("wanted") or AuthorizationStatus.IN_ANALYSIS)
    if document["reason"] is not None:
        return AuthorizationStatus.DENIED
    if document.get("authorizedQuantity", document["quantity"]) != document["quantity"]:
        return AuthorizationStatus.PARTLY_AUTHORIZED
    return AuthorizationStatus.AUTHORIZED


def _as_answer(document: Document, now: datetime) -> AuthorizationAnswer:
    status = _status(document, now)
    authorized = status in GRANTED
    denied = status is AuthorizationStatus.DENIED
    decided_at = datetime.fromisoformat(document["decidesAt"]) if authorized or denied else None
    validity = -timedelta(days=1) if document["expired"] else VALIDITY
    return AuthorizationAnswer(
        id=document["id"],
        guia_number=document["guiaNumber"],
        tuss_code=document["tussCode"],
        quantity=document["quantity"],
        status=status,
        authorized_quantity=(
            document.get("authorizedQuantity", document["quantity"]) if authorized else None
        ),
        password=document["password"] if authorized else None,
        valid_until=(decided_at + validity).date() if authorized and decided_at else None,
        reasons=[Reason.of(DenialReason[document["reason"]])] if denied else [],
        requested_at=datetime.fromisoformat(document["requestedAt"]),
        decided_at=decided_at,
    )
