"""How visits, documents and invoices should move: tables and guards, without the network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal

SAO_PAULO = timezone(timedelta(hours=-3))
PRICE = Decimal("180.00")
LONG_AGO = datetime(2026, 1, 1, tzinfo=SAO_PAULO)

VISIT_EDGES = {
    "PENDING": {"BOOKED", "CANCELLED", "ENTERED_IN_ERROR"},
    "BOOKED": {"ARRIVED", "NO_SHOW", "CANCELLED", "ENTERED_IN_ERROR"},
    "ARRIVED": {"CHECKED_IN", "CANCELLED", "ENTERED_IN_ERROR"},
    "CHECKED_IN": {"IN_PROGRESS", "ENTERED_IN_ERROR"},
    "IN_PROGRESS": {"FULFILLED", "ENTERED_IN_ERROR"},
    "NO_SHOW": {"ARRIVED", "ENTERED_IN_ERROR"},
    "FULFILLED": set(),
    "CANCELLED": set(),
    "ENTERED_IN_ERROR": set(),
}
STATUSES = ("PROPOSED", "WAITLIST", *VISIT_EDGES)
HERE = {"ARRIVED", "CHECKED_IN", "IN_PROGRESS"}
BILLABLE = {"BOOKED", "FULFILLED"} | HERE


@dataclass(frozen=True)
class Care:
    """What was written down of a visit so far."""

    encounter_open: bool
    something_signed: bool


@dataclass
class Visit:
    """A visit, as it should be."""

    id: str
    status: str
    version: int
    starts_at: datetime
    hold_until: datetime | None = None

    def refusal(self, target: str, reason: str | None, now: datetime, care: Care) -> str | None:
        """Why it may not go there now; None where it may."""
        today, day = (moment.astimezone(SAO_PAULO).date() for moment in (now, self.starts_at))
        legal = target in VISIT_EDGES[self.status]
        if self.status == "NO_SHOW":
            legal = legal and today <= day
        guards = {
            "CANCELLED": bool(reason),
            "ENTERED_IN_ERROR": bool(reason),
            "BOOKED": self.hold_until is None or now < self.hold_until,
            "ARRIVED": today == day,
            "NO_SHOW": now > self.starts_at + timedelta(minutes=15),
            "IN_PROGRESS": care.encounter_open,
            "FULFILLED": self.starts_at <= now and (care.something_signed or bool(reason)),
        }
        legal = legal and guards.get(target, True)
        return None if legal else "AppointmentTransitionNotAllowed"


@dataclass
class Document:
    """A note, as it should be."""

    id: str
    status: str = "DRAFT"
    version: int = 1
    amends: Document | None = None

    def refusal(self, mutation: str, *, stale: bool) -> str | None:
        """Why it may not be changed so; None where it may."""
        if mutation == "strikeDocument":
            if self.status not in ("SIGNED", "AMENDED"):
                return "DocumentTransitionNotAllowed"
        elif self.status != "DRAFT":
            discarded = self.status == "DISCARDED"
            return "DocumentTransitionNotAllowed" if discarded else "DocumentImmutable"
        if stale:
            return "StaleVersion"
        if mutation == "signDocument" and self.amends and self.amends.status != "SIGNED":
            return "DocumentTransitionNotAllowed"
        return None

    def changed(self, mutation: str) -> None:
        """It was."""
        self.version += 1
        self.status = {
            "signDocument": "SIGNED",
            "discardDocument": "DISCARDED",
            "strikeDocument": "ENTERED_IN_ERROR",
        }.get(mutation, self.status)
        if mutation == "signDocument" and self.amends:
            self.amends.status = "AMENDED"
            self.amends.version += 1


@dataclass
class Invoice:
    """The last invoice, as it should be."""

    id: str
    status: str = "DRAFT"
    version: int = 1
    paid: Decimal = Decimal(0)

    @property
    def dead(self) -> bool:
        """Whether there may be another one."""
        return self.status in ("CANCELLED", "ENTERED_IN_ERROR")

    def refusal(self, mutation: str, amount: str) -> str | None:
        """Why that may not be done with it; None where it may."""
        if mutation == "issueInvoice":
            return None if self.status == "DRAFT" else "InvoiceStateConflict"
        if mutation == "registerPayment":
            if self.status not in ("ISSUED", "PARTIALLY_PAID"):
                return "InvalidPayment"
            return "Overpayment" if self.paid + Decimal(amount) > PRICE else None
        return "InvoiceStateConflict" if self.paid or self.dead else None

    def changed(self, mutation: str, amount: str) -> None:
        """It was done."""
        if mutation == "registerPayment":
            self.settle(Decimal(amount))
            return
        self.version += 1
        self.status = {
            "issueInvoice": "ISSUED",
            "cancelInvoice": "CANCELLED",
            "markInvoiceEnteredInError": "ENTERED_IN_ERROR",
        }[mutation]

    def settle(self, change: Decimal) -> None:
        """Money came, or went back."""
        self.paid += change
        paid = {Decimal(0): "ISSUED", PRICE: "BALANCED"}
        self.status = paid.get(self.paid, "PARTIALLY_PAID")
        self.version += 1
