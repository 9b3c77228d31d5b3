"""Registrations to be completed: who is known by name and telephone, or not even by name."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TABLE = "patients"


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as table:
        table.alter_column("birth_date", existing_type=sa.Date(), nullable=True)
        table.add_column(sa.Column("unidentified", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as table:
        table.drop_column("unidentified")
        table.alter_column("birth_date", existing_type=sa.Date(), nullable=False)
