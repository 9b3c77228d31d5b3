"""Charges that a document requests are priced only when they are billed."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import ExactDecimal

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _price(nullable=True)
    op.create_index("ix_charge_items_appointment_id", "charge_items", ["appointment_id"])


def downgrade() -> None:
    op.drop_index("ix_charge_items_appointment_id", "charge_items")
    _price(nullable=False)


def _price(*, nullable: bool) -> None:
    with op.batch_alter_table("charge_items") as table:
        table.alter_column("unit_price", existing_type=ExactDecimal(12, 4), nullable=nullable)
        table.alter_column(
            "price_table_version", existing_type=sa.String(length=20), nullable=nullable
        )
