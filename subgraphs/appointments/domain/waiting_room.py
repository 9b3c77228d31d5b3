"""Who is called next: by law first, then by arrival.

Law 10.048/2000 (article 1, as of 14.626/2023) gives priority to people with disabilities, autistic
people, people of sixty and over, pregnant and breastfeeding women, people with small children,
obese people, people with reduced mobility and blood donors. Law 10.741/2003 (articles 3 and 15, as
of 13.466/2017) puts those of eighty and over before other elderly people, except in emergencies.
"""

from datetime import datetime
from enum import StrEnum


class ArrivalPriority(StrEnum):
    """Why somebody is called before others, the strongest reason first."""

    EMERGENCY = "EMERGENCY"
    """A life is in danger."""
    OVER_80 = "OVER_80"
    """Eighty or older, before the others with a priority by law (Lei 13.466/2017)."""
    LEGAL = "LEGAL"
    """Sixty or older, pregnant, with a disability or another reason in law (Lei 10.048/2000)."""
    NONE = "NONE"
    """In the order of arrival."""


_RANK = {priority: rank for rank, priority in enumerate(ArrivalPriority)}


def call_order(
    priority: ArrivalPriority, arrived_at: datetime, appointment_id: str
) -> tuple[int, datetime, str]:
    """What the waiting room is sorted by."""
    return _RANK[priority], arrived_at, appointment_id
