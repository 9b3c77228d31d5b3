"""What billing must know beforehand: the patients' cards, and the payers' prices."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from subgraphs.billing.domain.card import is_ans_registry, normalize_card_number
from subgraphs.billing.domain.errors import CardAlreadyRegistered, PriceTablePublished
from subgraphs.billing.domain.events import EventType
from subgraphs.billing.domain.price_table import PRIVATE
from subgraphs.billing.models import CoverageRow, PriceTableVersion
from subgraphs.billing.repository import prices
from subgraphs.billing.repository.adding import NotUnique, add_unique
from subgraphs.billing.service.announcing import tell_card
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.identifiers import new_id

_TUSS = re.compile(r"[0-9]{8}")
_SMALLEST_PRICE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class CardEntry:
    """A card as it is read out at the desk."""

    patient_id: str
    ans_registry: str
    plan_name: str
    card_number: str
    valid_from: date | None
    valid_until: date | None

    def __repr__(self) -> str:
        """Nothing personal, wherever this ends up."""
        return f"CardEntry(ans_registry={self.ans_registry!r})"


async def register_coverage(session: Session, entry: CardEntry, now: datetime) -> str:
    """Write a patient's card down; the coverage's id.

    Raises:
        InvalidInput: a value cannot be what it says.
        CardAlreadyRegistered: the card is somebody's already.
    """
    number = normalize_card_number(entry.card_number)
    if number is None:
        raise InvalidInput("O número da carteirinha tem de 6 a 20 dígitos.", path=["cardNumber"])
    if not is_ans_registry(entry.ans_registry):
        raise InvalidInput("O registro ANS tem 6 dígitos.", path=["ansRegistry"])
    name = entry.plan_name.strip()
    if not 1 <= len(name) <= 120:
        raise InvalidInput("Informe o nome do plano, com até 120 caracteres.", path=["planName"])
    if entry.valid_from and entry.valid_until and entry.valid_until < entry.valid_from:
        raise InvalidInput("A validade termina antes de começar.", path=["validUntil"])
    coverage = CoverageRow(
        id=new_id(),
        patient_id=entry.patient_id,
        ans_registry=entry.ans_registry,
        plan_name=name,
        card_number=number,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        created_at=now,
    )
    try:
        await add_unique(session, [coverage], "uq_coverages_ans_registry_card_number")
    except NotUnique as error:
        raise CardAlreadyRegistered from error
    await tell_card(session, coverage, EventType.COVERAGE_REGISTERED, now)
    return coverage.id


async def publish_price_table(
    session: Session,
    payer: str,
    valid_from: date,
    table: Mapping[str, Decimal],
    actor: str,
    now: datetime,
) -> str:
    """Publish a version of a payer's table, whole; its id. Earlier versions stay as they were.

    Raises:
        InvalidInput: the payer, a code or a price cannot be.
        PriceTablePublished: the payer has a version from that day.
    """
    _check_table(payer, table)
    version = PriceTableVersion(
        id=new_id(), payer=payer, valid_from=valid_from, published_at=now, published_by=actor
    )
    try:
        await add_unique(session, [version], "uq_price_table_versions_payer_valid_from")
    except NotUnique as error:
        raise PriceTablePublished from error
    await prices.add_prices(session, version.id, table)
    return version.id


def _check_table(payer: str, table: Mapping[str, Decimal]) -> None:
    if payer != PRIVATE and not is_ans_registry(payer):
        raise InvalidInput(
            f"O pagador é {PRIVATE} ou um registro ANS de 6 dígitos.", path=["payer"]
        )
    if not table:
        raise InvalidInput("Uma tabela tem ao menos um preço.", path=["prices"])
    for code, price in table.items():
        if _TUSS.fullmatch(code) is None:
            raise InvalidInput(f"{code} não é um código TUSS de 8 dígitos.", path=["prices"])
        if not 0 <= price < 10**8 or price != price.quantize(_SMALLEST_PRICE):
            raise InvalidInput(
                f"O preço de {code} deve ser positivo, com até quatro casas.", path=["prices"]
            )
