"""From a visit to a paid invoice, and what is refused on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from subgraphs.health_plan.card import Card

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

FULL = Card("000101", "03", 90_000_000)
COPAY = Card("000101", "01", 90_000_000)
DESK = Card("000101", "05", 90_000_000)


def amounts(invoice: dict[str, Any], *names: str) -> list[str | None]:
    return [invoice[name] and invoice[name]["amount"] for name in names]


async def test_a_private_visit_is_drafted_issued_and_paid_in_two_parts(clinic: Clinic) -> None:
    invoice = await clinic.draft(clinic.agenda.book())
    assert (invoice["status"], invoice["number"]) == ("DRAFT", None)
    assert invoice["lines"][0]["shareStatus"] == "PRIVATE"
    assert invoice["lines"][0]["priceTableVersion"] == "PRIVATE/2026-01-01"
    assert amounts(invoice, "gross", "planPays", "patientPays") == ["180.00", "0.00", "180.00"]

    invoice = await clinic.issue(invoice)
    assert (invoice["status"], invoice["number"]) == ("ISSUED", "2077485-000001")
    assert invoice["lines"][0]["chargeItem"]["status"] == "BILLED"

    await clinic.open_desk()
    invoice = await clinic.pay(invoice, "80.00", method="CASH", tendered="100.00")
    assert (invoice["status"], *amounts(invoice, "paid", "patientOwes")) == (
        "PARTIALLY_PAID",
        "80.00",
        "100.00",
    )
    assert invoice["payments"][0]["change"]["amount"] == "20.00"

    invoice = await clinic.pay(invoice, "100.00")
    assert (invoice["status"], *amounts(invoice, "patientOwes")) == ("BALANCED", "0.00")
    assert invoice["lines"][0]["chargeItem"]["status"] == "PAID"


async def test_a_covered_visit_is_billed_at_the_contract_price_never_the_private_one(
    clinic: Clinic,
) -> None:
    coverage_id = await clinic.register_card(FULL)
    invoice = await clinic.draft(clinic.agenda.book(coverage_id=coverage_id))
    assert amounts(invoice, "gross", "planPays", "patientPays") == ["98.50", "98.50", "0.00"]
    assert invoice["lines"][0]["shareStatus"] == "COVERED"
    invoice = await clinic.issue(invoice)
    assert (invoice["status"], *amounts(invoice, "patientOwes")) == ("ISSUED", "0.00")


async def test_a_copay_that_the_insurer_collects_is_not_asked_for_at_the_desk(
    clinic: Clinic,
) -> None:
    coverage_id = await clinic.register_card(COPAY)
    invoice = await clinic.draft(clinic.agenda.book(coverage_id=coverage_id))
    assert amounts(invoice, "planPays", "patientPays") == ["68.95", "29.55"]
    assert amounts(invoice, "dueFromPlan", "dueFromPatient") == ["98.50", "0.00"]


async def test_a_copay_at_the_desk_is(clinic: Clinic) -> None:
    coverage_id = await clinic.register_card(DESK)
    invoice = await clinic.draft(clinic.agenda.book(coverage_id=coverage_id))
    assert amounts(invoice, "dueFromPlan", "dueFromPatient") == ["73.50", "25.00"]
    invoice = await clinic.pay(await clinic.issue(invoice), "25.00", method="DEBIT_CARD")
    assert (invoice["status"], *amounts(invoice, "patientOwes")) == ("PARTIALLY_PAID", "0.00")


async def test_a_valid_return_costs_nothing_and_is_settled_when_issued(clinic: Clinic) -> None:
    visit = clinic.agenda.book(kind="RETURN", returnOf={"id": "earlier"})
    invoice = await clinic.draft(visit)
    assert amounts(invoice, "gross", "patientPays") == ["0.00", "0.00"]
    assert (await clinic.issue(invoice))["status"] == "BALANCED"


async def test_a_return_of_nothing_is_an_ordinary_visit(clinic: Clinic) -> None:
    invoice = await clinic.draft(clinic.agenda.book(kind="RETURN"))
    assert amounts(invoice, "gross") == ["180.00"]


async def test_what_the_plan_does_not_cover_needs_the_patients_consent(clinic: Clinic) -> None:
    coverage_id = await clinic.register_card(COPAY)  # a product without high complexity
    tomography = {"id": "s", "tussCode": "41001095"}
    invoice = await clinic.draft(clinic.agenda.book(coverage_id=coverage_id, service=tomography))
    assert amounts(invoice, "gross", "patientPays") == ["900.00", "900.00"]
    assert (await clinic.issue(invoice))["code"] == "CONSENT_REQUIRED"
    issued = await clinic.issue(invoice, patientConsents=True)
    assert (issued["status"], issued["consentedAt"]) == ("ISSUED", "2026-11-24T15:00:00Z")
    private = await clinic.issue(await clinic.draft(clinic.agenda.book()), patientConsents=True)
    assert private["consentedAt"] is None, "there was nothing to consent to"


@pytest.mark.parametrize("status", ["CANCELLED", "NO_SHOW", "ENTERED_IN_ERROR", "PENDING"])
async def test_a_visit_that_does_not_take_place_is_not_billed(clinic: Clinic, status: str) -> None:
    refusal = await clinic.draft(clinic.agenda.book(status=status))
    assert refusal["code"] == "APPOINTMENT_NOT_BILLABLE"


async def test_not_found_and_not_reachable_are_different_answers(clinic: Clinic) -> None:
    visit = clinic.agenda.book()
    assert (await clinic.draft(str(uuid4())))["code"] == "APPOINTMENT_NOT_FOUND"
    clinic.agenda.is_down = True
    refusal = await clinic.draft(visit)
    assert (refusal["code"], refusal["retryAfterSeconds"]) == ("APPOINTMENTS_UNAVAILABLE", 10)
    clinic.agenda.is_down, clinic.agenda.answers_nonsense = False, True
    assert (await clinic.draft(visit))["code"] == "APPOINTMENTS_UNAVAILABLE"
    clinic.agenda.answers_nonsense = False
    assert (await clinic.draft(visit))["status"] == "DRAFT"


async def test_a_repeated_request_needs_nobody_and_answers_alike(clinic: Clinic) -> None:
    visit, key = clinic.agenda.book(), str(uuid4())
    first = await clinic.draft(visit, key)
    clinic.agenda.is_down = True
    assert await clinic.draft(visit, key) == first
    assert (await clinic.draft(clinic.agenda.book(), key))["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_a_visit_has_one_live_invoice(clinic: Clinic) -> None:
    visit = clinic.agenda.book()
    first = await clinic.draft(visit)
    refusal = await clinic.draft(visit)
    assert (refusal["code"], refusal["invoice"]) == ("ALREADY_INVOICED", {"id": first["id"]})
    await clinic.cancel(first)
    assert (await clinic.draft(visit))["status"] == "DRAFT"


async def test_a_cancelled_invoice_keeps_its_number_and_the_next_has_the_next(
    clinic: Clinic,
) -> None:
    visit = clinic.agenda.book()
    first = await clinic.cancel(await clinic.issue(await clinic.draft(visit)))
    assert (first["status"], first["number"]) == ("CANCELLED", "2077485-000001")
    assert first["lines"][0]["chargeItem"]["status"] == "BILLABLE"
    second = await clinic.issue(await clinic.draft(visit))
    assert second["number"] == "2077485-000002"
    assert first["lines"][0]["chargeItem"]["id"] == second["lines"][0]["chargeItem"]["id"]


async def test_each_clinic_counts_its_own_invoices(clinic: Clinic) -> None:
    other = {"id": "clinic-2", "cnes": "3000001", "timeZone": "America/Manaus"}
    first = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    second = await clinic.issue(await clinic.draft(clinic.agenda.book(clinic=other)))
    assert [first["number"], second["number"]] == ["2077485-000001", "3000001-000001"]


async def test_a_paid_invoice_cannot_be_called_off(clinic: Clinic) -> None:
    invoice = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    paid = await clinic.pay(invoice, "10.00")
    assert (await clinic.cancel(paid))["code"] == "INVOICE_STATE_CONFLICT"


async def test_calling_off_needs_a_reason(clinic: Clinic) -> None:
    invoice = await clinic.draft(clinic.agenda.book())
    assert (await clinic.cancel(invoice, " "))["code"] == "INVALID_INPUT"


async def test_a_balanced_invoice_can_only_be_struck_out(clinic: Clinic) -> None:
    visit = clinic.agenda.book(kind="RETURN", returnOf={"id": "earlier"})
    invoice = await clinic.issue(await clinic.draft(visit))
    assert (await clinic.cancel(invoice))["code"] == "INVOICE_STATE_CONFLICT"
    struck = await clinic.mutate(
        "markInvoiceEnteredInError",
        invoiceId=invoice["id"],
        expectedVersion=invoice["version"],
        reason="paciente trocado",
    )
    assert struck["status"] == "ENTERED_IN_ERROR"


@pytest.mark.parametrize(
    ("amount", "more", "code"),
    [
        ("180.01", {}, "OVERPAYMENT"),
        ("0.00", {}, "INVALID_PAYMENT"),
        ("-5.00", {}, "INVALID_PAYMENT"),
        ("10.001", {}, "INVALID_PAYMENT"),
        ("50.00", {"method": "CASH", "tendered": "20.00"}, "INVALID_PAYMENT"),
        ("50.00", {"method": "PIX", "tendered": "60.00"}, "INVALID_PAYMENT"),
    ],
)
async def test_what_is_no_payment_is_refused(
    clinic: Clinic, amount: str, more: dict[str, str], code: str
) -> None:
    invoice = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    assert (await clinic.pay(invoice, amount, **more))["code"] == code
    assert (await clinic.pay(invoice, "180.00"))["status"] == "BALANCED"


async def test_a_draft_takes_no_payment(clinic: Clinic) -> None:
    invoice = await clinic.draft(clinic.agenda.book())
    assert (await clinic.pay(invoice, "10.00"))["code"] == "INVALID_PAYMENT"


async def test_who_saw_an_old_version_changes_nothing(clinic: Clinic) -> None:
    draft = await clinic.draft(clinic.agenda.book())
    issued = await clinic.issue(draft)
    assert (await clinic.issue(draft))["code"] == "STALE_VERSION"
    assert (await clinic.cancel(draft))["code"] == "STALE_VERSION"
    paid = await clinic.pay(issued, "1.00")
    assert (await clinic.pay(issued, "1.00"))["code"] == "STALE_VERSION"
    assert paid["version"] == issued["version"] + 1


async def test_an_unknown_invoice_is_not_found(clinic: Clinic) -> None:
    nothing = {"id": str(uuid4()), "version": 1}
    for refusal in (
        await clinic.issue(nothing),
        await clinic.pay(nothing, "1.00"),
        await clinic.cancel(nothing),
    ):
        assert refusal["code"] == "NOT_FOUND"


async def test_a_procedure_without_a_price_is_said_so(clinic: Clinic) -> None:
    unpriced = {"id": "s", "tussCode": "40304361"}
    refusal = await clinic.draft(clinic.agenda.book(service=unpriced))
    assert (refusal["code"], "40304361" in refusal["message"]) == ("PRICE_NOT_FOUND", True)


async def test_somebody_elses_card_is_not_used(clinic: Clinic) -> None:
    coverage_id = await clinic.register_card(FULL, patient_id="patient-2")
    refusal = await clinic.draft(clinic.agenda.book(coverage_id=coverage_id))
    assert refusal["code"] == "COVERAGE_NOT_FOUND"
