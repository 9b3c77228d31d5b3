"""First tables."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "encounters",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("practitioner_id", sa.String(length=36), nullable=False),
        sa.Column("practitioner_name", sa.String(length=120), nullable=False),
        sa.Column("practitioner_council", sa.String(length=24), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounters")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_encounters_appointment_id")),
    )
    op.create_index(op.f("ix_encounters_patient_id"), "encounters", ["patient_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("operation", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint(
            "actor", "operation", "key", name=op.f("uq_idempotency_keys_actor_operation_key")
        ),
    )
    op.create_table(
        "record_heads",
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("chain_sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("patient_id", name=op.f("pk_record_heads")),
    )
    op.create_table(
        "allergies",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("substance", sa.String(length=120), nullable=False),
        sa.Column("reaction", sa.String(length=300), nullable=True),
        sa.Column("criticality", sa.String(length=8), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("refuted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_allergies_encounter_id_encounters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allergies")),
    )
    op.create_index(op.f("ix_allergies_patient_id"), "allergies", ["patient_id"], unique=False)
    op.create_table(
        "clinical_documents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("author_council", sa.String(length=24), nullable=False),
        sa.Column("amends_id", sa.String(length=36), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("signature", sa.String(length=200), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("chain_sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(sequence IS NULL) = (status IN ('DRAFT', 'DISCARDED'))",
            name=op.f("ck_clinical_documents_signed_has_sequence"),
        ),
        sa.CheckConstraint(
            "kind IN ('CONSULTATION_NOTE', 'EXAM_REQUEST', 'PRESCRIPTION', 'MEDICAL_CERTIFICATE')",
            name=op.f("ck_clinical_documents_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'SIGNED', 'AMENDED', 'ENTERED_IN_ERROR', 'DISCARDED')",
            name=op.f("ck_clinical_documents_status"),
        ),
        sa.ForeignKeyConstraint(
            ["amends_id"],
            ["clinical_documents.id"],
            name=op.f("fk_clinical_documents_amends_id_clinical_documents"),
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"],
            ["encounters.id"],
            name=op.f("fk_clinical_documents_encounter_id_encounters"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinical_documents")),
        sa.UniqueConstraint(
            "patient_id", "sequence", name=op.f("uq_clinical_documents_patient_id_sequence")
        ),
    )
    op.create_index(
        op.f("ix_clinical_documents_amends_id"), "clinical_documents", ["amends_id"], unique=False
    )
    op.create_index(
        op.f("ix_clinical_documents_encounter_id"),
        "clinical_documents",
        ["encounter_id"],
        unique=False,
    )
    op.create_index(
        "ix_clinical_documents_patient_id_signed_at_id",
        "clinical_documents",
        ["patient_id", "signed_at", "id"],
        unique=False,
    )
    op.create_table(
        "document_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("from_status", sa.String(length=24), nullable=True),
        sa.Column("to_status", sa.String(length=24), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["clinical_documents.id"],
            name=op.f("fk_document_events_document_id_clinical_documents"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_events")),
    )
    op.create_index(
        op.f("ix_document_events_document_id"), "document_events", ["document_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_document_events_document_id"), table_name="document_events")
    op.drop_table("document_events")
    op.drop_index("ix_clinical_documents_patient_id_signed_at_id", table_name="clinical_documents")
    op.drop_index(op.f("ix_clinical_documents_encounter_id"), table_name="clinical_documents")
    op.drop_index(op.f("ix_clinical_documents_amends_id"), table_name="clinical_documents")
    op.drop_table("clinical_documents")
    op.drop_index(op.f("ix_allergies_patient_id"), table_name="allergies")
    op.drop_table("allergies")
    op.drop_table("record_heads")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_encounters_patient_id"), table_name="encounters")
    op.drop_table("encounters")
