"""What billing must know beforehand: the patients' cards, and the payers' prices."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from subgraphs.billing.domain.card import is_ans_registry, normalize_card_number
from subgraphs.billing.domain.errors import (
    CardAlreadyRegistered,
    CoverageInUse,
    PriceTablePublished,
)
from subgraphs.billing.domain.events import EventType
from subgraphs.billing.domain.modifier import Modifier, ModifierKind
from subgraphs.billing.domain.price_table import PRIVATE
from subgraphs.billing.models import CoverageRow, PriceTableVersion
from subgraphs.billing.repository import coverages, prices
from subgraphs.billing.repository.adding import NotUnique, add_unique
from subgraphs.billing.service.announcing import tell_card
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.identifiers import new_id

_TUSS = re.compile(r"[0-9]{8}")
_SMALLEST_PRICE = Decimal("0.0001")
_PREFIX = re.compile(r"[0-9]{1,8}")
_FACTORS = {
    ModifierKind.ADDITIONAL_PROCEDURE: (Decimal(0), Decimal(1)),
    ModifierKind.URGENCY_OR_AFTER_HOURS: (Decimal(1), Decimal(10)),
}
"""The first takes something off, the second adds something; else somebody mistyped."""


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


async def remove_coverage(session: Session, coverage_id: str, now: datetime) -> str:
    """Take a card out that was typed wrong, so that it can be registered rightly; its id.

    Raises:
        NotFound: there is no such card.
        CoverageInUse: something rests on it.
    """
    coverage = await coverages.lock(session, coverage_id)
    if coverage is None:
        raise NotFound("Este convênio não existe.", path=["id"])
    free = await coverages.unused(session, [coverage.patient_id])
    if coverage_id not in {one.id for one in free}:
        raise CoverageInUse
    await session.delete(coverage)
    await session.flush()
    await tell_card(session, coverage, EventType.COVERAGE_REMOVED, now)
    return coverage_id


@dataclass(frozen=True, slots=True)
class NewTable:
    """A version of a payer's prices, whole, with what the contract multiplies them by."""

    payer: str
    valid_from: date
    prices: Mapping[str, Decimal]
    modifiers: Sequence[Modifier] = ()


async def publish_price_table(session: Session, table: NewTable, actor: str, now: datetime) -> str:
    """Publish a version of a payer's table; its id. Earlier versions stay as they were.

    Raises:
        InvalidInput: the payer, a code, a price or a modifier cannot be.
        PriceTablePublished: the payer has a version from that day.
    """
    _check_table(table.payer, table.prices)
    _check_modifiers(table.modifiers)
    version = PriceTableVersion(
        id=new_id(),
        payer=table.payer,
        valid_from=table.valid_from,
        published_at=now,
        published_by=actor,
    )
    try:
        await add_unique(session, [version], "uq_price_table_versions_payer_valid_from")
    except NotUnique as error:
        raise PriceTablePublished from error
    await prices.add_prices(session, version.id, table.prices)
    await prices.add_modifiers(session, version.id, table.modifiers)
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


def _check_modifiers(modifiers: Sequence[Modifier]) -> None:
    if len({modifier.kind for modifier in modifiers}) < len(modifiers):
        raise InvalidInput("Cada modificador aparece uma vez por tabela.", path=["modifiers"])
    for modifier in modifiers:
        least, most = _FACTORS[modifier.kind]
        factor = modifier.factor
        if not least <= factor <= most or factor != factor.quantize(_SMALLEST_PRICE):
            raise InvalidInput(
                f"O fator de {modifier.kind} vai de {least} a {most}, com até quatro casas.",
                path=["modifiers"],
            )
        if any(_PREFIX.fullmatch(prefix) is None for prefix in modifier.tuss_prefixes):
            raise InvalidInput("Um prefixo TUSS tem de 1 a 8 dígitos.", path=["modifiers"])
        if modifier.regular_from >= modifier.regular_until:
            raise InvalidInput("O horário regular termina antes de começar.", path=["modifiers"])
