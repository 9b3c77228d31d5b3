"""What documents request is planned, what was done is billed, and nothing of it twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

BLOOD_COUNT, CREATININE = "40304361", "40301630"

CHARGES = "id status tussCode quantity unitPrice"


async def plan(clinic: Clinic, visit: str) -> list[dict[str, Any]]:
    """The charges of the visit, after they were brought in line with its documents."""
    query = (
        "mutation($id: ID!, $key: Uuid!) { planCharges(appointmentId: $id, idempotencyKey: $key)"
        f" {{ __typename ... on UserError {{ code }} ... on Appointment"
        f" {{ chargeItems {{ {CHARGES} }} }} }} }}"
    )
    result = (await clinic.ask(query, id=visit, key=str(uuid4())))["planCharges"]
    assert result["__typename"] == "Appointment", result
    found: list[dict[str, Any]] = result["chargeItems"]
    return found


async def change(clinic: Clinic, name: str, charge: dict[str, Any], quantity: str = "") -> Any:
    argument = f', quantity: "{quantity}"' if quantity else ""
    query = (
        f"mutation($id: ID!, $key: Uuid!) {{ {name}(chargeItemId: $id{argument},"
        f" idempotencyKey: $key) {{ __typename ... on UserError {{ code }}"
        f" ... on ChargeItem {{ {CHARGES} }} }} }}"
    )
    return (await clinic.ask(query, id=charge["id"], key=str(uuid4())))[name]


async def priced(clinic: Clinic) -> None:
    await clinic.publish(
        "PRIVATE",
        "2026-06-01",
        tuss_10101012="180.00",
        tuss_40304361="20.0050",
        tuss_40301630="10.00",
    )


async def test_a_signed_request_is_planned_once_however_often_it_is_told(clinic: Clinic) -> None:
    visit = clinic.agenda.book()
    clinic.agenda.request_exams(visit, BLOOD_COUNT, CREATININE)
    first, again = await plan(clinic, visit), await plan(clinic, visit)
    assert first == again
    assert [(c["status"], c["tussCode"], c["unitPrice"]) for c in first] == [
        ("PLANNED", CREATININE, None),
        ("PLANNED", BLOOD_COUNT, None),
    ]


async def test_many_who_tell_at_once_plan_it_once(clinic: Clinic) -> None:
    visit = clinic.agenda.book()
    clinic.agenda.request_exams(visit, BLOOD_COUNT, CREATININE)
    await asyncio.gather(*(plan(clinic, visit) for _ in range(6)))
    assert len(await plan(clinic, visit)) == 2


async def test_a_document_that_is_not_signed_plans_nothing(clinic: Clinic) -> None:
    visit = clinic.agenda.book()
    clinic.agenda.request_exams(visit, BLOOD_COUNT, status="DRAFT")
    assert await plan(clinic, visit) == []
    assert await plan(clinic, clinic.agenda.book()) == []  # no encounter at all


async def test_what_was_done_is_on_the_invoice_and_what_was_only_requested_is_not(
    clinic: Clinic,
) -> None:
    await priced(clinic)
    visit = clinic.agenda.book()
    document = clinic.agenda.request_exams(visit, BLOOD_COUNT, CREATININE)
    creatinine, blood_count = await plan(clinic, visit)
    done = await change(clinic, "confirmCharge", blood_count, "1.5")
    assert (done["status"], done["quantity"]) == ("BILLABLE", "1.5000")

    draft = await clinic.draft(visit)
    assert [(line["tussCode"], line["gross"]["amount"]) for line in draft["lines"]] == [
        ("10101012", "180.00"),
        (BLOOD_COUNT, "30.01"),
    ]
    assert draft["gross"]["amount"] == "210.01"
    await clinic.issue(draft)
    statuses = Counter(charge["status"] for charge in await plan(clinic, visit))
    assert statuses == {"BILLED": 2, "PLANNED": 1}
    assert creatinine["status"] == "PLANNED"

    query = (
        "query($r: [_Any!]!) { _entities(representations: $r)"
        " { ... on ClinicalDocument { chargeItems { tussCode status } } } }"
    )
    reference = {"__typename": "ClinicalDocument", "id": document}
    found = (await clinic.ask(query, r=[reference]))["_entities"][0]["chargeItems"]
    assert {(c["tussCode"], c["status"]) for c in found} == {
        (BLOOD_COUNT, "BILLED"),
        (CREATININE, "PLANNED"),
    }


async def test_two_documents_may_request_the_same_procedure(clinic: Clinic) -> None:
    await priced(clinic)
    visit = clinic.agenda.book()
    for _ in range(2):
        clinic.agenda.request_exams(visit, CREATININE)
    for charge in await plan(clinic, visit):
        await change(clinic, "confirmCharge", charge, "1")
    draft = await clinic.draft(visit)
    assert [line["tussCode"] for line in draft["lines"]] == ["10101012", CREATININE, CREATININE]
    assert len({line["chargeItem"]["id"] for line in draft["lines"]}) == 3


async def test_a_request_that_was_replaced_is_given_up_unless_it_was_billed(
    clinic: Clinic,
) -> None:
    await priced(clinic)
    visit = clinic.agenda.book()
    clinic.agenda.request_exams(visit, BLOOD_COUNT, CREATININE)
    _, blood_count = await plan(clinic, visit)
    await change(clinic, "confirmCharge", blood_count, "1")
    await clinic.issue(await clinic.draft(visit))
    clinic.agenda.documents[visit][-1]["status"] = "AMENDED"
    statuses = {charge["tussCode"]: charge["status"] for charge in await plan(clinic, visit)}
    assert statuses == {BLOOD_COUNT: "BILLED", CREATININE: "ABORTED", "10101012": "BILLED"}


async def test_a_charge_given_up_meanwhile_stops_the_draft_from_being_issued(
    clinic: Clinic,
) -> None:
    await priced(clinic)
    visit = clinic.agenda.book()
    clinic.agenda.request_exams(visit, CREATININE)
    [charge] = await plan(clinic, visit)
    await change(clinic, "confirmCharge", charge, "1")
    draft = await clinic.draft(visit)
    assert (await change(clinic, "abortCharge", charge))["status"] == "ABORTED"
    assert (await clinic.issue(draft))["code"] == "INVOICE_STATE_CONFLICT"
    await clinic.cancel(draft)
    assert (await clinic.issue(await clinic.draft(visit)))["number"] == "2077485-000001"


async def test_a_charge_takes_only_its_own_edges(clinic: Clinic) -> None:
    await priced(clinic)
    visit = clinic.agenda.book()
    clinic.agenda.request_exams(visit, CREATININE)
    [charge] = await plan(clinic, visit)
    assert (await change(clinic, "confirmCharge", charge, "0"))["code"] == "INVALID_INPUT"
    await change(clinic, "confirmCharge", charge, "1")
    assert (await change(clinic, "confirmCharge", charge, "1"))["code"] == "CHARGE_STATE_CONFLICT"
    await clinic.issue(await clinic.draft(visit))
    assert (await change(clinic, "abortCharge", charge))["code"] == "CHARGE_STATE_CONFLICT"
    assert (await change(clinic, "abortCharge", {"id": "nothing"}))["code"] == "NOT_FOUND"


async def test_records_that_do_not_answer_are_not_records_without_requests(
    clinic: Clinic,
) -> None:
    visit = clinic.agenda.book()
    clinic.agenda.documents[visit] = [{"status": "SIGNED", "tussCodes": None}]
    query = (
        "mutation($id: ID!, $key: Uuid!) { planCharges(appointmentId: $id, idempotencyKey: $key)"
        " { ... on RecordsUnavailable { code retryAfterSeconds } } }"
    )
    result = await clinic.ask(query, id=visit, key=str(uuid4()))
    assert result["planCharges"] == {"code": "RECORDS_UNAVAILABLE", "retryAfterSeconds": 10}
