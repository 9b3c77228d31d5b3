"""No two visits overlap, of one practitioner or of one patient: the database sees to it.

PostgreSQL has exclusion constraints for this. SQLite gets triggers that look for an overlap; they
are safe because its writers take turns. Both answer with the same constraint names. Ranges are
half open, so that visits may touch.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

OCCUPYING = "('PENDING', 'BOOKED', 'ARRIVED', 'CHECKED_IN', 'IN_PROGRESS', 'FULFILLED')"

OWNERS = {"no_practitioner_overlap": "practitioner_id", "no_patient_overlap": "patient_id"}

# A longest visit lets SQLite look for an overlap in a short piece of its index.
LONGEST_VISIT_HOURS = 12


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        _constrain_postgresql()
    else:
        _constrain_sqlite()


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for constraint in ("visit_length", *OWNERS):
            op.execute(f"ALTER TABLE appointments DROP CONSTRAINT {constraint}")
        return
    for event in ("insert", "update"):
        op.execute(f"DROP TRIGGER visit_length_on_{event}")
        for constraint in OWNERS:
            op.execute(f"DROP TRIGGER {constraint}_on_{event}")


def _constrain_postgresql() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(
        "ALTER TABLE appointments ADD CONSTRAINT visit_length "
        f"CHECK (ends_at - starts_at <= interval '{LONGEST_VISIT_HOURS} hours')"
    )
    for constraint, owner in OWNERS.items():
        op.execute(
            f"ALTER TABLE appointments ADD CONSTRAINT {constraint} EXCLUDE USING gist "
            f"({owner} WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&) "
            f"WHERE (status IN {OCCUPYING})"
        )


def _constrain_sqlite() -> None:
    events = {
        "insert": "INSERT",
        "update": "UPDATE OF status, starts_at, ends_at, practitioner_id, patient_id",
    }
    for name, event in events.items():
        op.execute(_length_trigger(name, event))
        for constraint, owner in OWNERS.items():
            op.execute(_overlap_trigger(constraint, owner, name, event))


def _length_trigger(name: str, event: str) -> str:
    longest = LONGEST_VISIT_HOURS / 24
    return f"""
        CREATE TRIGGER visit_length_on_{name} BEFORE {event} ON appointments
        WHEN julianday(NEW.ends_at) - julianday(NEW.starts_at) > {longest}
        BEGIN SELECT RAISE(ABORT, 'visit_length'); END"""


def _overlap_trigger(constraint: str, owner: str, name: str, event: str) -> str:
    return f"""
        CREATE TRIGGER {constraint}_on_{name} BEFORE {event} ON appointments
        WHEN NEW.status IN {OCCUPYING}
        BEGIN
            SELECT RAISE(ABORT, '{constraint}') WHERE EXISTS (
                SELECT 1 FROM appointments AS other
                WHERE other.{owner} = NEW.{owner}
                AND other.starts_at < NEW.ends_at
                AND other.starts_at >= date(NEW.starts_at, '-1 day')
                AND other.ends_at > NEW.starts_at
                AND other.status IN {OCCUPYING}
                AND other.id <> NEW.id
            );
        END"""
