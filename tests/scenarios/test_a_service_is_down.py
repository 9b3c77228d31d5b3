"""One service stopped: the chart still answers, its branch is null, and it comes back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from clinic import SUPERGRAPH, Clinic
from staff import Staff, a_finished_visit

from router.planner import Planner
from subgraphs.kit.clock import FixedClock

OPERATIONS = SUPERGRAPH.parent / "operations"
CHART = (OPERATIONS / "patient-chart.graphql").read_text(encoding="utf-8")
BRANCHES = {"appointments": "appointments", "records": "record", "billing": "invoices"}


def read(name: str) -> str:
    return Path(OPERATIONS / name).read_text(encoding="utf-8")


async def test_the_chart_takes_one_fetch_per_service() -> None:
    plan = str(Planner(SUPERGRAPH.read_text(encoding="utf-8")).plan(CHART))

    assert plan.count("Fetch(") == 4
    services = (*BRANCHES, "patients")
    assert all(f'Fetch(service: "{service}")' in plan for service in services)


@pytest.mark.parametrize(("service", "branch"), BRANCHES.items())
async def test_the_chart_without_one_service(
    clinic: Clinic, staff: Staff, clock: FixedClock, service: str, branch: str
) -> None:
    visit = await a_finished_visit(staff, lambda n: clock.advance(timedelta(minutes=n)))
    whole = await clinic.get(CHART, id=visit.patient_id)
    assert all(whole["patient"][name]["edges"] for name in BRANCHES.values())

    await clinic.stop(service)
    partial = await clinic.ask(CHART, id=visit.patient_id)

    assert partial["data"]["patient"] == {**whole["patient"], branch: None}
    (error,) = partial["errors"]
    assert error["path"] == ["patient", branch]
    assert error["extensions"]["service"] == service

    await clinic.start(service)
    assert await clinic.get(CHART, id=visit.patient_id) == whole


async def test_the_chart_without_the_patients_service(
    clinic: Clinic, staff: Staff, clock: FixedClock
) -> None:
    visit = await a_finished_visit(staff, lambda n: clock.advance(timedelta(minutes=n)))
    whole = await clinic.get(CHART, id=visit.patient_id)

    await clinic.stop("patients")
    nothing = await clinic.ask(CHART, id=visit.patient_id)
    assert nothing["data"] == {"patient": None}
    assert [error["path"] for error in nothing["errors"]] == [["patient"]]

    trail = await clinic.ask(read("invoice-trail.graphql"), id=visit.invoice_id)
    assert trail["data"]["invoice"]["appointment"]["patient"]["displayName"] == "Maria Souza", (
        "the agenda's own copy of the name serves while patients is away"
    )
    assert "errors" not in trail

    await clinic.start("patients")
    assert await clinic.get(CHART, id=visit.patient_id) == whole


async def test_a_booking_tells_an_unknown_patient_from_an_unreachable_service(
    clinic: Clinic, staff: Staff
) -> None:
    service = await staff.register_service()
    practitioner = await staff.register_practitioner(service)
    clinic_id = await staff.register_clinic()
    await staff.open_agenda(practitioner, clinic_id, weekday=1)
    (slot, *_) = await staff.free_slots(service, "2026-11-23")

    unknown = await staff.book(slot, "0193a7c0-0000-7000-8000-000000000000")
    assert unknown["__typename"] == "PatientNotBookable"

    await clinic.stop("patients")
    unreachable = await staff.book(slot, "0193a7c0-0000-7000-8000-000000000000")
    assert unreachable["__typename"] == "PatientServiceUnavailable"


async def test_the_invoice_leads_back_to_the_record(
    clinic: Clinic, staff: Staff, clock: FixedClock
) -> None:
    visit = await a_finished_visit(staff, lambda n: clock.advance(timedelta(minutes=n)))

    trail = await clinic.get(read("invoice-trail.graphql"), id=visit.invoice_id)

    appointment = trail["invoice"]["appointment"]
    (edge,) = appointment["patient"]["record"]["edges"]
    assert edge["node"]["id"] == visit.document_id
