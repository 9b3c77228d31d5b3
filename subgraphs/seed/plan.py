"""How much to generate, from which number, around which day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

DEFAULT_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is. The figures agree with each other (visits a day, years)."""

    clinics: int
    practitioners: int
    patients: int
    appointments: int


SIZES = {
    "tiny": Size(clinics=2, practitioners=10, patients=500, appointments=3_000),
    "dev": Size(clinics=5, practitioners=50, patients=50_000, appointments=300_000),
}


@dataclass(frozen=True, slots=True)
class SeedPlan:
    """What to generate. Two equal plans give equal data, to the byte."""

    size: Size
    reference_date: date
    seed: int = DEFAULT_SEED

    @property
    def now(self) -> datetime:
        """The moment at which the data stand: in the morning, when every clinic is at work."""
        return datetime.combine(self.reference_date, time(13, 10), UTC)
