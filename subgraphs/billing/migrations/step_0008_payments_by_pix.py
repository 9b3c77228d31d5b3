"""Payments by pix."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import ExactDecimal, UtcDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "pix_charges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("invoice_id", sa.String(length=36), nullable=False),
        sa.Column("txid", sa.String(length=25), nullable=False),
        sa.Column("amount", ExactDecimal(12, 2), nullable=False),
        sa.Column("br_code", sa.String(length=512), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("payment_id", sa.String(length=36), nullable=True),
        sa.Column("end_to_end_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "(payment_id IS NULL) = (end_to_end_id IS NULL)", name=op.f("ck_pix_charges_confirmed")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_pix_charges_amount")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_pix_charges_invoice_id_invoices")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_pix_charges_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pix_charges")),
        sa.UniqueConstraint("end_to_end_id", name=op.f("uq_pix_charges_end_to_end_id")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_pix_charges_payment_id")),
        sa.UniqueConstraint("txid", name=op.f("uq_pix_charges_txid")),
    )
    op.create_index(op.f("ix_pix_charges_invoice_id"), "pix_charges", ["invoice_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_pix_charges_invoice_id"), table_name="pix_charges")
    op.drop_table("pix_charges")
