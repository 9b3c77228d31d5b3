"""Capacity: as many visits to a slot as its availability says, each in a seat of its own.

Seats let visits of one practitioner overlap, so a second constraint says that they never do in two
clinics.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

OCCUPYING = "('PENDING', 'BOOKED', 'ARRIVED', 'CHECKED_IN', 'IN_PROGRESS', 'FULFILLED')"
OVERLAP, ELSEWHERE = "no_practitioner_overlap", "no_practitioner_elsewhere"
EVENTS = {
    "insert": "INSERT",
    "update": "UPDATE OF status, starts_at, ends_at, practitioner_id, clinic_id, lane",
}


def upgrade() -> None:
    # As text, because a check can be added to SQLite with its column alone.
    op.execute(
        "ALTER TABLE availabilities ADD COLUMN capacity INTEGER DEFAULT 1 NOT NULL "
        "CONSTRAINT ck_availabilities_capacity CHECK (capacity BETWEEN 1 AND 50)"
    )
    op.execute(
        "ALTER TABLE appointments ADD COLUMN seat INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_appointments_seat CHECK (seat BETWEEN 0 AND 49)"
    )
    _drop(OVERLAP)
    if op.get_context().dialect.name == "postgresql":
        _exclude(OVERLAP, "practitioner_id WITH =, lane WITH =, seat WITH =")
        _exclude(ELSEWHERE, "practitioner_id WITH =, clinic_id WITH <>")
        return
    for name, event in EVENTS.items():
        columns = event if name == "insert" else f"{event}, seat"
        _trigger(ELSEWHERE, "other.clinic_id <> NEW.clinic_id", name, columns)
        _trigger(OVERLAP, "other.lane = NEW.lane AND other.seat = NEW.seat", name, columns)


def downgrade() -> None:
    _drop(ELSEWHERE)
    _drop(OVERLAP)
    op.drop_column("appointments", "seat")
    op.drop_column("availabilities", "capacity")
    if op.get_context().dialect.name == "postgresql":
        _exclude(OVERLAP, "practitioner_id WITH =, lane WITH =")
        return
    for name, event in EVENTS.items():
        _trigger(OVERLAP, "other.lane = NEW.lane", name, event)


def _drop(constraint: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE appointments DROP CONSTRAINT {constraint}")
        return
    for name in EVENTS:
        op.execute(f"DROP TRIGGER {constraint}_on_{name}")


def _exclude(constraint: str, whose: str) -> None:
    op.execute(
        f"ALTER TABLE appointments ADD CONSTRAINT {constraint} EXCLUDE USING gist "
        f"({whose}, tstzrange(starts_at, ends_at, '[)') WITH &&) WHERE (status IN {OCCUPYING})"
    )


def _trigger(constraint: str, whose: str, name: str, event: str) -> None:
    op.execute(f"""
        CREATE TRIGGER {constraint}_on_{name} BEFORE {event} ON appointments
        WHEN NEW.status IN {OCCUPYING}
        BEGIN
            SELECT RAISE(ABORT, '{constraint}') WHERE EXISTS (
                SELECT 1 FROM appointments AS other
                WHERE other.practitioner_id = NEW.practitioner_id
                AND {whose}
                AND other.starts_at < NEW.ends_at
                AND other.starts_at >= date(NEW.starts_at, '-1 day')
                AND other.ends_at > NEW.starts_at
                AND other.status IN {OCCUPYING}
                AND other.id <> NEW.id
            );
        END""")
