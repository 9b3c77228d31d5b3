"""A small service, whole: what the tests of an app run."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from subgraphs.kit.context import Context
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.graphql import build_schema
from subgraphs.kit.money import Money

STEP = '''
"""First."""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))
'''


class NotesContext(Context):
    @cached_property
    def loaders(self) -> DataLoader[str, str | None]:
        async def load(ids: list[str]) -> list[str | None]:
            return [id if id.isdigit() else None for id in ids]

        return DataLoader(load)


@strawberry.enum
class Mood(Enum):
    """How it reads."""

    MERRY = "MERRY"
    """With a smile."""
    SAD = "SAD"


@strawberry.federation.type(keys=["id"])
class Note:
    """Something written down."""

    id: strawberry.ID
    """Its name."""
    mood: Mood = Mood.SAD

    @strawberry.field
    def length(self) -> int:
        """How long it is."""
        return 3

    @classmethod
    async def resolve_reference(
        cls, info: strawberry.Info[NotesContext, None], id: strawberry.ID
    ) -> "Note | None":
        found = await info.context.loaders.load(id)
        return cls(id=strawberry.ID(found)) if found else None


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    def note(self) -> Note:
        """A note."""
        return Note(id=strawberry.ID("1"))

    @strawberry.field
    def price(self) -> Money:
        return Money.of(Decimal("10.5"))

    @strawberry.field
    def echo(self, day: date, at: datetime, amount: Decimal, key: UUID) -> list[str]:
        return [repr(day), at.isoformat(), repr(amount), str(key)]

    @strawberry.field
    def moment(self, at: datetime) -> datetime:
        return at

    @strawberry.field
    def refused(self) -> int | None:
        raise InvalidInput("não pode", path=["x"])

    @strawberry.field
    def broken(self) -> int | None:
        raise KeyError("52998224725")


schema = build_schema(query=Query, types=[Note])
