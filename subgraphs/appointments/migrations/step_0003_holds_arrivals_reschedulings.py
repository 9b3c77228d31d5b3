"""Holds that run out, arrivals with their priority, visits that take another one's place."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import UtcDateTime

revision = "0003"
down_revision = "0002"

# What a sweep looks for is few rows of many.
SWEPT = {
    "ix_appointments_hold_until": ("hold_until", "status = 'PENDING'"),
    "ix_appointments_booked_starts_at": ("starts_at", "status = 'BOOKED'"),
}


def upgrade() -> None:
    op.add_column("appointments", sa.Column("hold_until", UtcDateTime(), nullable=True))
    op.add_column("appointments", sa.Column("arrived_at", UtcDateTime(), nullable=True))
    op.add_column("appointments", sa.Column("priority", sa.String(length=16), nullable=True))
    # Inline, because SQLite can add a reference with its column and never after it.
    op.add_column(
        "appointments",
        sa.Column(
            "rescheduled_from_id",
            sa.String(length=36),
            sa.ForeignKey(
                "appointments.id", name="fk_appointments_rescheduled_from_id_appointments"
            ),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index("ix_appointments_rescheduled_from_id", "appointments", ["rescheduled_from_id"])
    for name, (column, condition) in SWEPT.items():
        where = sa.text(condition)
        op.create_index(name, "appointments", [column], postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    for name in (*SWEPT, "ix_appointments_rescheduled_from_id"):
        op.drop_index(name, table_name="appointments")
    for column in ("rescheduled_from_id", "priority", "arrived_at", "hold_until"):
        op.drop_column("appointments", column)
