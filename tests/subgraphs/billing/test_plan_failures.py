"""The plan fails in every way it can: the answer is unknown, never zero and never a no.

The plan is a real server on a real socket, so that the failures are real ones.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from subgraphs.health_plan.card import Card

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

FULL = Card("000101", "03", 90_000_000)

SILENCES = [
    "TIMEOUT_BEFORE_ACCEPT",
    "TIMEOUT_AFTER_ACCEPT",
    "SERVER_ERROR",
    "TOO_MANY_REQUESTS",
    "CONNECTION_RESET",
    "SLOW_DRIP",
    "MALFORMED_JSON",
]

ESTIMATE = """
query($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Appointment {
      estimate {
        status provisional authorizationRequired
        gross { amount } planPays { amount } patientPays { amount } dueFromPatient { amount }
      }
    }
  }
}
"""

ELIGIBILITY = """
query($representations: [_Any!]!, $coverage: ID!) {
  _entities(representations: $representations) {
    ... on Patient { eligibility(coverageId: $coverage) { status reasonCode } }
  }
}
"""


async def insured_visit(clinic: Clinic, **facts: Any) -> str:
    return clinic.agenda.book(coverage_id=await clinic.register_card(FULL), **facts)


async def estimate(clinic: Clinic, visit: str) -> dict[str, Any]:
    facts = clinic.agenda.visits[visit]
    names = ("id", "start", "kind", "coverageId", "returnOf", "service", "clinic")
    representation = {"__typename": "Appointment", **{name: facts[name] for name in names}}
    data = await clinic.ask(ESTIMATE, representations=[representation])
    found: dict[str, Any] = data["_entities"][0]["estimate"]
    return found


async def eligibility(clinic: Clinic, coverage_id: str) -> dict[str, Any]:
    representation = {
        "__typename": "Patient",
        "id": "patient-1",
        "cpfRaw": None,
        "birthDate": "1980-05-01",
    }
    data = await clinic.ask(ELIGIBILITY, representations=[representation], coverage=coverage_id)
    found: dict[str, Any] = data["_entities"][0]["eligibility"]
    return found


@pytest.mark.parametrize("mode", SILENCES)
async def test_silence_is_unknown_and_a_later_try_completes(clinic: Clinic, mode: str) -> None:
    visit = await insured_visit(clinic)
    await clinic.break_plan(mode)

    draft = await clinic.draft(visit)
    assert (draft["status"], draft["gross"]["amount"]) == ("DRAFT", "98.50")
    [line] = draft["lines"]
    assert line["shareStatus"] == "UNKNOWN_PLAN_UNAVAILABLE"
    unknown = ("planPays", "patientPays", "deductible", "coinsurance", "copay")
    assert [line[name] for name in unknown] == [None] * 5
    assert line["authorizationRequired"] is None
    assert [draft[name] for name in ("planPays", "patientPays", "patientOwes")] == [None] * 3

    key = str(uuid4())
    refusal = await clinic.issue(draft, idempotencyKey=key)
    assert refusal["code"] == "PLAN_UNAVAILABLE"

    await clinic.heal_plan()
    issued = await clinic.issue(draft, idempotencyKey=key)
    again = await clinic.issue(draft, idempotencyKey=key)
    assert (issued["status"], issued["number"]) == ("ISSUED", "2077485-000001")
    assert [issued["planPays"]["amount"], issued["patientPays"]["amount"]] == ["98.50", "0.00"]
    assert again == issued


@pytest.mark.parametrize("mode", SILENCES)
async def test_estimate_and_eligibility_without_the_plan_are_unknown(
    clinic: Clinic, mode: str
) -> None:
    visit = await insured_visit(clinic)
    coverage_id = clinic.agenda.visits[visit]["coverageId"]
    await clinic.break_plan(mode)
    unknown = {"status": "UNKNOWN_PLAN_UNAVAILABLE", "reasonCode": None}
    assert await eligibility(clinic, coverage_id) == unknown
    assert await estimate(clinic, visit) == {
        "status": "UNKNOWN_PLAN_UNAVAILABLE",
        "provisional": True,
        "authorizationRequired": None,
        "gross": {"amount": "98.50"},
        "planPays": None,
        "patientPays": None,
        "dueFromPatient": None,
    }
    await clinic.heal_plan()
    assert (await eligibility(clinic, coverage_id))["status"] == "ELIGIBLE"
    assert (await estimate(clinic, visit))["status"] == "COVERED"


async def test_a_denial_is_an_answer(clinic: Clinic) -> None:
    visit = await insured_visit(clinic)
    await clinic.break_plan("BUSINESS_DENIAL")
    coverage_id = clinic.agenda.visits[visit]["coverageId"]
    assert await eligibility(clinic, coverage_id) == {"status": "INELIGIBLE", "reasonCode": "1016"}
    found = await estimate(clinic, visit)
    assert (found["status"], found["patientPays"]["amount"]) == ("NOT_COVERED", "180.00")


@pytest.mark.parametrize("mode", ["SERVER_ERROR", "CONNECTION_RESET", "TOO_MANY_REQUESTS"])
async def test_a_short_failure_is_not_noticed(clinic: Clinic, mode: str) -> None:
    visit = await insured_visit(clinic)
    await clinic.break_plan(mode, times=1, retryAfterSeconds=0)
    assert (await clinic.draft(visit))["lines"][0]["shareStatus"] == "COVERED"


async def test_the_wait_for_a_silent_plan_is_bounded_for_any_number_of_questions(
    clinic: Clinic,
) -> None:
    visit = await insured_visit(clinic)
    await clinic.break_plan("TIMEOUT_BEFORE_ACCEPT", delaySeconds=2)
    started = time.monotonic()
    found = await asyncio.gather(*(estimate(clinic, visit) for _ in range(30)))
    assert {one["status"] for one in found} == {"UNKNOWN_PLAN_UNAVAILABLE"}
    assert time.monotonic() - started < 3  # the budget is one second


async def test_after_failures_in_a_row_the_plan_is_left_alone_for_a_while(clinic: Clinic) -> None:
    visit = await insured_visit(clinic)
    await clinic.break_plan("TIMEOUT_BEFORE_ACCEPT")
    for _ in range(2):
        await estimate(clinic, visit)
    took = []
    for _ in range(5):
        started = time.monotonic()
        found = await estimate(clinic, visit)
        took.append(time.monotonic() - started)
        assert found["status"] == "UNKNOWN_PLAN_UNAVAILABLE"
    assert min(took) < 0.2  # less than one call's wait: it was not asked


async def test_one_insurers_failure_does_not_silence_another(clinic: Clinic) -> None:
    other = Card("000202", "03", 90_000_000)
    await clinic.publish("000202", "2026-01-01", tuss_10101012="101.00")
    visit = clinic.agenda.book(coverage_id=await clinic.register_card(other))
    ours = await insured_visit(clinic)
    await clinic.break_plan("SERVER_ERROR", cardNumber=FULL.number)
    for _ in range(5):
        assert (await estimate(clinic, ours))["provisional"] is True
    assert (await estimate(clinic, visit))["status"] == "COVERED"


async def test_a_private_visit_needs_no_plan(clinic: Clinic) -> None:
    await clinic.break_plan("SERVER_ERROR")
    found = await estimate(clinic, clinic.agenda.book())
    assert (found["status"], found["patientPays"]["amount"]) == ("PRIVATE", "180.00")


async def test_an_estimate_says_when_there_is_no_price_or_no_card(clinic: Clinic) -> None:
    unpriced = clinic.agenda.book(service={"id": "s", "tussCode": "40304361"})
    assert (await estimate(clinic, unpriced))["status"] == "PRICE_NOT_FOUND"
    unknown = clinic.agenda.book(coverage_id="nobody's")
    found = await estimate(clinic, unknown)
    assert (found["status"], found["gross"]) == ("COVERAGE_NOT_FOUND", None)


async def test_a_card_of_another_patient_has_no_eligibility(clinic: Clinic) -> None:
    coverage_id = await clinic.register_card(FULL, patient_id="patient-2")
    assert await eligibility(clinic, coverage_id) is None


async def test_eligibility_waits_for_a_complete_registration(clinic: Clinic) -> None:
    coverage_id = await clinic.register_card(FULL)
    of = {"__typename": "Patient", "id": "patient-1", "cpfRaw": None, "birthDate": None}
    answer = await clinic.answer(ELIGIBILITY, representations=[of], coverage=coverage_id)
    assert answer["data"] == {"_entities": [{"eligibility": None}]}
    assert "Complete o cadastro" in answer["errors"][0]["message"]


async def test_neither_card_nor_cpf_is_written_anywhere(
    clinic: Clinic, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    cpf = "52998224725"
    visit = await insured_visit(clinic)
    coverage_id = clinic.agenda.visits[visit]["coverageId"]
    caplog.set_level("DEBUG")
    answers = []
    for mode in SILENCES:
        await clinic.break_plan(mode)
        representation = {
            "__typename": "Patient",
            "id": "patient-1",
            "cpfRaw": cpf,
            "birthDate": "1980-05-01",
        }
        answers.append(
            await clinic.answer(ELIGIBILITY, representations=[representation], coverage=coverage_id)
        )
        answers.append(await estimate(clinic, visit))
    written = capsys.readouterr()
    everything = f"{written.out}{written.err}{answers}" + "".join(
        record.getMessage() for record in caplog.records if record.name != "httpcore.http11"
    )
    assert "plan unavailable" in everything
    assert cpf not in everything
    assert FULL.number not in everything


async def test_a_card_is_shown_by_its_last_four_digits(clinic: Clinic) -> None:
    coverage_id = await clinic.register_card(FULL)
    query = "query($id: ID!) { coverage(id: $id) { cardNumberMasked } }"
    shown = (await clinic.ask(query, id=coverage_id))["coverage"]["cardNumberMasked"]
    assert shown == "•" * 13 + FULL.number[-4:]
