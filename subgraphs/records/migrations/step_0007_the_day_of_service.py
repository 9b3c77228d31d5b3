"""An encounter keeps the day of its appointment where the clinic is; procedures are billed by it.

Those opened before get the day on which they were opened in Brasília's time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_UNKNOWN = "1970-01-01"


def upgrade() -> None:
    # With a default, SQLite adds the column in place: a copied table would lose its triggers.
    column = sa.Column("service_day", sa.Date(), nullable=False, server_default=_UNKNOWN)
    op.add_column("encounters", column)
    if op.get_context().dialect.name == "sqlite":
        op.execute("UPDATE encounters SET service_day = date(started_at, '-3 hours')")
        return
    op.execute(
        "UPDATE encounters SET service_day = (started_at AT TIME ZONE 'America/Sao_Paulo')::date"
    )
    op.alter_column("encounters", "service_day", server_default=None)


def downgrade() -> None:
    op.drop_column("encounters", "service_day")
