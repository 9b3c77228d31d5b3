"""A series of visits: the same wall time, every so many days (ten physiotherapy sessions, say)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.wall_clock import first_instant

LONGEST_SERIES = 30
LONGEST_PAUSE_DAYS = 90


def occurrences(first: datetime, count: int, every_days: int, zone: ZoneInfo) -> list[datetime]:
    """When the visits of a series begin: at the clock time of the first one, whatever the offset.

    Raises:
        ValueError: fewer than two visits, too many, or a pause that cannot be.
    """
    if not 2 <= count <= LONGEST_SERIES:
        raise ValueError(f"Uma série tem de 2 a {LONGEST_SERIES} consultas.")
    if not 1 <= every_days <= LONGEST_PAUSE_DAYS:
        raise ValueError(f"O intervalo vai de 1 a {LONGEST_PAUSE_DAYS} dias.")
    wall = first.astimezone(zone).replace(tzinfo=None)
    return [
        first_instant(wall + timedelta(days=every_days * number), zone) for number in range(count)
    ]
