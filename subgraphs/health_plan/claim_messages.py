"""Claims, statements and appeals on the wire."""

from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Annotated, Literal

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
    adjustment: Decimal = Field(
        Decimal(1),
        ge=0,
        max_digits=8,
        description="TISS reducaoAcrescimo: by what the contract multiplies the price.",
    )
    password: str | None = Field(
        None, description="Senha of its authorization, where it needs one."
    )


class CareCharacter(StrEnum):
    """TISS caraterAtendimento."""

    ELECTIVE = "1"
    URGENT = "2"


class Guia(Message):
    """The claim for one visit."""

    guia_number: str = Field(min_length=1, max_length=20)
    card_number: CardNumber
    total: Money
    care_character: CareCharacter = CareCharacter.ELECTIVE
    care_regime: Literal["01", "02", "03", "04", "05"] = Field(
        "01", description="TISS regimeAtendimento; 05 is telehealth."
    )
    consultation_type: Literal["1", "2", "3", "4"] = Field(
        "1", description="TISS tipoConsulta: first, return, prenatal, by referral."
    )
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
