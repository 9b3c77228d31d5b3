"""Who may be a duplicate of whom: a first sieve by what indexes find."""

from sqlalchemy import ColumnElement, or_, select

from subgraphs.kit.database import Session
from subgraphs.patients.domain.names import sort_key
from subgraphs.patients.domain.patient import Demographics, PatientStatus
from subgraphs.patients.models import PatientRow

MAX_CANDIDATES = 300


async def resembling(
    session: Session, known: Demographics, besides: str | None
) -> list[PatientRow]:
    """Registrations that share birth date (day and month perhaps swapped), telephone or name."""
    statement = (
        select(PatientRow)
        .where(
            PatientRow.status.not_in((PatientStatus.MERGED.value, PatientStatus.ANONYMISED.value)),
            or_(*_shared(known)),
        )
        .order_by(PatientRow.id)
        .limit(MAX_CANDIDATES)
    )
    if besides:
        statement = statement.where(PatientRow.id != besides)
    return list(await session.scalars(statement))


def _shared(known: Demographics) -> list[ColumnElement[bool]]:
    shared: list[ColumnElement[bool]] = [PatientRow.sort_name == sort_key(known.display_name)]
    if born := known.birth_date:
        days = [born]
        if born.day <= 12:
            days.append(born.replace(month=born.day, day=born.month))
        shared.append(PatientRow.birth_date.in_(days))
    if known.phone:
        shared.append(PatientRow.phone == known.phone)
    return shared
