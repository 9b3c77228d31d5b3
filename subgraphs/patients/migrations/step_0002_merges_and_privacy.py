"""Merges that can be undone, consents, and requests of data subjects."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "channel IN ('WHATSAPP', 'SMS', 'EMAIL', 'PHONE', 'ANY')",
            name=op.f("ck_consents_channel"),
        ),
        sa.CheckConstraint(
            "purpose IN ('REMINDERS', 'MARKETING', 'RESEARCH', 'DATA_SHARING')",
            name=op.f("ck_consents_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.id"], name=op.f("fk_consents_patient_id_patients")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(
        op.f("ix_consents_patient_id_recorded_at"),
        "consents",
        ["patient_id", "recorded_at"],
        unique=False,
    )
    op.create_table(
        "data_requests",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("legal_basis", sa.String(length=500), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.Column("done_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('EXPORT', 'ERASURE')", name=op.f("ck_data_requests_kind")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.id"], name=op.f("fk_data_requests_patient_id_patients")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
    )
    op.create_index(
        op.f("ix_data_requests_patient_id"), "data_requests", ["patient_id"], unique=False
    )
    op.create_table(
        "patient_merges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("source_id", sa.String(length=36), nullable=False),
        sa.Column("target_id", sa.String(length=36), nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.Column("merged_by", sa.String(length=200), nullable=False),
        sa.Column("source_before", sa.JSON(), nullable=False),
        sa.Column("target_before", sa.JSON(), nullable=False),
        sa.Column("repointed_ids", sa.JSON(), nullable=False),
        sa.Column("unmerged_at", UtcDateTime(), nullable=True),
        sa.Column("unmerged_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["patients.id"], name=op.f("fk_patient_merges_source_id_patients")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["patients.id"], name=op.f("fk_patient_merges_target_id_patients")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_merges")),
    )
    op.create_index(
        op.f("ix_patient_merges_target_id"), "patient_merges", ["target_id"], unique=False
    )
    op.create_index(
        "uq_patient_merges_live_source_id",
        "patient_merges",
        ["source_id"],
        unique=True,
        sqlite_where=sa.text("unmerged_at IS NULL"),
        postgresql_where=sa.text("unmerged_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_patient_merges_live_source_id",
        table_name="patient_merges",
        sqlite_where=sa.text("unmerged_at IS NULL"),
        postgresql_where=sa.text("unmerged_at IS NULL"),
    )
    op.drop_index(op.f("ix_patient_merges_target_id"), table_name="patient_merges")
    op.drop_table("patient_merges")
    op.drop_index(op.f("ix_data_requests_patient_id"), table_name="data_requests")
    op.drop_table("data_requests")
    op.drop_index(op.f("ix_consents_patient_id_recorded_at"), table_name="consents")
    op.drop_table("consents")
