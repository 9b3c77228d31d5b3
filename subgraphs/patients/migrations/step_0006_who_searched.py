"""Who searched for patients: a log that only grows (LGPD, article 37)."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import UtcDateTime

revision = "0006"
down_revision = "0005"

TABLE = "search_events"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.String(length=200), nullable=False),
        sa.Column("actor_roles", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_events")),
    )
    op.create_index("ix_search_events_at_id", TABLE, ["at", "id"])
    op.create_index("ix_search_events_patient_id", TABLE, ["patient_id"])
    if op.get_context().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        for event in ("UPDATE", "DELETE"):
            name = f"{TABLE}_no_{event.lower()}"
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE}"
                f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )


def _guard_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END $$""")
    op.execute(
        f"CREATE TRIGGER {TABLE}_only_grows BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW"
        " EXECUTE FUNCTION refuse_change_of_log()"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_kept_whole BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT"
        " EXECUTE FUNCTION refuse_change_of_log()"
    )


def downgrade() -> None:
    op.drop_index("ix_search_events_patient_id", table_name=TABLE)
    op.drop_index("ix_search_events_at_id", table_name=TABLE)
    op.drop_table(TABLE)  # and its triggers with it
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_log()")
