"""Lanes: what is squeezed in overlaps its practitioner's regular visits, not others of its lane."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

OCCUPYING = "('PENDING', 'BOOKED', 'ARRIVED', 'CHECKED_IN', 'IN_PROGRESS', 'FULFILLED')"
NAME = "no_practitioner_overlap"
EVENTS = {"insert": "INSERT", "update": "UPDATE OF status, starts_at, ends_at, practitioner_id"}


def upgrade() -> None:
    op.add_column(
        "appointments", sa.Column("lane", sa.Integer(), server_default="0", nullable=False)
    )
    _constrain("lane")


def downgrade() -> None:
    _constrain(None)
    op.drop_column("appointments", "lane")


def _constrain(lane: str | None) -> None:
    """Keep visits of one practitioner apart, within each lane where there are lanes."""
    if op.get_context().dialect.name == "postgresql":
        within = f"{lane} WITH =, " if lane else ""
        op.execute(f"ALTER TABLE appointments DROP CONSTRAINT {NAME}")
        op.execute(
            f"ALTER TABLE appointments ADD CONSTRAINT {NAME} EXCLUDE USING gist "
            f"(practitioner_id WITH =, {within}tstzrange(starts_at, ends_at, '[)') WITH &&) "
            f"WHERE (status IN {OCCUPYING})"
        )
        return
    for name, event in EVENTS.items():
        op.execute(f"DROP TRIGGER {NAME}_on_{name}")
        op.execute(_trigger(name, event, lane))


def _trigger(name: str, event: str, lane: str | None) -> str:
    columns = f"{event}, {lane}" if lane and name == "update" else event
    within = f"AND other.{lane} = NEW.{lane}" if lane else ""
    return f"""
        CREATE TRIGGER {NAME}_on_{name} BEFORE {columns} ON appointments
        WHEN NEW.status IN {OCCUPYING}
        BEGIN
            SELECT RAISE(ABORT, '{NAME}') WHERE EXISTS (
                SELECT 1 FROM appointments AS other
                WHERE other.practitioner_id = NEW.practitioner_id
                {within}
                AND other.starts_at < NEW.ends_at
                AND other.starts_at >= date(NEW.starts_at, '-1 day')
                AND other.ends_at > NEW.starts_at
                AND other.status IN {OCCUPYING}
                AND other.id <> NEW.id
            );
        END"""
