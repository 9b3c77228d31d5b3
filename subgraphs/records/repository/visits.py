"""What this service remembers of appointments: who is to see whom."""

from sqlalchemy.dialects import postgresql, sqlite

from subgraphs.kit.database import Session
from subgraphs.records.models import VisitReplica


async def remember(session: Session, visit: VisitReplica) -> None:
    """Store how an appointment stands, unless something newer is stored already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {
        "version": visit.version,
        "patient_id": visit.patient_id,
        "practitioner_id": visit.practitioner_id,
        "starts_at": visit.starts_at,
        "status": visit.status,
    }
    statement = dialect.insert(VisitReplica).values(id=visit.id, **values)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[VisitReplica.id],
            set_={name: statement.excluded[name] for name in values},
            where=VisitReplica.version <= statement.excluded.version,
        )
    )
