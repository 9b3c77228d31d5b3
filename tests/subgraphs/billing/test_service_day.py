"""The day of service is the clinic's, and the tables that are in force follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

MANAUS = {"id": "clinic-2", "cnes": "3000001", "timeZone": "America/Manaus"}
LAST_EVENING = "2026-12-01T03:30:00Z"  # 23:30 of 30 November in Manaus


async def test_half_past_eleven_at_night_in_manaus_is_billed_by_the_old_table(
    clinic: Clinic,
) -> None:
    await clinic.publish("PRIVATE", "2026-12-01", tuss_10101012="200.00")
    manaus = await clinic.draft(clinic.agenda.book(start=LAST_EVENING, clinic=MANAUS))
    sao_paulo = await clinic.draft(clinic.agenda.book(start=LAST_EVENING))
    assert (manaus["serviceDay"], manaus["gross"]["amount"]) == ("2026-11-30", "180.00")
    assert (sao_paulo["serviceDay"], sao_paulo["gross"]["amount"]) == ("2026-12-01", "200.00")


async def test_a_table_counts_from_its_first_day(clinic: Clinic) -> None:
    await clinic.publish("PRIVATE", "2026-12-01", tuss_10101012="200.00")
    before = await clinic.draft(clinic.agenda.book(start="2026-11-30T12:00:00Z"))
    on_the_day = await clinic.draft(clinic.agenda.book(start="2026-12-01T12:00:00Z"))
    assert [before["gross"]["amount"], on_the_day["gross"]["amount"]] == ["180.00", "200.00"]


async def test_before_the_first_table_there_is_no_price(clinic: Clinic) -> None:
    refusal = await clinic.draft(clinic.agenda.book(start="2025-12-31T12:00:00Z"))
    assert refusal["code"] == "PRICE_NOT_FOUND"


async def test_a_procedure_left_out_of_the_new_table_has_no_price(clinic: Clinic) -> None:
    await clinic.publish("PRIVATE", "2026-12-01", tuss_41001095="950.00")
    refusal = await clinic.draft(clinic.agenda.book(start="2026-12-02T12:00:00Z"))
    assert refusal["code"] == "PRICE_NOT_FOUND"


async def test_a_version_is_published_once(clinic: Clinic) -> None:
    prices = [{"tussCode": "10101012", "unitPrice": "1.00"}]
    again = await clinic.mutate(
        "publishPriceTable", payer="PRIVATE", validFrom="2026-01-01", prices=prices
    )
    assert again["code"] == "PRICE_TABLE_PUBLISHED"


async def test_what_cannot_be_a_price_table_is_refused(clinic: Clinic) -> None:
    good = {"tussCode": "10101012", "unitPrice": "1.00"}
    for payer, prices in (
        ("12", [good]),
        ("PRIVATE", []),
        ("PRIVATE", [{"tussCode": "101", "unitPrice": "1.00"}]),
        ("PRIVATE", [{"tussCode": "10101012", "unitPrice": "-1"}]),
        ("PRIVATE", [{"tussCode": "10101012", "unitPrice": "0.00001"}]),
    ):
        refusal = await clinic.mutate(
            "publishPriceTable", payer=payer, validFrom="2027-01-01", prices=prices
        )
        assert refusal["code"] == "INVALID_INPUT", (payer, prices)
