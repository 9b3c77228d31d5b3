"""Prices in force: which version of a payer's table counts on the day of service."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from subgraphs.billing.domain.modifier import Modifier

PRIVATE = "PRIVATE"
"""The payer of the clinic's own price list; other payers are named by their ANS registry."""


@dataclass(frozen=True, slots=True)
class TableVersion:
    """A version of a payer's table. It holds until the payer's next version begins."""

    id: str
    payer: str
    valid_from: date

    @property
    def label(self) -> str:
        """What an invoice line quotes."""
        return f"{self.payer}/{self.valid_from.isoformat()}"


@dataclass(frozen=True, slots=True)
class Price:
    """A unit price with the version it came from, and what that says beside the prices."""

    unit_price: Decimal
    table_version: str
    modifiers: tuple[Modifier, ...] = ()


def local_start(start: datetime, time_zone: str) -> datetime:
    """The start by the clinic's clock: 23:30 in Manaus is not yet tomorrow.

    Raises:
        ValueError: `start` says no offset.
        zoneinfo.ZoneInfoNotFoundError: the zone is not one of the IANA database.
    """
    if start.tzinfo is None:
        raise ValueError("a moment without time zone has no day")
    return start.astimezone(ZoneInfo(time_zone))


def service_day(start: datetime, time_zone: str) -> date:
    """The day of service where the clinic is; it raises what `local_start` does."""
    return local_start(start, time_zone).date()


def version_in_force(versions: Iterable[TableVersion], on: date) -> TableVersion | None:
    """The payer's latest version that began on or before the day."""
    begun = [version for version in versions if version.valid_from <= on]
    return max(begun, key=lambda version: version.valid_from, default=None)
