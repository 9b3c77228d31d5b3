"""What goes to the plan in a claim, and what its statements say."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from subgraphs.billing.client.plan_messages import PlanMessage, ReasonMessage
from subgraphs.billing.domain.claim import ItemVerdict
from subgraphs.billing.domain.rounding import CENT
from subgraphs.billing.domain.tiss import CareCodes


@dataclass(frozen=True, slots=True)
class ClaimedItem:
    """One procedure on a guia."""

    sequence: int
    tuss_code: str
    quantity: Decimal
    total: Decimal
    service_day: date
    password: str | None
    adjustment: Decimal = Decimal(1)
    """TISS reducaoAcrescimo: what the contract multiplies the price by."""

    def to_json(self) -> dict[str, object]:
        """The item as the plan takes it."""
        return {
            "sequence": self.sequence,
            "tussCode": self.tuss_code,
            "quantity": f"{self.quantity:f}",
            "total": f"{self.total:f}",
            "serviceDate": self.service_day.isoformat(),
            "password": self.password,
            "adjustment": f"{self.adjustment:f}",
        }


@dataclass(frozen=True, slots=True)
class ClaimedGuia:
    """The claim for one visit."""

    guia_number: str
    card_number: str
    total: Decimal
    care: CareCodes
    items: tuple[ClaimedItem, ...]

    def __repr__(self) -> str:
        """No card number, wherever this ends up."""
        return f"ClaimedGuia({self.guia_number!r})"

    def to_json(self) -> dict[str, object]:
        """The guia as the plan takes it."""
        return {
            "guiaNumber": self.guia_number,
            "cardNumber": self.card_number,
            "total": f"{self.total:f}",
            "careCharacter": self.care.character,
            "careRegime": self.care.regime,
            "consultationType": self.care.consultation,
            "items": [item.to_json() for item in self.items],
        }


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """Guias sent together; the key makes them one batch, however often they are sent."""

    key: str
    ans_registry: str
    guias: tuple[ClaimedGuia, ...]

    def to_json(self) -> dict[str, object]:
        """The batch as the plan takes it."""
        total = sum((guia.total for guia in self.guias), Decimal(0))
        return {
            "batchNumber": self.key,
            "total": f"{total:f}",
            "guias": [guia.to_json() for guia in self.guias],
        }


@dataclass(frozen=True, slots=True)
class Appeal:
    """Denials of one guia, contested with one justification."""

    key: str
    ans_registry: str
    protocol: str
    guia_number: str
    amounts: tuple[tuple[int, Decimal], ...]
    justification: str

    def to_json(self) -> dict[str, object]:
        """The appeal as the plan takes it."""
        return {
            "protocol": self.protocol,
            "guiaNumber": self.guia_number,
            "items": [
                {
                    "sequence": sequence,
                    "amount": f"{amount:f}",
                    "justification": self.justification,
                }
                for sequence, amount in self.amounts
            ],
        }


class ProtocolMessage(PlanMessage):
    """How a batch stands, by statusProtocolo."""

    protocol: str
    status: int


class StatementItemMessage(PlanMessage):
    """What became of one item."""

    guia_number: str
    sequence: int
    released: Decimal
    denied: Decimal
    reasons: list[ReasonMessage]

    def verdict(self) -> ItemVerdict:
        """The message as the domain wants it."""
        reason = self.reasons[0] if self.reasons else None
        return ItemVerdict(
            guia_number=self.guia_number,
            sequence=self.sequence,
            released=self.released.quantize(CENT),
            denied=self.denied.quantize(CENT),
            reason_code=reason.code if reason else None,
            reason=reason.description if reason else None,
        )


class StatementMessage(PlanMessage):
    """A statement; it has no items while the batch is in analysis."""

    status: int
    items: list[StatementItemMessage]

    @property
    def is_paid(self) -> bool:
        """Whether the released money was sent (statusProtocolo 6)."""
        return self.status == 6


class AppealItemMessage(PlanMessage):
    """What an appeal brought back."""

    sequence: int
    recovered: Decimal


class AppealMessage(PlanMessage):
    """How an appeal stands."""

    id: str
    decided: bool
    items: list[AppealItemMessage]
