"""What this service remembers of patients, and which registrations are one person's."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from subgraphs.kit.database import Session
from subgraphs.kit.patients.replicas import PatientReplicas
from subgraphs.records.domain.patient import Person
from subgraphs.records.models import PatientReplica

_REPLICAS = PatientReplicas(PatientReplica)
remember = _REPLICAS.remember
link = _REPLICAS.link


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
