"""Who cares for whom, who broke the glass, and the log of accesses."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, insert, or_, select, union

from subgraphs.kit.database import Session
from subgraphs.kit.keyset import Page, PageRequest, fetch_page
from subgraphs.records.domain.access import CARE_AFTER, CARE_BEFORE, EXPECTED, HERE, PRESENCE, Carer
from subgraphs.records.models import AccessEvent, BreakGlass, Encounter, VisitReplica


async def cared_for(session: Session, carer: Carer, patient_ids: Sequence[str]) -> set[str]:
    """Those of the patients whom this person cares for: who was seen, is here, or is to come."""
    seen = select(Encounter.patient_id).where(Encounter.patient_id.in_(patient_ids), _sees(carer))
    expected = select(VisitReplica.patient_id).where(
        VisitReplica.patient_id.in_(patient_ids), _expects(carer)
    )
    return set(await session.scalars(union(seen, expected)))


def _sees(carer: Carer) -> ColumnElement[bool]:
    own = and_(
        Encounter.practitioner_id == carer.practitioner_id,
        or_(Encounter.closed_at.is_(None), Encounter.started_at >= carer.now - CARE_AFTER),
    )
    present = and_(Encounter.closed_at.is_(None), Encounter.started_at >= carer.now - PRESENCE)
    return _either(carer, own, present)


def _expects(carer: Carer) -> ColumnElement[bool]:
    """A visit in the agenda, until it is over; then the encounter tells."""
    starts_at = VisitReplica.starts_at
    own = and_(
        VisitReplica.practitioner_id == carer.practitioner_id,
        VisitReplica.status.in_(EXPECTED),
        starts_at.between(carer.now - CARE_BEFORE, carer.now + CARE_BEFORE),
    )
    present = and_(
        VisitReplica.status.in_(HERE),
        starts_at.between(carer.now - PRESENCE, carer.now + PRESENCE),
    )
    return _either(carer, own, present)


def _either(
    carer: Carer, own: ColumnElement[bool], present: ColumnElement[bool]
) -> ColumnElement[bool]:
    return or_(own if carer.practitioner_id else false(), present if carer.nursing else false())


async def opened_in_emergency(
    session: Session, actor_id: str, patient_ids: Sequence[str], now: datetime
) -> set[str]:
    """Those of the patients whose record this person opened in an emergency that still counts."""
    statement = select(BreakGlass.patient_id).where(
        BreakGlass.actor_id == actor_id,
        BreakGlass.patient_id.in_(patient_ids),
        BreakGlass.expires_at > now,
    )
    return set(await session.scalars(statement))


async def log(session: Session, events: Sequence[dict[str, object]]) -> None:
    """Write accesses down, in one statement."""
    await session.execute(insert(AccessEvent), events)


async def logged(
    session: Session, patient_ids: Sequence[str], request: PageRequest
) -> Page[AccessEvent]:
    """Accesses to the records of these registrations, the latest first."""
    statement = select(AccessEvent).where(AccessEvent.patient_id.in_(patient_ids))
    order = (AccessEvent.at.expression, AccessEvent.id.expression)
    return await fetch_page(session, statement, order, request, descending=True)


async def break_glass(session: Session, break_glass_id: str) -> BreakGlass | None:
    """One emergency."""
    return await session.get(BreakGlass, break_glass_id)
