"""Who cares for whom, who broke the glass, and the log of accesses."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, insert, or_, select

from subgraphs.kit.database import Session
from subgraphs.kit.keyset import Page, PageRequest, fetch_page
from subgraphs.records.domain.access import CARE_AFTER, PRESENCE, Carer
from subgraphs.records.models import AccessEvent, BreakGlass, Encounter


async def cared_for(session: Session, carer: Carer, patient_ids: Sequence[str]) -> set[str]:
    """Those of the patients whom this person cares for."""
    statement = select(Encounter.patient_id).where(
        Encounter.patient_id.in_(patient_ids), _in_care_of(carer)
    )
    return set(await session.scalars(statement.distinct()))


def _in_care_of(carer: Carer) -> ColumnElement[bool]:
    own = and_(
        Encounter.practitioner_id == carer.practitioner_id,
        or_(Encounter.closed_at.is_(None), Encounter.started_at >= carer.now - CARE_AFTER),
    )
    present = and_(Encounter.closed_at.is_(None), Encounter.started_at >= carer.now - PRESENCE)
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


async def logged(session: Session, patient_id: str, request: PageRequest) -> Page[AccessEvent]:
    """Accesses to a patient's record, the latest first."""
    statement = select(AccessEvent).where(AccessEvent.patient_id == patient_id)
    order = (AccessEvent.at.expression, AccessEvent.id.expression)
    return await fetch_page(session, statement, order, request, descending=True)


async def break_glass(session: Session, break_glass_id: str) -> BreakGlass | None:
    """One emergency."""
    return await session.get(BreakGlass, break_glass_id)
