"""What this service remembers of patients."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from subgraphs.appointments.domain.patient import PatientSnapshot
from subgraphs.appointments.models import PatientReplica
from subgraphs.kit.database import Session


async def replicas(session: Session, ids: Sequence[str]) -> dict[str, PatientReplica]:
    """Replicas by patient id; patients never seen here are absent."""
    rows = await session.scalars(select(PatientReplica).where(PatientReplica.id.in_(ids)))
    return {row.id: row for row in rows}


async def remember(session: Session, patient: PatientSnapshot, now: datetime) -> None:
    """Store what the patients service said, unless something newer is stored already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(PatientReplica).values(
        id=patient.id,
        display_name=patient.display_name,
        status=patient.status,
        version=patient.version,
        refreshed_at=now,
    )
    new = statement.excluded
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[PatientReplica.id],
            set_={
                "display_name": new.display_name,
                "status": new.status,
                "version": new.version,
                "refreshed_at": new.refreshed_at,
            },
            where=PatientReplica.version <= new.version,
        )
    )


async def lock(session: Session, patient_id: str) -> None:
    """Make who else writes this patient's visits wait until the transaction ends."""
    statement = select(PatientReplica.id).where(PatientReplica.id == patient_id)
    await session.execute(statement.with_for_update(key_share=True))
