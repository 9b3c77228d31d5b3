"""Visits: each practitioner's days filled slot by slot, as an agenda fills in life."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from subgraphs.appointments.domain.availability import (
    Grid,
    Interval,
    WeeklyAvailability,
    slots_of_day,
)
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.visit_kind import VisitKind
from subgraphs.seed.draw import chance, pick, seeded_id
from subgraphs.seed.generate.network import (
    OPENINGS,
    SPECIALTIES,
    VISIT,
    Network,
    Offer,
    Practitioner,
    holidays_of,
)
from subgraphs.seed.generate.people import Person
from subgraphs.seed.plan import SeedPlan

DAYS_AHEAD = 5
DAYS_BACK = 1100
_BUSY = 0.85
_BUSY_AHEAD = 0.35
# Mornings and the late afternoon are sought after.
_BUSY_AT = {8: 0.95, 9: 1.1, 10: 1.1, 11: 0.95, 13: 0.8, 14: 0.95, 15: 1.05, 16: 1.0}

_S = AppointmentStatus
_PAST = ((_S.FULFILLED, 78), (_S.CANCELLED, 11), (_S.NO_SHOW, 9))
_AHEAD = ((_S.BOOKED, 93), (_S.CANCELLED, 7))
_SOON = ((_S.ARRIVED, 45), (_S.CHECKED_IN, 30), (_S.BOOKED, 25))
_KINDS = (
    (VisitKind.FIRST, 35),
    (VisitKind.FOLLOW_UP, 40),
    (VisitKind.RETURN, 20),
    (VisitKind.TELEHEALTH, 5),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment as it stands at the plan's moment."""

    id: str
    number: int
    person: Person
    practitioner: Practitioner
    offer: Offer
    span: Interval
    status: AppointmentStatus
    kind: VisitKind
    booked_at: datetime
    cancelled_at: datetime | None = None
    return_of: "Visit | None" = None


