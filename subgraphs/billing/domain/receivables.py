"""How old the debts are: receivables by days since the service."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Debts between two ages, in days, both included; the last band is open."""

    from_days: int
    to_days: int | None

    def first_day(self, as_of: date) -> date | None:
        """The earliest day of service that falls in the band."""
        return None if self.to_days is None else as_of - timedelta(days=self.to_days)

    def last_day(self, as_of: date) -> date:
        """The latest day of service that falls in the band."""
        return as_of - timedelta(days=self.from_days)


BANDS = (AgeBand(0, 30), AgeBand(31, 60), AgeBand(61, 90), AgeBand(91, None))
"""The bands that clinics and insurers report by."""


@dataclass(frozen=True, slots=True)
class Receivable:
    """What is owed in a band."""

    band: AgeBand
    invoices: int
    from_patients: Decimal
    from_plans: Decimal
