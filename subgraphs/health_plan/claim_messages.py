"""Claims, statements and appeals on the wire."""

from datetime import date, datetime
from enum import IntEnum
from typing import Annotated

from pydantic import Field

from subgraphs.health_plan.messages import (
    CardNumber,
    Message,
    Money,
    Quantity,
    Reason,
    TussCode,
)


class ClaimItem(Message):
    """One procedure on a guia."""

    sequence: int = Field(ge=1, description="Its place on the guia, from one.")
    tuss_code: TussCode
    quantity: Quantity
    total: Money
    service_date: date
    password: str | None = Field(
        None, description="Senha of its authorization, where it needs one."
    )


class Guia(Message):
    """The claim for one visit."""

    guia_number: str = Field(min_length=1, max_length=20)
    card_number: CardNumber
    total: Money
    items: Annotated[list[ClaimItem], Field(min_length=1, max_length=100)]


class ClaimBatch(Message):
    """TISS ENVIO_LOTE_GUIAS: at most a hundred guias."""

    batch_number: str = Field(min_length=1, max_length=40)
    total: Money
    guias: Annotated[list[Guia], Field(min_length=1, max_length=100)]


class ProtocolStatus(IntEnum):
    """TISS statusProtocolo, as far as this insurer uses it."""

    IN_ANALYSIS = 2
    RELEASED = 3
    PAID = 6


class ProtocolAnswer(Message):
    """TISS PROTOCOLO_RECEBIMENTO: how a batch stands."""

    protocol: str
    status: ProtocolStatus
    received_at: datetime


class StatementItem(Message):
    """What became of one item: informed = released + denied."""

    guia_number: str
    sequence: int
    informed: Money
    released: Money
    denied: Money
    reasons: list[Reason]


class Statement(Message):
    """TISS DEMONSTRATIVO_ANALISE_CONTA."""

    protocol: str
    status: ProtocolStatus
    items: list[StatementItem]


class AppealItem(Message):
    """A denial that is contested."""

    sequence: int
    amount: Money
    justification: str = Field(min_length=1, max_length=500)


class AppealRequest(Message):
    """TISS RECURSO_GLOSA: one for each guia."""

    protocol: str
    guia_number: str
    items: Annotated[list[AppealItem], Field(min_length=1)]


class AppealItemAnswer(Message):
    """What an appeal brought back."""

    sequence: int
    recovered: Money


class AppealAnswer(Message):
    """TISS RESPOSTA_RECURSO_GLOSA. Until it is decided, there are no items."""

    id: str
    decided: bool
    items: list[AppealItemAnswer]
    reasons: list[Reason]
