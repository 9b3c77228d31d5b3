"""Price tables, and the invoices of visits that were held, as billing itself calculates them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.visit_kind import VisitKind
from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.domain.invoice import Account, InvoiceStatus
from subgraphs.billing.domain.payment import Payer, PaymentMethod
from subgraphs.billing.domain.price_table import PRIVATE, Price, TableVersion, version_in_force
from subgraphs.billing.domain.quote import Item, QuotedLine, quote
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.domain.share import CopayCollector, Share, Terms
from subgraphs.health_plan.card import INSURERS
from subgraphs.health_plan.coverage import coverage_of
from subgraphs.health_plan.procedure import find_procedure
from subgraphs.health_plan.settings import HealthPlanSettings
from subgraphs.seed.draw import chance, pick, seeded_id
from subgraphs.seed.generate.coverages import Coverage
from subgraphs.seed.generate.visits import Visit
from subgraphs.seed.plan import SeedPlan

PROCEDURES = (
    *("10101012", "50000470", "50000560", "40101010", "40304361", "40301630", "40302040"),
    *("40311210", "40316521", "40301583", "40901122", "40808041", "41001095"),
)
PRIVATE_MARKUP = Decimal("1.80")
PLAN_PAYS_AFTER = timedelta(days=20)
_YEARLY_RISE = Decimal("1.05")
_DENIED = 0.04
_METHODS = (
    (PaymentMethod.PIX, 45),
    (PaymentMethod.CREDIT_CARD, 25),
    (PaymentMethod.DEBIT_CARD, 18),
    (PaymentMethod.CASH, 12),
)
_AT_THE_DESK = (("whole", 93), ("half", 3), ("nothing", 4))


@dataclass(frozen=True, slots=True)
class PriceTable:
    """A version of a payer's table with its prices."""

    version: TableVersion
    published_at: datetime
    prices: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in."""

    id: str
    payer: Payer
    method: PaymentMethod
    amount: Decimal
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Invoice:
    """A visit's invoice with its only line, the visit."""

    id: str
    line_id: str
    charge_id: str
    visit: Visit
    coverage: Coverage | None
    number: int
    service_day: date
    line: QuotedLine
    account: Account
    payments: tuple[Payment, ...]
    issued_at: datetime

    @property
    def share(self) -> Share:
        """Who pays how much of it."""
        assert self.line.share is not None, "the plan always answered"
        return self.line.share

    @property
    def status(self) -> InvoiceStatus:
        """What its sums amount to."""
        return self.account.status

    @property
    def charge_status(self) -> ChargeStatus:
        """Where its charge stands."""
        balanced = self.status is InvoiceStatus.BALANCED
        return ChargeStatus.PAID if balanced else ChargeStatus.BILLED


