"""Claims: received, audited item by item, paid; and denials that are contested."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from subgraphs.health_plan.authorization import GRANTED, Desk
from subgraphs.health_plan.card import Card, draw, read_card
from subgraphs.health_plan.claim_messages import (
    AppealAnswer,
    AppealItemAnswer,
    AppealRequest,
    CareCharacter,
    ClaimBatch,
    ClaimItem,
    Guia,
    ProtocolAnswer,
    ProtocolStatus,
    Statement,
    StatementItem,
)
from subgraphs.health_plan.coverage import exclusion
from subgraphs.health_plan.denial_reason import DenialReason
from subgraphs.health_plan.membership import refusal
from subgraphs.health_plan.messages import Reason
from subgraphs.health_plan.procedure import Complexity, find_procedure
from subgraphs.health_plan.store import Store

BATCH, GUIA, APPEAL = "batch", "guia", "appeal"

HIGHEST_ADJUSTMENT = Decimal("1.30")
"""What the contract adds for urgency and after hours; nothing in it adds more."""

_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Auditor:
    """The insurer's claims department."""

    store: Store
    seed: str
    analysis: timedelta
    desk: Desk

    def receive(self, batch: ClaimBatch, *, denied: bool, now: datetime) -> ProtocolAnswer:
        """Take a batch; every item is judged, what comes of it is told after the analysis."""
        number = self.store.next_number("protocol")
        protocol = f"P{number:09d}"
        items = [item for guia in batch.guias for item in self._audit(guia, denied, now)]
        if batch.total != sum((guia.total for guia in batch.guias), _ZERO):
            items = [_deny(item, DenialReason.BATCH_TOTAL_MISMATCH) for item in items]
        for guia in batch.guias:
            self.store.put(GUIA, guia.guia_number, {"protocol": protocol, "appeal": None})
        statement = Statement(protocol=protocol, status=ProtocolStatus.IN_ANALYSIS, items=items)
        document = {
            "receivedAt": now.isoformat(),
            "statement": statement.model_dump(mode="json"),
            "cards": sorted({guia.card_number for guia in batch.guias}),
        }
        self.store.put(BATCH, protocol, document)
        return ProtocolAnswer(protocol=protocol, status=statement.status, received_at=now)

    def protocol(self, protocol: str, *, now: datetime) -> ProtocolAnswer | None:
        """How a batch stands: released after one analysis, paid after another."""
        document = self.store.get(BATCH, protocol)
        if document is None:
            return None
        received_at = datetime.fromisoformat(document["receivedAt"])
        status = ProtocolStatus.IN_ANALYSIS
        if now >= received_at + 2 * self.analysis:
            status = ProtocolStatus.PAID
        elif now >= received_at + self.analysis:
            status = ProtocolStatus.RELEASED
        return ProtocolAnswer(protocol=protocol, status=status, received_at=received_at)

    def statement(self, protocol: str, *, now: datetime) -> Statement | None:
        """What came of each item; nothing while the batch is in analysis."""
        answer, document = self.protocol(protocol, now=now), self.store.get(BATCH, protocol)
        if answer is None or document is None:
            return None
        statement = Statement.model_validate(document["statement"])
        items = [] if answer.status is ProtocolStatus.IN_ANALYSIS else statement.items
        return Statement(protocol=protocol, status=answer.status, items=items)

    def appeal(self, request: AppealRequest, *, now: datetime) -> AppealAnswer | None:
        """Contest denials of a guia, once; None where the guia is not of that protocol."""
        guia, batch = (
            self.store.get(GUIA, request.guia_number),
            self.store.get(BATCH, request.protocol),
        )
        if guia is None or batch is None or guia["protocol"] != request.protocol:
            return None
        refused = [DenialReason.MORE_THAN_ONE_APPEAL] if guia["appeal"] else []
        appeal_id = f"R{self.store.next_number('appeal'):09d}"
        document = {
            "refused": [reason.name for reason in refused],
            "decidesAt": (now if refused else now + self.analysis).isoformat(),
            "cards": batch.get("cards", []),
            "items": [] if refused else self._recovered(request, batch["statement"]),
        }
        self.store.put(APPEAL, appeal_id, document)
        if not refused:
            self.store.put(GUIA, request.guia_number, {**guia, "appeal": appeal_id})
        return self.appeal_answer(appeal_id, now=now)

    def appeal_answer(self, appeal_id: str, *, now: datetime) -> AppealAnswer | None:
        """How an appeal stands."""
        document = self.store.get(APPEAL, appeal_id)
        if document is None:
            return None
        decided = now >= datetime.fromisoformat(document["decidesAt"])
        items = document["items"] if decided else []
        return AppealAnswer(
            id=appeal_id,
            decided=decided,
            items=[AppealItemAnswer.model_validate(item) for item in items],
            reasons=[Reason.of(DenialReason[name]) for name in document["refused"]],
        )

    def _recovered(
        self, request: AppealRequest, statement: dict[str, list[dict[str, str]]]
    ) -> list[dict[str, str | int]]:
        """Every second appeal succeeds, always the same ones; none brings more than was denied."""
        denied = {
            int(item["sequence"]): Decimal(item["denied"])
            for item in statement["items"]
            if item["guia_number"] == request.guia_number
        }
        found: list[dict[str, str | int]] = []
        for item in request.items:
            subject = f"appeal {request.guia_number} {item.sequence}"
            accepted = draw(self.seed, subject, 2) == 0
            amount = min(item.amount, denied.get(item.sequence, _ZERO)) if accepted else _ZERO
            found.append({"sequence": item.sequence, "recovered": str(amount)})
        return found

    def _audit(self, guia: Guia, denied: bool, now: datetime) -> list[StatementItem]:
        whole = self._refusal_of_guia(guia)
        seen: set[tuple[str, str]] = set()
        found = []
        for item in guia.items:
            identity = (item.tuss_code, item.service_date.isoformat())
            reason = whole or (DenialReason.NOT_COVERED if denied else None)
            if reason is None and identity in seen:
                reason = DenialReason.DUPLICATE_ITEM
            seen.add(identity)
            found.append(self._judge(guia, item, reason, now))
        return found

    def _refusal_of_guia(self, guia: Guia) -> DenialReason | None:
        if self.store.get(GUIA, guia.guia_number) is not None:
            return DenialReason.GUIA_ALREADY_PRESENTED
        if guia.total != sum((item.total for item in guia.items), _ZERO):
            return DenialReason.GUIA_TOTAL_MISMATCH
        return None

    def _judge(
        self, guia: Guia, item: ClaimItem, reason: DenialReason | None, now: datetime
    ) -> StatementItem:
        whole = _item(guia, item, item.total, None)
        card = read_card(guia.card_number)
        reason = reason or refusal(guia.card_number, seed=self.seed, on=item.service_date)
        if reason is not None or card is None:
            return _deny(whole, reason or DenialReason.CARD_INVALID)
        procedure = find_procedure(item.tuss_code, card.ans_registry)
        reason = exclusion(card, procedure) or self._audit_finding(card, item)
        if procedure is not None and procedure.complexity is not Complexity.SIMPLE:
            reason = reason or self._password_fault(guia, item, now)
        if reason is not None or procedure is None:
            return _deny(whole, reason or DenialReason.PROCEDURE_INVALID)
        price = procedure.price * min(item.adjustment, HIGHEST_ADJUSTMENT)
        limit = (price * item.quantity).quantize(_CENT, rounding=ROUND_HALF_EVEN)
        if item.total > limit:
            return _item(guia, item, limit, DenialReason.OVERCHARGED)
        return whole

    def _audit_finding(self, card: Card, item: ClaimItem) -> DenialReason | None:
        """One exam in twenty-five of an ordinary member lacks its report, always the same ones."""
        if card.scenario is not None or not item.tuss_code.startswith("4"):
            return None
        subject = f"audit {item.tuss_code} {item.service_date}"
        return DenialReason.REPORT_MISSING if card.draw(self.seed, subject, 25) == 0 else None

    def _password_fault(self, guia: Guia, item: ClaimItem, now: datetime) -> DenialReason | None:
        if item.password is None:
            urgent = guia.care_character is CareCharacter.URGENT
            return None if urgent else DenialReason.AUTHORIZATION_MISSING
        known = self.desk.by_password(item.password, now=now)
        if (
            known is None
            or known.status not in GRANTED
            or known.tuss_code != item.tuss_code
            or item.quantity > (known.authorized_quantity or _ZERO)
        ):
            return DenialReason.PASSWORD_INVALID
        if known.valid_until is not None and item.service_date > known.valid_until:
            return DenialReason.PASSWORD_EXPIRED
        return None


def _item(
    guia: Guia, item: ClaimItem, released: Decimal, reason: DenialReason | None
) -> StatementItem:
    return StatementItem(
        guia_number=guia.guia_number,
        sequence=item.sequence,
        informed=item.total,
        released=released,
        denied=item.total - released,
        reasons=[] if reason is None else [Reason.of(reason)],
    )


def _deny(item: StatementItem, reason: DenialReason) -> StatementItem:
    return item.model_copy(
        update={"released": _ZERO, "denied": item.informed, "reasons": [Reason.of(reason)]}
    )
