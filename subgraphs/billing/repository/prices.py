"""Prices in force with what modifies them, and new versions of a payer's table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.domain.modifier import Modifier, ModifierKind
from subgraphs.billing.domain.price_table import Price, TableVersion, version_in_force
from subgraphs.billing.models import PriceModifierRow, PriceRow, PriceTableVersion

PriceKey = tuple[str, str, date]
"""Payer, TUSS code, day of service."""


async def in_force(session: AsyncSession, keys: Iterable[PriceKey]) -> dict[PriceKey, Price]:
    """The price of each procedure for a payer on a day; what has none is absent."""
    wanted = set(keys)
    versions = await _versions(session, {payer for payer, _, _ in wanted})
    chosen = {
        (payer, day): version_in_force(versions[payer], day)
        for payer, day in {(payer, day) for payer, _, day in wanted}
    }
    version_ids = {version.id for version in chosen.values() if version}
    prices = await _prices(session, version_ids, {code for _, code, _ in wanted})
    modifiers = await modifiers_of(session, version_ids)
    found: dict[PriceKey, Price] = {}
    for payer, code, day in wanted:
        version = chosen[payer, day]
        if version is not None and (version.id, code) in prices:
            price = Price(prices[version.id, code], version.label, modifiers[version.id])
            found[payer, code, day] = price
    return found


async def _versions(session: AsyncSession, payers: set[str]) -> Mapping[str, list[TableVersion]]:
    rows = await session.execute(
        select(PriceTableVersion.id, PriceTableVersion.payer, PriceTableVersion.valid_from).where(
            PriceTableVersion.payer.in_(payers)
        )
    )
    found: defaultdict[str, list[TableVersion]] = defaultdict(list)
    for version_id, payer, valid_from in rows:
        found[payer].append(TableVersion(version_id, payer, valid_from))
    return found


async def _prices(
    session: AsyncSession, version_ids: set[str], codes: set[str]
) -> dict[tuple[str, str], Decimal]:
    if not version_ids:
        return {}
    rows = await session.execute(
        select(PriceRow.version_id, PriceRow.tuss_code, PriceRow.unit_price).where(
            PriceRow.version_id.in_(version_ids), PriceRow.tuss_code.in_(codes)
        )
    )
    return {(version_id, code): price for version_id, code, price in rows}


async def add_prices(session: AsyncSession, version_id: str, table: Mapping[str, Decimal]) -> None:
    """Keep the prices of a new version."""
    await session.execute(
        insert(PriceRow),
        [
            {"version_id": version_id, "tuss_code": code, "unit_price": price}
            for code, price in table.items()
        ],
    )


async def modifiers_of(
    session: AsyncSession, version_ids: Iterable[str]
) -> dict[str, tuple[Modifier, ...]]:
    """What each version says beside its prices."""
    ids = list(version_ids)
    if not ids:
        return {}
    rows = await session.scalars(
        select(PriceModifierRow)
        .where(PriceModifierRow.version_id.in_(ids))
        .order_by(PriceModifierRow.version_id, PriceModifierRow.kind)
    )
    found: dict[str, list[Modifier]] = {version_id: [] for version_id in ids}
    for row in rows:
        found[row.version_id].append(_modifier(row))
    return {version_id: tuple(own) for version_id, own in found.items()}


def _modifier(row: PriceModifierRow) -> Modifier:
    return Modifier(
        ModifierKind(row.kind),
        row.factor,
        tuple(row.tuss_prefixes),
        row.regular_from,
        row.regular_until,
    )


async def add_modifiers(
    session: AsyncSession, version_id: str, modifiers: Sequence[Modifier]
) -> None:
    """Keep the modifiers of a new version."""
    session.add_all(
        PriceModifierRow(
            version_id=version_id,
            kind=one.kind,
            factor=one.factor,
            tuss_prefixes=list(one.tuss_prefixes),
            regular_from=one.regular_from,
            regular_until=one.regular_until,
        )
        for one in modifiers
    )
    await session.flush()


async def versions_by_ids(
    session: AsyncSession, ids: Iterable[str]
) -> dict[str, PriceTableVersion]:
    """Versions by id; unknown ids are absent."""
    rows = await session.scalars(select(PriceTableVersion).where(PriceTableVersion.id.in_(ids)))
    return {row.id: row for row in rows}
