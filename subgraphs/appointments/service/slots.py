"""Finding free slots: openings cut into slots, less what is closed or taken."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.availability import (
    Grid,
    Interval,
    after,
    closure_interval,
    merged,
    slots_between,
    without_busy,
)
from subgraphs.appointments.domain.slot_offer import SlotOffer
from subgraphs.appointments.models import HealthcareService
from subgraphs.appointments.repository import catalogue
from subgraphs.appointments.repository.busy import busy_times
from subgraphs.appointments.repository.catalogue import Opening, OpeningFilter
from subgraphs.appointments.service.resources import FreeResources, free_resources
from subgraphs.appointments.service.seats import rule_of
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound

LONGEST_SEARCH = timedelta(days=92)
MOST_OFFERS = 500
FIRST_PIECE = timedelta(days=7)
ALTERNATIVES = 5
ALTERNATIVES_WITHIN = timedelta(days=14)

_DAY = timedelta(days=1)

Taken = dict[tuple[str, str, int], list[Interval]]
"""Closed or busy time by practitioner, clinic and seat."""


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """What a patient asks for: a service, in a span of time, perhaps somewhere or with someone."""

    service_id: str
    starts_at: datetime
    ends_at: datetime
    clinic_ids: Sequence[str] | None = None
    practitioner_ids: Sequence[str] | None = None
    first: int = 100

    def span(self) -> Interval:
        """The span searched.

        Raises:
            InvalidInput: it ends before it starts, or is too long.
        """
        if self.ends_at <= self.starts_at:
            raise InvalidInput("O fim do período deve ser posterior ao início.", path=["to"])
        if self.ends_at - self.starts_at > LONGEST_SEARCH:
            raise InvalidInput("Busque no máximo 92 dias de cada vez.", path=["to"])
        if not 1 <= self.first <= MOST_OFFERS:
            raise InvalidInput(f"Peça de 1 a {MOST_OFFERS} horários.", path=["first"])
        return Interval(self.starts_at, self.ends_at)


async def find_slots(session: Session, search: SlotSearch, now: datetime) -> list[SlotOffer]:
    """The first free slots that fit the search, in order of time.

    Raises:
        InvalidInput: a span that cannot be searched.
        NotFound: no such service.
    """
    span = after(now, search.span())
    service = (await catalogue.services(session, [search.service_id])).get(search.service_id)
    if service is None:
        raise NotFound("Serviço não encontrado.", path=["serviceId"])
    if span is None:
        return []
    openings = await catalogue.openings(session, _openings_wanted(search, span))
    found: list[SlotOffer] = []
    for piece in _pieces(span):
        taken = await _taken(session, openings, piece, now)
        clinic_ids = sorted({opening.availability.clinic_id for opening in openings})
        resources = await free_resources(session, service, clinic_ids, _with_margin(piece), now)
        offers = merge(*(_free(opening, service, piece, taken) for opening in openings))
        fitting = (
            offer
            for offer in offers
            if offer.ends_at <= span.ends_at and _has_room(offer, service, resources)
        )
        found += islice(_each_once(fitting), search.first - len(found))
        if len(found) == search.first:
            break
    return found


async def alternatives_to(session: Session, taken: SlotOffer, now: datetime) -> list[SlotOffer]:
    """The next free slots of the same service at the same clinic, from the same day on."""
    search = SlotSearch(
        taken.service_id,
        taken.starts_at - timedelta(hours=12),
        taken.starts_at + ALTERNATIVES_WITHIN,
        clinic_ids=[taken.clinic_id],
        first=ALTERNATIVES,
    )
    return await find_slots(session, search, now)


def _pieces(span: Interval) -> Iterator[Interval]:
    """The span in pieces that grow: the first free slots are mostly near."""
    starts_at, length = span.starts_at, FIRST_PIECE
    while starts_at < span.ends_at:
        ends_at = min(starts_at + length, span.ends_at)
        yield Interval(starts_at, ends_at)
        starts_at, length = ends_at, length * 2


def _openings_wanted(search: SlotSearch, span: Interval) -> OpeningFilter:
    # A day early and a day late: the calendar of a clinic's zone can be off that of UTC.
    return OpeningFilter(
        search.service_id,
        (span.starts_at - _DAY).date(),
        (span.ends_at + _DAY).date(),
        search.clinic_ids,
        search.practitioner_ids,
    )


async def _taken(session: Session, openings: list[Opening], span: Interval, now: datetime) -> Taken:
    practitioner_ids = sorted({opening.availability.practitioner_id for opening in openings})
    zones = {opening.availability.clinic_id: opening.time_zone for opening in openings}
    busy = await busy_times(session, practitioner_ids, _with_margin(span), now)
    closed: defaultdict[str, list[tuple[str | None, Interval]]] = defaultdict(list)
    margin = _with_margin(span)
    for closure in await catalogue.closures(
        session,
        sorted(zones),
        margin.starts_at.replace(tzinfo=None),
        margin.ends_at.replace(tzinfo=None),
    ):
        interval = closure_interval(
            closure.starts, closure.ends, ZoneInfo(zones[closure.clinic_id])
        )
        closed[closure.clinic_id].append((closure.practitioner_id, interval))
    keys = {
        (opening.availability.practitioner_id, opening.availability.clinic_id, seat)
        for opening in openings
        for seat in range(opening.availability.capacity)
    }
    return {
        (practitioner_id, clinic_id, seat): merged(
            [
                *(time.interval for time in busy[practitioner_id] if time.takes(clinic_id, seat)),
                *(
                    interval
                    for who, interval in closed[clinic_id]
                    if who in (None, practitioner_id)
                ),
            ]
        )
        for practitioner_id, clinic_id, seat in keys
    }


def _with_margin(span: Interval) -> Interval:
    return Interval(span.starts_at - _DAY, span.ends_at + _DAY)


def _free(
    opening: Opening, service: HealthcareService, span: Interval, taken: Taken
) -> Iterator[SlotOffer]:
    row = opening.availability
    rule, zone = rule_of(opening), ZoneInfo(opening.time_zone)
    buffer = timedelta(minutes=service.buffer_minutes)
    grid = Grid(timedelta(minutes=service.duration_minutes), buffer)
    seats = (taken[row.practitioner_id, row.clinic_id, seat] for seat in range(row.capacity))
    free = (without_busy(slots_between(rule, span, zone, grid), busy, buffer) for busy in seats)
    for slot, _ in groupby(merge(*free)):
        yield SlotOffer(
            slot.starts_at, slot.ends_at, row.practitioner_id, row.clinic_id, service.id
        )


def _has_room(offer: SlotOffer, service: HealthcareService, resources: FreeResources) -> bool:
    buffer = timedelta(minutes=service.buffer_minutes)
    needed = Interval(offer.starts_at, offer.ends_at + buffer)
    return resources.suffice(offer.clinic_id, offer.practitioner_id, needed)


def _each_once(offers: Iterator[SlotOffer]) -> Iterator[SlotOffer]:
    """Two overlapping availabilities of one practitioner must not offer a slot twice."""
    previous: SlotOffer | None = None
    for offer in offers:
        if offer != previous:
            yield offer
        previous = offer
