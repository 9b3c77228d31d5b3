"""Waiting list."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "waiting_list_entries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=True),
        sa.Column("clinic_id", sa.String(length=36), nullable=True),
        sa.Column("from_moment", UtcDateTime(), nullable=False),
        sa.Column("until_moment", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("coverage_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_waiting_list_entries_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["appointments.id"],
            name=op.f("fk_waiting_list_entries_offer_id_appointments"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient_replicas.id"],
            name=op.f("fk_waiting_list_entries_patient_id_patient_replicas"),
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_waiting_list_entries_practitioner_id_practitioners"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["healthcare_services.id"],
            name=op.f("fk_waiting_list_entries_service_id_healthcare_services"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_list_entries")),
    )
    op.create_index(
        "ix_waiting_list_entries_open",
        "waiting_list_entries",
        ["queued_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('WAITING', 'OFFERED')"),
        sqlite_where=sa.text("status IN ('WAITING', 'OFFERED')"),
    )
    op.create_index(
        op.f("ix_waiting_list_entries_patient_id"),
        "waiting_list_entries",
        ["patient_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_waiting_list_entries_patient_id"), table_name="waiting_list_entries")
    op.drop_index(
        "ix_waiting_list_entries_open",
        table_name="waiting_list_entries",
        postgresql_where=sa.text("status IN ('WAITING', 'OFFERED')"),
        sqlite_where=sa.text("status IN ('WAITING', 'OFFERED')"),
    )
    op.drop_table("waiting_list_entries")
