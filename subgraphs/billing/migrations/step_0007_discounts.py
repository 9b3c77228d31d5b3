"""Discounts."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import ExactDecimal, UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "discounts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("invoice_id", sa.String(length=36), nullable=False),
        sa.Column("amount", ExactDecimal(12, 2), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("drafted_by", sa.String(length=200), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_discounts_amount")),
        sa.CheckConstraint("approved_by <> drafted_by", name=op.f("ck_discounts_two_people")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_discounts_invoice_id_invoices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discounts")),
    )
    op.create_index(op.f("ix_discounts_invoice_id"), "discounts", ["invoice_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_discounts_invoice_id"), table_name="discounts")
    op.drop_table("discounts")
