"""The tables of this service, and those that the kit brings."""

from sqlalchemy.orm import DeclarativeBase

from subgraphs.kit.columns import new_metadata
from subgraphs.kit.events.inbox import Inbox
from subgraphs.kit.events.outbox import Outbox
from subgraphs.kit.idempotency import idempotency_table
from subgraphs.kit.texts import refuse_what_does_not_fit


class Base(DeclarativeBase):
    """The tables of this service."""

    metadata = new_metadata()


refuse_what_does_not_fit(Base)
IDEMPOTENCY_KEYS = idempotency_table(Base.metadata)
OUTBOX = Outbox(Base.metadata)
INBOX = Inbox(Base.metadata)
