"""Emergencies, and the log of accesses: both only ever grow (LGPD, article 37)."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import UtcDateTime

revision = "0004"
down_revision = "0003"

APPEND_ONLY = ("break_glass", "access_events")


def upgrade() -> None:
    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("actor_id", sa.String(length=200), nullable=False),
        sa.Column("justification", sa.String(length=1000), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index("ix_break_glass_actor_id_patient_id", "break_glass", ["actor_id", "patient_id"])
    op.create_table(
        "access_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.String(length=200), nullable=False),
        sa.Column("actor_roles", sa.String(length=200), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=True),
        sa.Column("document_id", sa.String(length=36), nullable=True),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_events")),
    )
    op.create_index(
        "ix_access_events_patient_id_at_id", "access_events", ["patient_id", "at", "id"]
    )
    for table in APPEND_ONLY:
        _guard(table)


def _guard(table: str) -> None:
    for event in ("UPDATE", "DELETE"):
        name = f"{table}_no_{event.lower()}"
        if op.get_context().dialect.name == "postgresql":
            action = "EXECUTE FUNCTION refuse_change()"
        else:
            action = f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {action}")
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_index("ix_access_events_patient_id_at_id", table_name="access_events")
    op.drop_table("access_events")  # and its triggers with it
    op.drop_index("ix_break_glass_actor_id_patient_id", table_name="break_glass")
    op.drop_table("break_glass")
