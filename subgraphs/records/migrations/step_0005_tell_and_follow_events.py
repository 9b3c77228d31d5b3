"""Tell and follow events."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "inbox_cursors",
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_inbox_cursors")),
    )
    op.create_table(
        "inbox_events",
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("aggregate_type", sa.String(length=100), nullable=False),
        sa.Column("aggregate_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("event", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_inbox_events")),
    )
    op.create_index(
        "ix_inbox_events_parked",
        "inbox_events",
        ["source", "position"],
        unique=False,
        postgresql_where=sa.text("outcome = 'PARKED'"),
        sqlite_where=sa.text("outcome = 'PARKED'"),
    )
    op.create_index(
        op.f("ix_inbox_events_source_aggregate_type_aggregate_id_version"),
        "inbox_events",
        ["source", "aggregate_type", "aggregate_id", "version"],
        unique=False,
    )
    op.create_table(
        "outbox_events",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("aggregate_type", sa.String(length=100), nullable=False),
        sa.Column("aggregate_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_outbox_events")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_events_id")),
        sa.UniqueConstraint("position", name=op.f("uq_outbox_events_position")),
    )
    op.create_index(
        "ix_outbox_events_unpublished",
        "outbox_events",
        ["sequence"],
        unique=False,
        postgresql_where=sa.text("position IS NULL"),
        sqlite_where=sa.text("position IS NULL"),
    )
    op.create_table(
        "patient_replicas",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("merged_into_id", sa.String(length=36), nullable=True),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_replicas")),
    )
    op.create_index(
        op.f("ix_patient_replicas_merged_into_id"),
        "patient_replicas",
        ["merged_into_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_patient_replicas_person_id"), "patient_replicas", ["person_id"], unique=False
    )
    op.create_table(
        "visit_replicas",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_replicas")),
    )
    op.create_index(
        "ix_visit_replicas_patient_id_starts_at",
        "visit_replicas",
        ["patient_id", "starts_at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_visit_replicas_patient_id_starts_at", table_name="visit_replicas")
    op.drop_table("visit_replicas")
    op.drop_index(op.f("ix_patient_replicas_person_id"), table_name="patient_replicas")
    op.drop_index(op.f("ix_patient_replicas_merged_into_id"), table_name="patient_replicas")
    op.drop_table("patient_replicas")
    op.drop_index(
        "ix_outbox_events_unpublished",
        table_name="outbox_events",
        postgresql_where=sa.text("position IS NULL"),
        sqlite_where=sa.text("position IS NULL"),
    )
    op.drop_table("outbox_events")
    op.drop_index(
        op.f("ix_inbox_events_source_aggregate_type_aggregate_id_version"),
        table_name="inbox_events",
    )
    op.drop_index(
        "ix_inbox_events_parked",
        table_name="inbox_events",
        postgresql_where=sa.text("outcome = 'PARKED'"),
        sqlite_where=sa.text("outcome = 'PARKED'"),
    )
    op.drop_table("inbox_events")
    op.drop_table("inbox_cursors")
