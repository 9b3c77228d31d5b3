"""What this service remembers of patients."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from subgraphs.appointments.domain.patient import PatientSnapshot
from subgraphs.appointments.models import PatientReplica
from subgraphs.kit.database import Session
from subgraphs.kit.patients.replicas import PatientReplicas

_REPLICAS = PatientReplicas(PatientReplica)
link = _REPLICAS.link
standing_for = _REPLICAS.standing_for


async def replicas(session: Session, ids: Sequence[str]) -> dict[str, PatientReplica]:
    """Replicas by patient id; patients never seen here are absent."""
    rows = await session.scalars(select(PatientReplica).where(PatientReplica.id.in_(ids)))
    return {row.id: row for row in rows}


async def remember(session: Session, patient: PatientSnapshot, now: datetime) -> None:
    """Store what the patients service said, unless something newer is stored already."""
    await _REPLICAS.remember(session, patient, refreshed_at=now)


async def persons(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """The registration that each stands for by now; patients never seen here are absent."""
    columns = PatientReplica.id, PatientReplica.person_id
    rows = await session.execute(select(*columns).where(PatientReplica.id.in_(ids)))
    return {row.id: row.person_id or row.id for row in rows}


async def lock(session: Session, patient_id: str) -> None:
    """Make who else writes this patient's visits wait until the transaction ends."""
    statement = select(PatientReplica.id).where(PatientReplica.id == patient_id)
    await session.execute(statement.with_for_update(key_share=True))