@dataclass(slots=True)
class Regulars:
    """Whom a practitioner has seen, and whose visit still entitles to a return."""

    seen: list[Person] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    may_return: list[Visit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Slot:
    """An opening that somebody took."""

    practitioner: Practitioner
    day: date
    span: Interval


class VisitGenerator:
    """Draws the visits of a plan, from the first day to the last."""

    def __init__(self, plan: SeedPlan, network: Network, people: list[Person]) -> None:
        self._plan = plan
        self._network = network
        self._random = chance(plan.seed, "visits")
        self._regulars = {practitioner.id: Regulars() for practitioner in network.practitioners}
        self._last_day: dict[str, date] = {}
        self._people = _clientele(plan, network, people)

    def visits(self) -> list[Visit]:
        """Exactly as many as the plan says, in order of time."""
        return [self._visit(number, slot) for number, slot in enumerate(self._taken_slots())]

    def _taken_slots(self) -> list[Slot]:
        """From the last day ahead backwards, until there are enough; then in order of time."""
        wanted = self._plan.size.appointments
        taken: list[Slot] = []
        for slot in self._slots_backwards():
            taken.append(slot)
            if len(taken) == wanted:
                break
        else:
            raise ValueError(f"only {len(taken)} of {wanted} visits fit into {DAYS_BACK} days")
        return sorted(taken, key=lambda slot: (slot.span, slot.practitioner.id))

    def _slots_backwards(self) -> Iterator[Slot]:
        last = self._plan.reference_date + timedelta(days=DAYS_AHEAD)
        first = last - timedelta(days=DAYS_BACK)
        closed = {
            clinic.id: holidays_of(clinic.city, first, last) for clinic in self._network.clinics
        }
        random = chance(self._plan.seed, "slots")
        for days in range(DAYS_BACK):
            day = last - timedelta(days=days)
            for practitioner in self._network.practitioners:
                if day.isoweekday() not in practitioner.weekdays:
                    continue
                if day not in closed[practitioner.clinic.id]:
                    yield from self._slots_of(practitioner, day, random)

    def _slots_of(self, practitioner: Practitioner, day: date, random: Random) -> Iterator[Slot]:
        busy = _BUSY_AHEAD if day > self._plan.reference_date else _BUSY
        zone = practitioner.clinic.zone
        for opens, closes in OPENINGS:
            rule = WeeklyAvailability(day.isoweekday(), opens, closes, day)
            for span in slots_of_day(rule, day, zone, Grid(VISIT)):
                hour = span.starts_at.astimezone(zone).hour
                if random.random() < busy * _BUSY_AT[hour]:
                    yield Slot(practitioner, day, span)

    def _visit(self, number: int, slot: Slot) -> Visit:
        random, practitioner = self._random, slot.practitioner
        regulars = self._regulars[practitioner.id]
        kind, person, source = self._who(slot, regulars)
        self._last_day[person.id] = slot.day
        if person.id not in regulars.known:
            regulars.known.add(person.id)
            regulars.seen.append(person)
        status = self._status(slot.span)
        booked_at = self._booked_at(slot.span.starts_at)
        tele = kind is VisitKind.TELEHEALTH
        visit = Visit(
            id=seeded_id(self._plan.seed, "appointment", number, booked_at),
            number=number,
            person=person,
            practitioner=practitioner,
            offer=self._network.telehealth if tele else practitioner.offer,
            span=slot.span,
            status=status,
            kind=kind,
            booked_at=booked_at,
            cancelled_at=self._cancelled_at(status, booked_at, slot.span.starts_at, random),
            return_of=source,
        )
        if status is _S.FULFILLED and kind is not VisitKind.RETURN:
            regulars.may_return.append(visit)
        return visit

    def _who(self, slot: Slot, regulars: Regulars) -> tuple[VisitKind, Person, Visit | None]:
        kind = pick(self._random, _KINDS)
        if kind is VisitKind.RETURN:
            source = self._source_of_return(slot, regulars)
            if source:
                return kind, source.person, source
            kind = VisitKind.FOLLOW_UP
        if kind is VisitKind.FOLLOW_UP and regulars.seen:
            person = self._random.choice(regulars.seen)
            if self._last_day.get(person.id) != slot.day:
                return kind, person, None
        person = self._somebody(slot)
        if kind is not VisitKind.TELEHEALTH:
            known = person.id in regulars.known
            kind = VisitKind.FOLLOW_UP if known else VisitKind.FIRST
        return kind, person, None

    def _source_of_return(self, slot: Slot, regulars: Regulars) -> Visit | None:
        days = slot.practitioner.return_window_days
        if days is None:
            return None
        waiting = regulars.may_return
        oldest = slot.span.starts_at - timedelta(days=days)
        while waiting and waiting[0].span.starts_at < oldest:
            waiting.pop(0)
        # The oldest that is at least three days ago: results have come in.
        for place, source in enumerate(waiting[:20]):
            rested = slot.span.starts_at - source.span.starts_at >= timedelta(days=3)
            if rested and self._last_day.get(source.person.id) != slot.day:
                return waiting.pop(place)
        return None

    def _somebody(self, slot: Slot) -> Person:
        """A patient of clinic and specialty who has no other visit that day."""
        practitioner = slot.practitioner
        people = self._people[practitioner.clinic.number, practitioner.specialty.name]
        while True:
            person = people[int(len(people) * self._random.random() ** 1.3)]
            if self._last_day.get(person.id) != slot.day:
                return person

    def _status(self, span: Interval) -> AppointmentStatus:
        now, random = self._plan.now, self._random
        if span.ends_at <= now:
            return pick(random, _PAST)
        if span.starts_at <= now:
            return _S.IN_PROGRESS
        if span.starts_at <= now + timedelta(minutes=45):
            return pick(random, _SOON)
        return pick(random, _AHEAD)

    def _booked_at(self, starts_at: datetime) -> datetime:
        lead = min(self._random.lognormvariate(1.95, 0.9), 60)
        booked_at = min(starts_at, self._plan.now) - timedelta(days=lead)
        return booked_at.astimezone(UTC).replace(microsecond=0)

    def _cancelled_at(
        self, status: AppointmentStatus, booked_at: datetime, starts_at: datetime, random: Random
    ) -> datetime | None:
        if status is not _S.CANCELLED:
            return None
        latest = min(starts_at, self._plan.now)
        return (booked_at + (latest - booked_at) * random.random()).replace(microsecond=0)


def _clientele(
    plan: SeedPlan, network: Network, people: list[Person]
) -> dict[tuple[int, str], list[Person]]:
    """Who may come to which specialty of which clinic."""
    found: dict[tuple[int, str], list[Person]] = {}
    for clinic in network.clinics:
        near = [person for person in people if person.clinic == clinic.number and person.can_visit]
        for specialty in SPECIALTIES:
            found[clinic.number, specialty.name] = [
                person
                for person in near
                if specialty.is_for(
                    person.demographics.birth_date, person.demographics.sex, plan.reference_date
                )
            ]
    return found
