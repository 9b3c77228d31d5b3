"""Price modifiers, and what tells whether they count: when the visit is, and if it could wait.

An invoice also keeps the kind of the visit, which the claim's form names, and since when somebody
should call it off because the visit did not take place.
"""

import sqlalchemy as sa
from alembic import op

from subgraphs.billing.migrations.step_0002_what_is_issued_is_frozen import FROZEN
from subgraphs.kit.columns import ExactDecimal, UtcDateTime

revision = "0009"
down_revision = "0008"

OF_THE_VISIT = ("service_time", "visit_kind", "urgent")


def upgrade() -> None:
    op.create_table(
        "price_modifiers",
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("factor", ExactDecimal(8, 4), nullable=False),
        sa.Column("tuss_prefixes", sa.JSON(), nullable=False),
        sa.Column("regular_from", sa.Time(), nullable=False),
        sa.Column("regular_until", sa.Time(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ADDITIONAL_PROCEDURE', 'URGENCY_OR_AFTER_HOURS')",
            name=op.f("ck_price_modifiers_kind"),
        ),
        sa.CheckConstraint("factor >= 0", name=op.f("ck_price_modifiers_factor")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["price_table_versions.id"],
            name=op.f("fk_price_modifiers_version_id_price_table_versions"),
        ),
        sa.PrimaryKeyConstraint("version_id", "kind", name=op.f("pk_price_modifiers")),
    )
    op.add_column("invoice_lines", sa.Column("price_components", sa.JSON(), nullable=True))
    op.add_column("invoices", sa.Column("service_time", sa.Time(), nullable=True))
    op.add_column("invoices", sa.Column("visit_kind", sa.String(length=10), nullable=True))
    op.add_column("invoices", sa.Column("cancel_requested_at", UtcDateTime(), nullable=True))
    for table in ("invoices", "authorizations"):
        op.add_column(
            table, sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    freeze((*FROZEN, *OF_THE_VISIT))


def downgrade() -> None:
    freeze(FROZEN)
    for column in (*OF_THE_VISIT, "cancel_requested_at"):
        op.drop_column("invoices", column)
    op.drop_column("authorizations", "urgent")
    op.drop_column("invoice_lines", "price_components")
    op.drop_table("price_modifiers")


def freeze(columns: tuple[str, ...]) -> None:
    """Make the trigger of an issued invoice anew, over these columns."""
    if op.get_context().dialect.name == "postgresql":
        changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
        op.execute(f"""
            CREATE OR REPLACE FUNCTION refuse_frozen_invoice() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' THEN
                    RAISE EXCEPTION 'frozen_invoice' USING ERRCODE = 'restrict_violation';
                END IF;
                IF OLD.status <> 'DRAFT' AND (NEW.status = 'DRAFT' OR {changed}) THEN
                    RAISE EXCEPTION 'frozen_invoice' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$""")
        return
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    op.execute("DROP TRIGGER frozen_invoice_on_update")
    op.execute(f"""
        CREATE TRIGGER frozen_invoice_on_update BEFORE UPDATE ON invoices
        WHEN OLD.status <> 'DRAFT' AND (NEW.status = 'DRAFT' OR {changed})
        BEGIN SELECT RAISE(ABORT, 'frozen_invoice'); END""")
