"""Claims on the plans, by batch, with their items; receivables by age."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import ExactDecimal, UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_invoices_status_service_day", "invoices", ["status", "service_day"])
    op.create_table(
        "claim_batches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ans_registry", sa.String(length=6), nullable=False),
        sa.Column("protocol", sa.String(length=40), nullable=True),
        sa.Column("statement_at", UtcDateTime(), nullable=True),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_batches")),
    )
    op.create_table(
        "claims",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("invoice_id", sa.String(length=36), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("ans_registry", sa.String(length=6), nullable=False),
        sa.Column("guia_number", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("billed", ExactDecimal(12, 2), nullable=False),
        sa.Column("released", ExactDecimal(12, 2), nullable=True),
        sa.Column("denied", ExactDecimal(12, 2), nullable=True),
        sa.Column("recovered", ExactDecimal(12, 2), nullable=False),
        sa.Column("appeal_justification", sa.String(length=500), nullable=True),
        sa.Column("appeal_reference", sa.String(length=40), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'SUBMITTED', 'PROCESSING', 'APPROVED', 'PARTIALLY_DENIED', "
            "'DENIED', 'APPEALED', 'PAID', 'CLOSED_UNPAID', 'CANCELLED')",
            name=op.f("ck_claims_status"),
        ),
        sa.CheckConstraint("released + denied = billed", name=op.f("ck_claims_glosa_adds_up")),
        sa.CheckConstraint(
            "released >= 0 AND denied >= 0 AND recovered >= 0 AND recovered <= denied",
            name=op.f("ck_claims_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["claim_batches.id"], name=op.f("fk_claims_batch_id_claim_batches")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_claims_invoice_id_invoices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("guia_number", name=op.f("uq_claims_guia_number")),
        sa.UniqueConstraint("invoice_id", name=op.f("uq_claims_invoice_id")),
    )
    op.create_index(
        "ix_claims_ans_registry_status_id", "claims", ["ans_registry", "status", "id"], unique=False
    )
    op.create_index(op.f("ix_claims_batch_id"), "claims", ["batch_id"], unique=False)
    op.create_table(
        "claim_items",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("claim_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("tuss_code", sa.String(length=8), nullable=False),
        sa.Column("quantity", ExactDecimal(13, 4), nullable=False),
        sa.Column("billed", ExactDecimal(12, 2), nullable=False),
        sa.Column("released", ExactDecimal(12, 2), nullable=True),
        sa.Column("denied", ExactDecimal(12, 2), nullable=True),
        sa.Column("denial_code", sa.String(length=4), nullable=True),
        sa.Column("denial_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint("released + denied = billed", name=op.f("ck_claim_items_glosa_adds_up")),
        sa.CheckConstraint("released >= 0 AND denied >= 0", name=op.f("ck_claim_items_amounts")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_items_claim_id_claims")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_items")),
        sa.UniqueConstraint("claim_id", "sequence", name=op.f("uq_claim_items_claim_id_sequence")),
    )


def downgrade() -> None:
    op.drop_table("claim_items")
    op.drop_index(op.f("ix_claims_batch_id"), table_name="claims")
    op.drop_index("ix_claims_ans_registry_status_id", table_name="claims")
    op.drop_table("claims")
    op.drop_table("claim_batches")
    op.drop_index("ix_invoices_status_service_day", "invoices")
