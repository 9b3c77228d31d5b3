"""What this service remembers of patients, and which registrations are one person's."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from subgraphs.kit.database import Session
from subgraphs.records.domain.patient import ANONYMISED, PatientSnapshot, Person
from subgraphs.records.models import PatientReplica


async def remember(session: Session, patient: PatientSnapshot) -> None:
    """Store what was told, unless something newer is stored already.

    Who was erased stays erased, whatever comes later: an old event or a repeated one.
    """
    kept = patient.to_keep()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {
        "display_name": kept.display_name,
        "status": kept.status,
        "version": kept.version,
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


async def link(session: Session, patient_id: str, merged_into_id: str | None) -> None:
    """Say which registration a patient's was merged into, or that it stands alone again.

    Whoever was merged into it before goes along.
    """
    this = PatientReplica.id == patient_id
    await session.execute(update(PatientReplica).where(this).values(merged_into_id=merged_into_id))
    person_id = patient_id
    while merged_into_id is not None:
        person_id = merged_into_id
        into = select(PatientReplica.merged_into_id).where(PatientReplica.id == person_id)
        merged_into_id = await session.scalar(into)
    ids = [patient_id]
    while ids:
        among = PatientReplica.id.in_(ids)
        await session.execute(update(PatientReplica).where(among).values(person_id=person_id))
        merged = PatientReplica.merged_into_id.in_(ids)
        ids = list(await session.scalars(select(PatientReplica.id).where(merged)))


async def persons(session: Session, ids: Sequence[str]) -> dict[str, Person]:
    """For each registration, the person; one that was never told of stands for itself alone."""
    this, other = aliased(PatientReplica), aliased(PatientReplica)
    rows = await session.execute(
        select(this.id, this.person_id, other.id)
        .join(other, other.person_id == this.person_id)
        .where(this.id.in_(ids))
        .order_by(other.id)
    )
    found = {id: Person(id, ()) for id in ids}
    for id, person_id, registration in rows:
        found[id] = Person(person_id, (*found[id].registrations, registration))
    return {
        id: person if person.registrations else Person(id, (id,)) for id, person in found.items()
    }


async def replica(session: Session, patient_id: str) -> PatientReplica | None:
    """What is remembered of one patient."""
    return await session.get(PatientReplica, patient_id)