class Bills:
    """The price tables of a plan, and the invoices of its visits."""

    def __init__(self, plan: SeedPlan, first_day: date) -> None:
        self._plan = plan
        self._random = chance(plan.seed, "bills")
        self.tables = tuple(_tables(plan, first_day))
        self._versions: dict[str, list[TableVersion]] = {}
        for table in self.tables:
            self._versions.setdefault(table.version.payer, []).append(table.version)
        self._prices = {table.version.id: table.prices for table in self.tables}
        self._numbers: dict[str, int] = {}

    def invoices(self, visits: list[Visit], coverages: dict[str, Coverage]) -> Iterator[Invoice]:
        """An invoice for each visit that was held, numbered by clinic in order of issue."""
        for visit in sorted(visits, key=lambda visit: (visit.span.ends_at, visit.id)):
            if visit.status is AppointmentStatus.FULFILLED:
                yield self._invoice(visit, coverages.get(visit.person.id))

    @property
    def last_numbers(self) -> dict[str, int]:
        """The last number given in each series, after ``invoices`` was exhausted."""
        return dict(self._numbers)

    def _invoice(self, visit: Visit, coverage: Coverage | None) -> Invoice:
        seed, clinic = self._plan.seed, visit.practitioner.clinic
        day = visit.span.starts_at.astimezone(clinic.zone).date()
        self._numbers[clinic.cnes] = self._numbers.get(clinic.cnes, 0) + 1
        issued_at = visit.span.ends_at + timedelta(minutes=self._random.randrange(1, 10))
        line = self._quoted(visit, coverage, day)
        account, payments = self._paid(visit, line, issued_at)
        return Invoice(
            id=seeded_id(seed, "invoice", visit.number, issued_at),
            line_id=seeded_id(seed, "line", visit.number, issued_at),
            charge_id=seeded_id(seed, "charge", visit.number, visit.span.ends_at),
            visit=visit,
            coverage=coverage,
            number=self._numbers[clinic.cnes],
            service_day=day,
            line=line,
            account=account,
            payments=payments,
            issued_at=issued_at,
        )

    def _quoted(self, visit: Visit, coverage: Coverage | None, day: date) -> QuotedLine:
        code = visit.offer.tuss_code
        payer = coverage.card.ans_registry if coverage else PRIVATE
        item = Item(
            tuss_code=code,
            quantity=Decimal(1),
            contract=self._price(payer, code, day) if coverage else None,
            private=self._price(PRIVATE, code, day),
            is_free_return=visit.kind is VisitKind.RETURN,
        )
        terms = {code: _terms(coverage.card.number, code, day)} if coverage else {}
        [line] = quote([item], payer=payer, terms=terms)
        return line

    def _price(self, payer: str, tuss_code: str, day: date) -> Price:
        version = version_in_force(self._versions[payer], day)
        assert version is not None, "tables begin before the first visit"
        return Price(self._prices[version.id][tuss_code], version.label)

    def _paid(
        self, visit: Visit, line: QuotedLine, issued_at: datetime
    ) -> tuple[Account, tuple[Payment, ...]]:
        assert line.share is not None, "the plan always answered"
        account = Account(line.share.due_from_patient, line.share.due_from_plan)
        payments = []
        at_the_desk = self._at_the_desk(account.due_from_patient)
        if at_the_desk:
            method = pick(self._random, _METHODS)
            payments.append(self._payment(visit, Payer.PATIENT, method, at_the_desk, issued_at))
        account = replace(account, patient_paid=at_the_desk)
        paid_on = issued_at + PLAN_PAYS_AFTER
        if account.due_from_plan and paid_on < self._plan.now:
            if self._random.random() < _DENIED:
                account = replace(account, written_off=account.due_from_plan)
            else:
                due = account.due_from_plan
                transfer = PaymentMethod.TRANSFER
                payments.append(self._payment(visit, Payer.PLAN, transfer, due, paid_on))
                account = replace(account, plan_paid=due)
        return account, tuple(payments)

    def _at_the_desk(self, due: Decimal) -> Decimal:
        if due == 0:
            return ZERO
        how = pick(self._random, _AT_THE_DESK)
        half = (due / 2).quantize(ZERO)
        return {"whole": due, "half": half, "nothing": ZERO}[how]

    def _payment(
        self, visit: Visit, payer: Payer, method: PaymentMethod, amount: Decimal, at: datetime
    ) -> Payment:
        kind = f"payment by {payer.value}"
        return Payment(
            seeded_id(self._plan.seed, kind, visit.number, at), payer, method, amount, at
        )


def _tables(plan: SeedPlan, first_day: date) -> Iterator[PriceTable]:
    """Each payer's prices from the first of January of each year, a little dearer every year."""
    number = 0
    for payer in (PRIVATE, *INSURERS):
        for year in range(first_day.year, plan.reference_date.year + 1):
            begins = date(year, 1, 1)
            published_at = datetime(year - 1, 12, 1, 12, tzinfo=UTC)
            id = seeded_id(plan.seed, "prices", number, published_at)
            prices = _prices(payer, plan.reference_date.year - year)
            yield PriceTable(TableVersion(id, payer, begins), published_at, prices)
            number += 1


def _prices(payer: str, years_ago: int) -> dict[str, Decimal]:
    registry = next(iter(INSURERS)) if payer == PRIVATE else payer
    markup = PRIVATE_MARKUP if payer == PRIVATE else Decimal(1)
    prices = {}
    for code in PROCEDURES:
        procedure = find_procedure(code, registry)
        assert procedure is not None, f"{code} is no procedure of the health plan"
        today = procedure.price * markup
        prices[code] = (today / _YEARLY_RISE**years_ago).quantize(Decimal("0.01"))
    return prices


@lru_cache(maxsize=100_000)
def _terms(card_number: str, tuss_code: str, day: date) -> Terms:
    """What the simulated plan answers about a card, in billing's words."""
    answer = coverage_of(
        card_number,
        tuss_code,
        seed=HealthPlanSettings.model_fields["seed"].default,
        on=day,
        denied=False,
        price_changed=False,
    )
    return Terms(
        covered=answer.covered,
        requires_authorization=answer.requires_authorization,
        coverage_percent=answer.coverage_percent,
        deductible_remaining=answer.deductible_remaining,
        copay_percent=answer.copay.percent,
        copay_fixed=answer.copay.fixed,
        copay_event_cap=answer.copay.event_cap,
        copay_month_remaining=answer.copay.month_remaining,
        copay_collected_by=CopayCollector(answer.copay.collected_by.value),
    )
