"""A patient's whole way through the clinic, as the people at the desks live it."""

from __future__ import annotations

from datetime import timedelta

from clinic import Clinic
from staff import Staff

from subgraphs.kit.clock import FixedClock


async def test_a_private_patient_from_registration_to_paid_invoice(
    clinic: Clinic, staff: Staff, clock: FixedClock
) -> None:
    service = await staff.register_service()
    practitioner = await staff.register_practitioner(service)
    clinic_id = await staff.register_clinic()
    await staff.open_agenda(practitioner, clinic_id, weekday=1)
    await staff.publish_prices()

    patient = await staff.register_patient(cpf="529.982.247-25", socialName="Malu Souza")
    assert patient["cpfMasked"] == "***.982.247-**"
    slots = await staff.free_slots(service, "2026-11-23")
    assert slots[0]["start"] == "2026-11-23T11:00:00Z"
    visit = await staff.book(slots[0], patient["id"])
    assert visit["status"] == "BOOKED"

    clock.advance(timedelta(minutes=25))
    visit = await staff.move(visit, "ARRIVED")
    visit = await staff.move(visit, "CHECKED_IN")
    clock.advance(timedelta(minutes=10))
    encounter = await staff.open_encounter(visit["id"])
    visit = await staff.move(visit, "IN_PROGRESS")
    note = await staff.write_note(encounter["id"], "Hipertensão essencial.", "I10")
    signed = await staff.sign(note)
    assert signed["status"] == "SIGNED"
    clock.advance(timedelta(minutes=20))
    visit = await staff.move(visit, "FULFILLED")

    draft = await staff.create_invoice(visit["id"])
    issued = await staff.issue(draft, patientConsents=True)
    assert (issued["status"], issued["gross"]["amount"]) == ("ISSUED", "180.00")
    desk = await staff.open_cash_desk(clinic_id, "50.00")
    half = await staff.take_payment(issued, "80.00", "CASH")
    assert (half["status"], half["patientOwes"]["amount"]) == ("PARTIALLY_PAID", "100.00")
    paid = await staff.take_payment(half, "100.00", "PIX")
    assert (paid["status"], paid["patientOwes"]["amount"]) == ("BALANCED", "0.00")
    closed = await staff.close_cash_desk(desk, "130.00")
    assert closed["closedAt"]
    assert closed["difference"]["amount"] == "0.00"

    trail = await clinic.get(
        "query Trail($id: ID!) { invoice(id: $id) { appointment { id patient { displayName"
        " record(first: 5) { edges { node { id sha256 } } } } } } }",
        id=paid["id"],
    )
    seen = trail["invoice"]["appointment"]
    assert seen["id"] == visit["id"]
    assert seen["patient"]["displayName"] == "Malu Souza"
    assert seen["patient"]["record"]["edges"][0]["node"] == {
        "id": signed["id"],
        "sha256": signed["sha256"],
    }
