"""How much of a procedure was authorized, what the plan wants first, and a patient's consent."""

import sqlalchemy as sa
from alembic import op

from subgraphs.billing.migrations.step_0002_what_is_issued_is_frozen import FROZEN
from subgraphs.billing.migrations.step_0009_price_modifiers import OF_THE_VISIT, freeze
from subgraphs.kit.columns import ExactDecimal, UtcDateTime

revision = "0010"
down_revision = "0009"

CONSENT = "consented_at"


def upgrade() -> None:
    op.add_column("authorizations", sa.Column("authorized_quantity", ExactDecimal(9, 4)))
    op.add_column("authorizations", sa.Column("need", sa.String(length=13)))
    op.add_column("invoices", sa.Column(CONSENT, UtcDateTime(), nullable=True))
    freeze((*FROZEN, *OF_THE_VISIT, CONSENT))


def downgrade() -> None:
    freeze((*FROZEN, *OF_THE_VISIT))
    op.drop_column("invoices", CONSENT)
    op.drop_column("authorizations", "need")
    op.drop_column("authorizations", "authorized_quantity")
