"""The log of searches."""

from sqlalchemy import select

from subgraphs.kit.database import Session
from subgraphs.kit.keyset import Page, PageRequest, fetch_page
from subgraphs.patients.models import SearchEventRow


async def note(session: Session, event: SearchEventRow) -> None:
    """Write a search down."""
    session.add(event)
    await session.flush()


async def noted(
    session: Session, actor_id: str | None, request: PageRequest
) -> Page[SearchEventRow]:
    """Searches, of one actor or of all, the latest first."""
    statement = select(SearchEventRow)
    if actor_id is not None:
        statement = statement.where(SearchEventRow.actor_id == actor_id)
    order = (SearchEventRow.at.expression, SearchEventRow.id.expression)
    return await fetch_page(session, statement, order, request, descending=True)
