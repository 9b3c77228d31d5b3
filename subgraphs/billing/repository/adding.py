"""Adding rows whose uniqueness the database decides."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.models import Base
from subgraphs.kit.constraints import violated_constraint


class NotUnique(Exception):
    """Somebody else was first; the constraint says at what."""

    def __init__(self, constraint: str | None) -> None:
        super().__init__(constraint)
        self.constraint = constraint


async def add_unique(session: AsyncSession, rows: Sequence[Base], *unique: str) -> None:
    """Add rows, in order, in a savepoint of their own.

    Raises:
        NotUnique: one of the named constraints was broken; nothing was added.
    """
    try:
        async with session.begin_nested():
            for row in rows:
                session.add(row)
                await session.flush()
    except IntegrityError as error:
        constraint = violated_constraint(error)
        if constraint not in unique:
            raise
        raise NotUnique(constraint) from error
