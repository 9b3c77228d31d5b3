"""Prices, coverages, charges, invoices with lines and numbers, payments, authorizations."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import ExactDecimal, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "charge_items",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=True),
        sa.Column("tuss_code", sa.String(length=8), nullable=False),
        sa.Column("quantity", ExactDecimal(13, 4), nullable=False),
        sa.Column("unit_price", ExactDecimal(12, 4), nullable=False),
        sa.Column("price_table_version", sa.String(length=20), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('PLANNED', 'BILLABLE', 'BILLED', 'PAID', 'ABORTED')",
            name=op.f("ck_charge_items_status"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_charge_items_quantity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_items")),
        sa.UniqueConstraint(
            "document_id", "tuss_code", name=op.f("uq_charge_items_document_id_tuss_code")
        ),
    )
    op.create_index(
        op.f("ix_charge_items_patient_id"), "charge_items", ["patient_id"], unique=False
    )
    op.create_index(
        "uq_charge_items_appointment_id_tuss_code",
        "charge_items",
        ["appointment_id", "tuss_code"],
        unique=True,
        sqlite_where=sa.text("document_id IS NULL AND status <> 'ABORTED'"),
        postgresql_where=sa.text("document_id IS NULL AND status <> 'ABORTED'"),
    )
    op.create_table(
        "coverages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("ans_registry", sa.String(length=6), nullable=False),
        sa.Column("plan_name", sa.String(length=120), nullable=False),
        sa.Column("card_number", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_coverages_validity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverages")),
        sa.UniqueConstraint(
            "ans_registry", "card_number", name=op.f("uq_coverages_ans_registry_card_number")
        ),
    )
    op.create_index(op.f("ix_coverages_patient_id"), "coverages", ["patient_id"], unique=False)
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
        "invoice_series",
        sa.Column("series", sa.String(length=7), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_invoice_series")),
    )
    op.create_table(
        "price_table_versions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("payer", sa.String(length=7), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_table_versions")),
        sa.UniqueConstraint(
            "payer", "valid_from", name=op.f("uq_price_table_versions_payer_valid_from")
        ),
    )
    op.create_table(
        "authorizations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=True),
        sa.Column("coverage_id", sa.String(length=36), nullable=False),
        sa.Column("tuss_code", sa.String(length=8), nullable=False),
        sa.Column("quantity", ExactDecimal(13, 4), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("plan_reference", sa.String(length=40), nullable=True),
        sa.Column("guia_number", sa.String(length=20), nullable=True),
        sa.Column("password", sa.String(length=20), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reason_code", sa.String(length=4), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('REQUESTED', 'IN_ANALYSIS', 'AUTHORIZED', 'DENIED', 'CANCELLED')",
            name=op.f("ck_authorizations_status"),
        ),
        sa.ForeignKeyConstraint(
            ["coverage_id"], ["coverages.id"], name=op.f("fk_authorizations_coverage_id_coverages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorizations")),
    )
    op.create_index(
        "ix_authorizations_document_id", "authorizations", ["document_id"], unique=False
    )
    op.create_index("ix_authorizations_status_id", "authorizations", ["status", "id"], unique=False)
    op.create_index(
        "uq_authorizations_appointment_id_tuss_code",
        "authorizations",
        ["appointment_id", "tuss_code"],
        unique=True,
        sqlite_where=sa.text("status NOT IN ('DENIED', 'CANCELLED')"),
        postgresql_where=sa.text("status NOT IN ('DENIED', 'CANCELLED')"),
    )
    op.create_table(
        "invoices",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("series", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("clinic_id", sa.String(length=36), nullable=False),
        sa.Column("coverage_id", sa.String(length=36), nullable=True),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("gross", ExactDecimal(12, 2), nullable=False),
        sa.Column("discount", ExactDecimal(12, 2), nullable=False),
        sa.Column("plan_pays", ExactDecimal(12, 2), nullable=True),
        sa.Column("patient_pays", ExactDecimal(12, 2), nullable=True),
        sa.Column("due_from_plan", ExactDecimal(12, 2), nullable=True),
        sa.Column("due_from_patient", ExactDecimal(12, 2), nullable=True),
        sa.Column("patient_paid", ExactDecimal(12, 2), nullable=False),
        sa.Column("plan_paid", ExactDecimal(12, 2), nullable=False),
        sa.Column("written_off", ExactDecimal(12, 2), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.Column("issued_by", sa.String(length=200), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_by", sa.String(length=200), nullable=True),
        sa.Column("cancel_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'CANCELLED', 'ENTERED_IN_ERROR') OR (number IS NOT NULL AND "
            "issued_at IS NOT NULL AND plan_pays IS NOT NULL)",
            name=op.f("ck_invoices_issued_is_complete"),
        ),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'ISSUED', 'PARTIALLY_PAID', 'BALANCED', 'CANCELLED', "
            "'ENTERED_IN_ERROR')",
            name=op.f("ck_invoices_status"),
        ),
        sa.CheckConstraint(
            "due_from_plan + due_from_patient + discount = gross",
            name=op.f("ck_invoices_dues_add_up"),
        ),
        sa.CheckConstraint(
            "gross >= 0 AND discount >= 0 AND due_from_patient >= 0 AND due_from_plan >= 0 AND "
            "patient_paid >= 0 AND plan_paid >= 0 AND written_off >= 0",
            name=op.f("ck_invoices_not_negative"),
        ),
        sa.CheckConstraint(
            "patient_paid <= COALESCE(due_from_patient, 0)",
            name=op.f("ck_invoices_patient_overpays"),
        ),
        sa.CheckConstraint(
            "plan_paid + written_off <= COALESCE(due_from_plan, 0)",
            name=op.f("ck_invoices_plan_overpays"),
        ),
        sa.CheckConstraint(
            "plan_pays + patient_pays = gross", name=op.f("ck_invoices_parts_add_up")
        ),
        sa.ForeignKeyConstraint(
            ["coverage_id"], ["coverages.id"], name=op.f("fk_invoices_coverage_id_coverages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_invoices_series_number")),
    )
    op.create_index("ix_invoices_appointment_id", "invoices", ["appointment_id"], unique=False)
    op.create_index("ix_invoices_patient_id_id", "invoices", ["patient_id", "id"], unique=False)
    op.create_index("ix_invoices_status_id", "invoices", ["status", "id"], unique=False)
    op.create_index(
        "uq_invoices_appointment_id",
        "invoices",
        ["appointment_id"],
        unique=True,
        sqlite_where=sa.text("status NOT IN ('CANCELLED', 'ENTERED_IN_ERROR')"),
        postgresql_where=sa.text("status NOT IN ('CANCELLED', 'ENTERED_IN_ERROR')"),
    )
    op.create_table(
        "prices",
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("tuss_code", sa.String(length=8), nullable=False),
        sa.Column("unit_price", ExactDecimal(12, 4), nullable=False),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_prices_unit_price")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["price_table_versions.id"],
            name=op.f("fk_prices_version_id_price_table_versions"),
        ),
        sa.PrimaryKeyConstraint("version_id", "tuss_code", name=op.f("pk_prices")),
    )
    op.create_table(
        "invoice_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("invoice_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("charge_item_id", sa.String(length=36), nullable=False),
        sa.Column("tuss_code", sa.String(length=8), nullable=False),
        sa.Column("quantity", ExactDecimal(13, 4), nullable=False),
        sa.Column("unit_price", ExactDecimal(12, 4), nullable=False),
        sa.Column("price_table_version", sa.String(length=20), nullable=False),
        sa.Column("share_status", sa.String(length=24), nullable=False),
        sa.Column("authorization_required", sa.Boolean(), nullable=True),
        sa.Column("gross", ExactDecimal(12, 2), nullable=False),
        sa.Column("discount", ExactDecimal(12, 2), nullable=False),
        sa.Column("deductible", ExactDecimal(12, 2), nullable=True),
        sa.Column("coinsurance", ExactDecimal(12, 2), nullable=True),
        sa.Column("copay", ExactDecimal(12, 2), nullable=True),
        sa.Column("copay_collected_by", sa.String(length=9), nullable=True),
        sa.Column("plan_pays", ExactDecimal(12, 2), nullable=True),
        sa.Column("patient_pays", ExactDecimal(12, 2), nullable=True),
        sa.Column("due_from_plan", ExactDecimal(12, 2), nullable=True),
        sa.Column("due_from_patient", ExactDecimal(12, 2), nullable=True),
        sa.CheckConstraint(
            "(share_status = 'UNKNOWN_PLAN_UNAVAILABLE') = (plan_pays IS NULL)",
            name=op.f("ck_invoice_lines_unknown"),
        ),
        sa.CheckConstraint(
            "copay_collected_by IN ('OPERADORA', 'CLINIC')",
            name=op.f("ck_invoice_lines_copay_collected_by"),
        ),
        sa.CheckConstraint(
            "share_status IN ('PRIVATE', 'COVERED', 'NOT_COVERED', 'FREE_RETURN', "
            "'UNKNOWN_PLAN_UNAVAILABLE')",
            name=op.f("ck_invoice_lines_share_status"),
        ),
        sa.CheckConstraint(
            "deductible + coinsurance + copay <= patient_pays",
            name=op.f("ck_invoice_lines_patient_part_adds_up"),
        ),
        sa.CheckConstraint(
            "due_from_plan + due_from_patient + discount = gross",
            name=op.f("ck_invoice_lines_dues_add_up"),
        ),
        sa.CheckConstraint(
            "gross >= 0 AND discount >= 0 AND deductible >= 0 AND coinsurance >= 0 AND copay >= 0",
            name=op.f("ck_invoice_lines_not_negative"),
        ),
        sa.CheckConstraint(
            "plan_pays + patient_pays = gross", name=op.f("ck_invoice_lines_parts_add_up")
        ),
        sa.CheckConstraint(
            "plan_pays >= 0 AND patient_pays >= 0", name=op.f("ck_invoice_lines_parts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["charge_item_id"],
            ["charge_items.id"],
            name=op.f("fk_invoice_lines_charge_item_id_charge_items"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_lines_invoice_id_invoices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_lines")),
        sa.UniqueConstraint(
            "invoice_id", "position", name=op.f("uq_invoice_lines_invoice_id_position")
        ),
    )
    op.create_index(
        "ix_invoice_lines_charge_item_id", "invoice_lines", ["charge_item_id"], unique=False
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("invoice_id", sa.String(length=36), nullable=False),
        sa.Column("payer", sa.String(length=8), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("amount", ExactDecimal(12, 2), nullable=False),
        sa.Column("tendered", ExactDecimal(12, 2), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "method IN ('CASH', 'DEBIT_CARD', 'CREDIT_CARD', 'PIX', 'TRANSFER')",
            name=op.f("ck_payments_method"),
        ),
        sa.CheckConstraint("payer IN ('PATIENT', 'PLAN')", name=op.f("ck_payments_payer")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint("tendered >= amount", name=op.f("ck_payments_tendered")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_payments_invoice_id_invoices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_invoice_id"), "payments", ["invoice_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_payments_invoice_id"), table_name="payments")
    op.drop_table("payments")
    op.drop_index("ix_invoice_lines_charge_item_id", table_name="invoice_lines")
    op.drop_table("invoice_lines")
    op.drop_table("prices")
    op.drop_index(
        "uq_invoices_appointment_id",
        table_name="invoices",
        sqlite_where=sa.text("status NOT IN ('CANCELLED', 'ENTERED_IN_ERROR')"),
        postgresql_where=sa.text("status NOT IN ('CANCELLED', 'ENTERED_IN_ERROR')"),
    )
    op.drop_index("ix_invoices_status_id", table_name="invoices")
    op.drop_index("ix_invoices_patient_id_id", table_name="invoices")
    op.drop_index("ix_invoices_appointment_id", table_name="invoices")
    op.drop_table("invoices")
    op.drop_index(
        "uq_authorizations_appointment_id_tuss_code",
        table_name="authorizations",
        sqlite_where=sa.text("status NOT IN ('DENIED', 'CANCELLED')"),
        postgresql_where=sa.text("status NOT IN ('DENIED', 'CANCELLED')"),
    )
    op.drop_index("ix_authorizations_status_id", table_name="authorizations")
    op.drop_index("ix_authorizations_document_id", table_name="authorizations")
    op.drop_table("authorizations")
    op.drop_table("price_table_versions")
    op.drop_table("invoice_series")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_coverages_patient_id"), table_name="coverages")
    op.drop_table("coverages")
    op.drop_index(
        "uq_charge_items_appointment_id_tuss_code",
        table_name="charge_items",
        sqlite_where=sa.text("document_id IS NULL AND status <> 'ABORTED'"),
        postgresql_where=sa.text("document_id IS NULL AND status <> 'ABORTED'"),
    )
    op.drop_index(op.f("ix_charge_items_patient_id"), table_name="charge_items")
    op.drop_table("charge_items")
