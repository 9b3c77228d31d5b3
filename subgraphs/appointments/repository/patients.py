"""What this service remembers of patients."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from subgraphs.appointments.domain.patient import ANONYMISED, PatientSnapshot
from subgraphs.appointments.models import PatientReplica
from subgraphs.kit.database import Session


async def replicas(session: Session, ids: Sequence[str]) -> dict[str, PatientReplica]:
    """Replicas by patient id; patients never seen here are absent."""
    rows = await session.scalars(select(PatientReplica).where(PatientReplica.id.in_(ids)))
    return {row.id: row for row in rows}


async def remember(session: Session, patient: PatientSnapshot, now: datetime) -> None:
    """Store what the patients service said, unless something newer is stored already.

    Who was erased stays erased, whatever comes later: an old event or a repeated one.
    """
    kept = patient.to_keep()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {
        "display_name": kept.display_name,
        "status": kept.status,
        "version": kept.version,
        "refreshed_at": now,
    }
    statement = dialect.insert(PatientReplica).values(id=kept.id, person_id=kept.id, **values)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[PatientReplica.id],
            set_={name: statement.excluded[name] for name in values},
            where=and_(
                PatientReplica.version <= statement.excluded.version,
                or_(PatientReplica.status != ANONYMISED, statement.excluded.status == ANONYMISED),
            ),
        )
    )


async def link(session: Session, patient_id: str, merged_into_id: str | None) -> str:
    """Say which registration a patient's was merged into, or that it stands alone again.

    Whoever was merged into it before goes along. Gives the registration that it stands for now.
    """
    this = PatientReplica.id == patient_id
    await session.execute(update(PatientReplica).where(this).values(merged_into_id=merged_into_id))
    person_id = patient_id
    while merged_into_id is not None:
        person_id = merged_into_id
        into = select(PatientReplica.merged_into_id).where(PatientReplica.id == person_id)
        merged_into_id = await session.scalar(into)
    for ids in await _merged_below(session, patient_id):
        among = PatientReplica.id.in_(ids)
        await session.execute(update(PatientReplica).where(among).values(person_id=person_id))
    return person_id


async def standing_for(session: Session, patient_id: str) -> list[str]:
    """The registration, and all that were merged into it, directly or not."""
    return [id for ids in await _merged_below(session, patient_id) for id in ids]


async def _merged_below(session: Session, patient_id: str) -> list[list[str]]:
    found = [[patient_id]]
    while found[-1]:
        merged = PatientReplica.merged_into_id.in_(found[-1])
        found.append(list(await session.scalars(select(PatientReplica.id).where(merged))))
    return found[:-1]


async def persons(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """The registration that each stands for by now; patients never seen here are absent."""
    columns = PatientReplica.id, PatientReplica.person_id
    rows = await session.execute(select(*columns).where(PatientReplica.id.in_(ids)))
    return {row.id: row.person_id or row.id for row in rows}


async def lock(session: Session, patient_id: str) -> None:
    """Make who else writes this patient's visits wait until the transaction ends."""
    statement = select(PatientReplica.id).where(PatientReplica.id == patient_id)
    await session.execute(statement.with_for_update(key_share=True))
