"""Authorizations: by id, by document, those of an appointment."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.domain.authorization import PENDING, AuthorizationStatus
from subgraphs.billing.models import AuthorizationRow

_DEAD = (AuthorizationStatus.DENIED, AuthorizationStatus.CANCELLED)


async def by_ids(session: AsyncSession, ids: Sequence[str]) -> dict[str, AuthorizationRow]:
    """Authorizations by id; unknown ids are absent."""
    rows = await session.scalars(select(AuthorizationRow).where(AuthorizationRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def of_documents(
    session: AsyncSession, document_ids: Sequence[str]
) -> dict[str, AuthorizationRow]:
    """The latest authorization that was asked because of each clinical document."""
    rows = await session.scalars(
        select(AuthorizationRow)
        .where(AuthorizationRow.document_id.in_(document_ids))
        .order_by(AuthorizationRow.id)
    )
    return {row.document_id: row for row in rows if row.document_id is not None}


async def of_appointment(session: AsyncSession, appointment_id: str) -> list[AuthorizationRow]:
    """All that was asked for an appointment, oldest first."""
    rows = await session.scalars(
        select(AuthorizationRow)
        .where(AuthorizationRow.appointment_id == appointment_id)
        .order_by(AuthorizationRow.id)
    )
    return list(rows)


async def live(
    session: AsyncSession, appointment_id: str, tuss_code: str
) -> AuthorizationRow | None:
    """The request for a procedure of an appointment that is open or was granted."""
    return await session.scalar(
        select(AuthorizationRow).where(
            AuthorizationRow.appointment_id == appointment_id,
            AuthorizationRow.tuss_code == tuss_code,
            AuthorizationRow.status.not_in(_DEAD),
        )
    )


async def pending(session: AsyncSession, limit: int) -> Sequence[str]:
    """The requests that the plan has still to take or to decide, oldest first."""
    rows = await session.scalars(
        select(AuthorizationRow.id)
        .where(AuthorizationRow.status.in_(PENDING))
        .order_by(AuthorizationRow.id)
        .limit(limit)
    )
    return rows.all()


async def lock(session: AsyncSession, authorization_id: str) -> AuthorizationRow | None:
    """The request, held until the transaction ends."""
    return await session.scalar(
        select(AuthorizationRow)
        .where(AuthorizationRow.id == authorization_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
