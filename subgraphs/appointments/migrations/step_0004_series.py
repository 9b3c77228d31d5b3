"""Visits that were booked together as a series."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("appointments", sa.Column("series_id", sa.String(length=36), nullable=True))
    op.create_index("ix_appointments_series_id", "appointments", ["series_id"])


def downgrade() -> None:
    op.drop_index("ix_appointments_series_id", table_name="appointments")
    op.drop_column("appointments", "series_id")
