"""What is made up keeps the rules of the domains, and looks like life."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import phonenumbers
import pytest
from stdnum.br import cnpj, cpf

from subgraphs.appointments.domain.registrations import parse_cbo, parse_cnes, parse_zone
from subgraphs.appointments.domain.visit_kind import (
    ReturnVisit,
    SourceVisit,
    VisitKind,
    return_refusal,
)
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.domain.payment import Payer
from subgraphs.billing.domain.share import ShareStatus
from subgraphs.health_plan.card import read_card
from subgraphs.patients.domain.patient import PatientStatus, validated
from subgraphs.seed.generate.bills import Bills, Invoice
from subgraphs.seed.generate.care import Encounter, encounters_of
from subgraphs.seed.generate.coverages import Coverage, coverages_of
from subgraphs.seed.generate.network import Network, build_network
from subgraphs.seed.generate.people import PeopleGenerator, Person
from subgraphs.seed.generate.visits import Visit, VisitGenerator
from subgraphs.seed.plan import SIZES, SeedPlan, Size

PLAN = SeedPlan(SIZES["tiny"], date(2026, 11, 24))


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return PeopleGenerator(PLAN).people()


@pytest.fixture(scope="module")
def network() -> Network:
    return build_network(PLAN)


@pytest.fixture(scope="module")
def visits(network: Network, people: list[Person]) -> list[Visit]:
    return VisitGenerator(PLAN, network, people).visits()


@pytest.fixture(scope="module")
def coverages(people: list[Person]) -> dict[str, Coverage]:
    return coverages_of(PLAN, people)


@pytest.fixture(scope="module")
def encounters(visits: list[Visit]) -> list[Encounter]:
    return list(encounters_of(PLAN, visits))


@pytest.fixture(scope="module")
def invoices(visits: list[Visit], coverages: dict[str, Coverage]) -> list[Invoice]:
    bills = Bills(PLAN, visits[0].span.starts_at.date())
    return list(bills.invoices(visits, coverages))


def test_the_sizes_are_kept(people: list[Person], network: Network, visits: list[Visit]) -> None:
    assert (len(network.clinics), len(network.practitioners)) == (2, 10)
    assert (len(people), len(visits)) == (500, 3000)


def test_a_patient_passes_the_rules_of_registration(people: list[Person]) -> None:
    for person in people:
        assert validated(person.demographics, PLAN.reference_date) == person.demographics
        assert person.registered_at < PLAN.now
        assert phonenumbers.is_valid_number(phonenumbers.parse(person.demographics.phone or ""))


def test_cpfs_are_valid_and_each_is_somebodys_alone() -> None:
    plan = SeedPlan(Size(1, 1, 20_000, 0), PLAN.reference_date)
    made = [person.demographics.cpf for person in PeopleGenerator(plan).people()]
    cpfs = [number for number in made if number]
    assert all(cpf.is_valid(number) and len(set(number)) > 1 for number in cpfs)
    assert len(set(cpfs)) == len(cpfs)
    assert 0.03 < made.count(None) / len(made) < 0.07


def test_near_duplicates_resemble_somebody_and_are_known(people: list[Person]) -> None:
    by_id = {person.id: person for person in people}
    duplicates = [person for person in people if person.duplicate_of]
    assert duplicates
    for duplicate in duplicates:
        original = by_id[duplicate.duplicate_of or ""]
        assert original.duplicate_of is None
        assert duplicate.demographics.mother_name == original.demographics.mother_name
        assert duplicate.demographics != original.demographics
        assert (duplicate.status is PatientStatus.MERGED) == (duplicate.merged_into is not None)


def test_minors_have_somebody_who_answers_for_them(people: list[Person]) -> None:
    for person in people:
        born = person.demographics.birth_date
        assert born is not None
        age = (PLAN.reference_date - born).days / 365.25
        if age < 17 and not person.duplicate_of:
            assert any(contact.responsible for contact in person.demographics.contacts)


def test_the_network_has_registrations_that_exist(network: Network) -> None:
    for clinic in network.clinics:
        assert cnpj.is_valid(clinic.cnpj)
        assert parse_cnes(clinic.cnes)
        assert parse_zone(clinic.city.time_zone)
    councils = {practitioner.council for practitioner in network.practitioners}
    assert len(councils) == len(network.practitioners)
    assert all(parse_cbo(practitioner.specialty.cbo) for practitioner in network.practitioners)


def test_nobody_is_at_two_places_at_once(visits: list[Visit]) -> None:
    for owner in (lambda v: v.practitioner.id, lambda v: v.person.id):
        spans: dict[str, list[Visit]] = {}
        for visit in visits:
            spans.setdefault(owner(visit), []).append(visit)
        for own in spans.values():
            for earlier, later in pairwise(sorted(own, key=lambda v: v.span)):
                assert earlier.span.ends_at <= later.span.starts_at


def test_visits_are_in_opening_hours_of_the_clinic(visits: list[Visit]) -> None:
    for visit in visits:
        local = visit.span.starts_at.astimezone(visit.practitioner.clinic.zone)
        assert local.isoweekday() in visit.practitioner.weekdays
        assert 8 <= local.hour < 17
        assert local.hour != 12


def test_visits_stand_as_their_time_allows(visits: list[Visit]) -> None:
    for visit in visits:
        assert visit.booked_at < visit.span.starts_at
        assert visit.booked_at <= PLAN.now
        status = visit.status.value
        if visit.span.ends_at <= PLAN.now:
            assert status in {"FULFILLED", "CANCELLED", "NO_SHOW"}
        elif visit.span.starts_at <= PLAN.now:
            assert status == "IN_PROGRESS"
        else:
            assert status in {"BOOKED", "CANCELLED", "ARRIVED", "CHECKED_IN"}
        if visit.cancelled_at:
            assert visit.booked_at <= visit.cancelled_at <= min(visit.span.starts_at, PLAN.now)


def test_a_return_is_one_that_appointments_would_accept(visits: list[Visit]) -> None:
    returns = [visit for visit in visits if visit.kind is VisitKind.RETURN]
    assert len(returns) > 100
    for visit in returns:
        source = visit.return_of
        assert source is not None
        known = SourceVisit(
            source.person.id,
            source.practitioner.id,
            source.status,
            source.kind,
            source.span.starts_at,
        )
        wanted = ReturnVisit(
            visit.person.id,
            visit.practitioner.id,
            visit.span.starts_at,
            visit.practitioner.return_window_days,
        )
        assert return_refusal(known, wanted) is None


def test_a_specialty_sees_whom_it_is_for(visits: list[Visit]) -> None:
    for visit in visits:
        who = visit.person.demographics
        assert visit.practitioner.specialty.is_for(who.birth_date, who.sex, PLAN.reference_date)


def test_the_past_is_mixed_as_in_life(visits: list[Visit]) -> None:
    past = Counter(v.status.value for v in visits if v.span.ends_at <= PLAN.now)
    total = sum(past.values())
    assert 0.76 < past["FULFILLED"] / total < 0.84
    assert 0.08 < past["CANCELLED"] / total < 0.14
    assert 0.06 < past["NO_SHOW"] / total < 0.12


def test_every_visit_that_was_held_has_a_signed_note(
    visits: list[Visit], encounters: list[Encounter]
) -> None:
    by_visit = {encounter.visit.id: encounter for encounter in encounters}
    for visit in visits:
        encounter = by_visit.get(visit.id)
        if visit.status.value == "FULFILLED":
            assert encounter is not None
            assert encounter.closed_at is not None
            assert all(document.signed_at for document in encounter.documents)
            assert all(document.content.missing() is None for document in encounter.documents)
        elif visit.status.value == "IN_PROGRESS":
            assert encounter is not None
            assert encounter.closed_at is None
        else:
            assert encounter is None


def test_cards_are_ones_that_the_health_plan_reads(coverages: dict[str, Coverage]) -> None:
    numbers = [coverage.card.number for coverage in coverages.values()]
    assert len(set(numbers)) == len(numbers)
    assert all(read_card(coverage.card.number) == coverage.card for coverage in coverages.values())
    assert 0.6 < len(coverages) / 480 < 0.8


def test_bills_add_up(invoices: list[Invoice]) -> None:
    for invoice in invoices:
        share, account = invoice.share, invoice.account
        assert share.plan_pays + share.patient_pays == share.gross
        assert account.due_from_patient + account.due_from_plan == share.gross
        assert 0 <= account.patient_paid <= account.due_from_patient
        assert 0 <= account.plan_paid + account.written_off <= account.due_from_plan
        for payer, paid in ((Payer.PATIENT, account.patient_paid), (Payer.PLAN, account.plan_paid)):
            came = [payment.amount for payment in invoice.payments if payment.payer is payer]
            assert sum(came, Decimal(0)) == paid
        assert all(payment.received_at <= PLAN.now for payment in invoice.payments)


def test_a_return_costs_nothing_and_every_other_visit_something(invoices: list[Invoice]) -> None:
    for invoice in invoices:
        free = invoice.line.status is ShareStatus.FREE_RETURN
        assert free == (invoice.visit.kind is VisitKind.RETURN)
        assert free == (invoice.share.gross == 0)


def test_invoices_are_numbered_without_gap_in_each_clinic(invoices: list[Invoice]) -> None:
    series: dict[str, list[Invoice]] = {}
    for invoice in invoices:
        series.setdefault(invoice.visit.practitioner.clinic.cnes, []).append(invoice)
    assert len(series) == 2
    for own in series.values():
        assert [invoice.number for invoice in own] == list(range(1, len(own) + 1))


def test_there_are_paid_open_and_partly_paid_invoices(invoices: list[Invoice]) -> None:
    assert {invoice.status for invoice in invoices} == {
        InvoiceStatus.BALANCED,
        InvoiceStatus.ISSUED,
        InvoiceStatus.PARTIALLY_PAID,
    }
    by_status = Counter(invoice.line.status for invoice in invoices)
    assert by_status.keys() >= {
        ShareStatus.PRIVATE,
        ShareStatus.COVERED,
        ShareStatus.NOT_COVERED,
        ShareStatus.FREE_RETURN,
    }


def test_more_visits_than_fit_are_refused(network: Network, people: list[Person]) -> None:
    crowded = SeedPlan(Size(2, 10, 500, 10**6), PLAN.reference_date)
    with pytest.raises(ValueError, match="fit into"):
        VisitGenerator(crowded, network, people).visits()


def test_another_day_moves_everything(people: list[Person]) -> None:
    later = SeedPlan(PLAN.size, PLAN.reference_date + timedelta(days=1))
    moved = PeopleGenerator(later).people()
    assert [p.demographics.cpf for p in moved] == [p.demographics.cpf for p in people]
    assert moved[0].registered_at - people[0].registered_at == timedelta(days=1)
