"""Refunds and cash desks."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import ExactDecimal, UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "cash_desks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("clinic_id", sa.String(length=36), nullable=False),
        sa.Column("clerk", sa.String(length=200), nullable=False),
        sa.Column("opening_float", ExactDecimal(12, 2), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("counted", ExactDecimal(12, 2), nullable=True),
        sa.Column("expected", ExactDecimal(12, 2), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (counted IS NULL) AND (counted IS NULL) = (expected IS NULL)",
            name=op.f("ck_cash_desks_closed"),
        ),
        sa.CheckConstraint(
            "opening_float >= 0 AND counted >= 0", name=op.f("ck_cash_desks_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_desks")),
    )
    op.create_index(
        "uq_cash_desks_clinic_id_clerk",
        "cash_desks",
        ["clinic_id", "clerk"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("payment_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=9), nullable=False),
        sa.Column("amount", ExactDecimal(12, 2), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("cash_desk_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "(status = 'REQUESTED') = (decided_by IS NULL)", name=op.f("ck_refunds_decided")
        ),
        sa.CheckConstraint(
            "status IN ('REQUESTED', 'APPROVED', 'REJECTED')", name=op.f("ck_refunds_status")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount")),
        sa.CheckConstraint("decided_by <> requested_by", name=op.f("ck_refunds_two_people")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_refunds_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
    )
    op.create_index(op.f("ix_refunds_cash_desk_id"), "refunds", ["cash_desk_id"], unique=False)
    op.create_index(op.f("ix_refunds_payment_id"), "refunds", ["payment_id"], unique=False)
    op.add_column("payments", sa.Column("cash_desk_id", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_payments_cash_desk_id"), "payments", ["cash_desk_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_payments_cash_desk_id"), table_name="payments")
    op.drop_column("payments", "cash_desk_id")
    op.drop_index(op.f("ix_refunds_payment_id"), table_name="refunds")
    op.drop_index(op.f("ix_refunds_cash_desk_id"), table_name="refunds")
    op.drop_table("refunds")
    op.drop_index(
        "uq_cash_desks_clinic_id_clerk",
        table_name="cash_desks",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_table("cash_desks")
