"""Rooms and equipment: what a visit needs besides people, and no double use of either.

A room belongs to one practitioner at a time, who may see in it whoever is squeezed in; a piece of
equipment belongs to one visit at a time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

OCCUPYING = "('PENDING', 'BOOKED', 'ARRIVED', 'CHECKED_IN', 'IN_PROGRESS', 'FULFILLED')"

# The column of each, and whose other visits do not stand in the way.
CONSTRAINTS = {
    "no_room_overlap": ("room_id", "practitioner_id"),
    "no_equipment_overlap": ("equipment_id", None),
}


def upgrade() -> None:
    op.create_table(
        "clinic_resources",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("clinic_id", sa.String(length=36), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "category IN ('ROOM', 'EQUIPMENT')", name=op.f("ck_clinic_resources_category")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_clinic_resources_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_resources")),
        sa.UniqueConstraint("clinic_id", "name", name=op.f("uq_clinic_resources_clinic_id_name")),
    )
    for column in ("room_kind", "equipment_kind"):
        op.add_column("healthcare_services", sa.Column(column, sa.String(length=32), nullable=True))
    for column, _ in CONSTRAINTS.values():
        _add_reference(column)
    if op.get_context().dialect.name == "postgresql":
        _constrain_postgresql()
    else:
        _constrain_sqlite()


def downgrade() -> None:
    for constraint, (column, _) in CONSTRAINTS.items():
        if op.get_context().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE appointments DROP CONSTRAINT {constraint}")
        else:
            for event in ("insert", "update"):
                op.execute(f"DROP TRIGGER {constraint}_on_{event}")
        op.drop_index(f"ix_appointments_{column}_starts_at", table_name="appointments")
        op.drop_column("appointments", column)
    for column in ("room_kind", "equipment_kind"):
        op.drop_column("healthcare_services", column)
    op.drop_table("clinic_resources")


def _add_reference(column: str) -> None:
    # Inline, because SQLite can add a reference with its column and never after it.
    name = f"fk_appointments_{column}_clinic_resources"
    reference = sa.ForeignKey("clinic_resources.id", name=name)
    op.add_column(
        "appointments",
        sa.Column(column, sa.String(length=36), reference, nullable=True),
        inline_references=True,
    )
    where = sa.text(f"{column} IS NOT NULL")
    op.create_index(
        f"ix_appointments_{column}_starts_at",
        "appointments",
        [column, "starts_at"],
        postgresql_where=where,
        sqlite_where=where,
    )


def _constrain_postgresql() -> None:
    for constraint, (column, shared_by) in CONSTRAINTS.items():
        others = f"{shared_by} WITH <>, " if shared_by else ""
        op.execute(
            f"ALTER TABLE appointments ADD CONSTRAINT {constraint} EXCLUDE USING gist "
            f"({column} WITH =, {others}tstzrange(starts_at, ends_at, '[)') WITH &&) "
            f"WHERE (status IN {OCCUPYING} AND {column} IS NOT NULL)"
        )


def _constrain_sqlite() -> None:
    for constraint, (column, shared_by) in CONSTRAINTS.items():
        columns = ", ".join(filter(None, ("status, starts_at, ends_at", column, shared_by)))
        for name, event in (("insert", "INSERT"), ("update", f"UPDATE OF {columns}")):
            op.execute(_trigger(constraint, column, shared_by, (name, event)))


def _trigger(constraint: str, column: str, shared_by: str | None, on: tuple[str, str]) -> str:
    name, event = on
    others = f"AND other.{shared_by} <> NEW.{shared_by}" if shared_by else ""
    return f"""
        CREATE TRIGGER {constraint}_on_{name} BEFORE {event} ON appointments
        WHEN NEW.status IN {OCCUPYING} AND NEW.{column} IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, '{constraint}') WHERE EXISTS (
                SELECT 1 FROM appointments AS other
                WHERE other.{column} = NEW.{column}
                {others}
                AND other.starts_at < NEW.ends_at
                AND other.starts_at >= date(NEW.starts_at, '-1 day')
                AND other.ends_at > NEW.starts_at
                AND other.status IN {OCCUPYING}
                AND other.id <> NEW.id
            );
        END"""
