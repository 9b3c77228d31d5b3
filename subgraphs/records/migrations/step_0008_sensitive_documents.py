"""A document says whether it is for fewer eyes than the rest; signed, it goes on saying so."""

import json

import sqlalchemy as sa
from alembic import op

from subgraphs.records.domain.sensitivity import codes_in, is_sensitive
from subgraphs.records.migrations import step_0002_signed_documents_never_change as signed

revision = "0008"
down_revision = "0007"

_FIXED = (*signed.FIXED_ONCE_SIGNED, "restricted")


def upgrade() -> None:
    # With a default, SQLite adds the column in place: a copied table would lose its triggers.
    column: sa.Column[bool] = sa.Column(
        "restricted", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("clinical_documents", column)
    _mark_what_is_there()
    signed.drop_trigger_of_signed()
    op.execute(signed.trigger_of_signed(_FIXED))


def downgrade() -> None:
    signed.drop_trigger_of_signed()
    op.drop_column("clinical_documents", "restricted")
    op.execute(signed.trigger_of_signed())


def _mark_what_is_there() -> None:
    documents = sa.table(
        "clinical_documents", sa.column("id"), sa.column("content"), sa.column("restricted")
    )
    found = op.get_bind().execute(sa.select(documents.c.id, documents.c.content))
    marked = [{"key": id} for id, text in found if is_sensitive(codes_in(json.loads(text)))]
    if marked:
        op.get_bind().execute(
            sa.update(documents)
            .where(documents.c.id == sa.bindparam("key"))
            .values(restricted=sa.true()),
            marked,
        )
