"""Consents, data requests, and the traces of contact data."""

from collections.abc import Sequence

from sqlalchemy import select

from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound
from subgraphs.patients.models import ConsentRow, DataRequestRow


async def add(session: Session, row: ConsentRow | DataRequestRow) -> None:
    """Keep a word about consent, or a request."""
    session.add(row)
    await session.flush()


async def consents_of(session: Session, patient_ids: Sequence[str]) -> dict[str, list[ConsentRow]]:
    """All that these patients said, the oldest first, in one statement."""
    rows = await session.scalars(
        select(ConsentRow)
        .where(ConsentRow.patient_id.in_(patient_ids))
        .order_by(ConsentRow.patient_id, ConsentRow.recorded_at, ConsentRow.id)
    )
    found: dict[str, list[ConsentRow]] = {id: [] for id in patient_ids}
    for row in rows:
        found[row.patient_id].append(row)
    return found


async def requests_of(
    session: Session, patient_ids: Sequence[str]
) -> dict[str, list[DataRequestRow]]:
    """What was asked about these patients' data, the oldest first, in one statement."""
    rows = await session.scalars(
        select(DataRequestRow)
        .where(DataRequestRow.patient_id.in_(patient_ids))
        .order_by(DataRequestRow.patient_id, DataRequestRow.done_at, DataRequestRow.id)
    )
    found: dict[str, list[DataRequestRow]] = {id: [] for id in patient_ids}
    for row in rows:
        found[row.patient_id].append(row)
    return found


async def require_request(session: Session, request_id: str) -> DataRequestRow:
    """One request. Raises ``NotFound``."""
    row = await session.get(DataRequestRow, request_id)
    if row is None:
        raise NotFound("Pedido não encontrado.")
    return row
