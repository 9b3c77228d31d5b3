"""The day of service picks the version of the table, and the clinic's zone picks the day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from subgraphs.billing.domain.price_table import TableVersion, service_day, version_in_force

OLD = TableVersion("a", "000101", date(2026, 1, 1))
NEW = TableVersion("b", "000101", date(2026, 12, 1))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), OLD),
        (date(2026, 11, 30), OLD),
        (date(2026, 12, 1), NEW),
        (date(2030, 1, 1), NEW),
    ],
)
def test_a_version_holds_from_its_first_day_until_the_next_begins(
    day: date, expected: TableVersion | None
) -> None:
    assert version_in_force([NEW, OLD], day) == expected


def test_half_past_eleven_at_night_in_manaus_is_still_today() -> None:
    start = datetime(2026, 11, 30, 23, 30, tzinfo=ZoneInfo("America/Manaus"))
    assert start.astimezone(UTC).date() == date(2026, 12, 1)
    assert service_day(start.astimezone(UTC), "America/Manaus") == date(2026, 11, 30)


def test_the_old_price_counts_on_the_last_evening_of_the_old_table() -> None:
    start = datetime(2026, 12, 1, 3, 30, tzinfo=UTC)
    assert version_in_force([OLD, NEW], service_day(start, "America/Manaus")) == OLD
    assert version_in_force([OLD, NEW], service_day(start, "America/Sao_Paulo")) == NEW


def test_a_moment_without_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        service_day(datetime(2026, 1, 1), "America/Manaus")  # noqa: DTZ001 - the fault itself
