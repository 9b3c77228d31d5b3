"""From when to when a practitioner is active."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("ALTER TABLE practitioners ADD COLUMN active_from DATE")
    # As text, because a check can be added to SQLite with its column alone.
    op.execute(
        "ALTER TABLE practitioners ADD COLUMN active_until DATE "
        "CONSTRAINT ck_practitioners_active_period CHECK (active_until >= active_from)"
    )


def downgrade() -> None:
    op.drop_column("practitioners", "active_until")
    op.drop_column("practitioners", "active_from")
