"""Problem lists and vital signs."""

import sqlalchemy as sa
from alembic import op

from subgraphs.kit.columns import ExactDecimal, UtcDateTime

revision = "0003"
down_revision = "0002"


# What was measured is never changed, and nothing is ever deleted.
KEPT = (
    ("problems_kept", "DELETE", "problems"),
    ("vital_signs_kept", "DELETE", "vital_signs"),
    ("vital_signs_fixed", "UPDATE", "vital_signs"),
)


def upgrade() -> None:
    op.create_table(
        "problems",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("cid10", sa.String(length=5), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("onset", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_problems_encounter_id_encounters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problems")),
    )
    op.create_index(op.f("ix_problems_patient_id"), "problems", ["patient_id"], unique=False)
    unresolved = sa.text("resolved_on IS NULL")
    op.create_index(
        "uq_problems_unresolved",
        "problems",
        ["patient_id", "cid10"],
        unique=True,
        postgresql_where=unresolved,
        sqlite_where=unresolved,
    )
    op.create_table(
        "vital_signs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("measured_at", UtcDateTime(), nullable=False),
        sa.Column("systolic", sa.Integer(), nullable=True),
        sa.Column("diastolic", sa.Integer(), nullable=True),
        sa.Column("heart_rate", sa.Integer(), nullable=True),
        sa.Column("respiratory_rate", sa.Integer(), nullable=True),
        sa.Column("oxygen_saturation", sa.Integer(), nullable=True),
        sa.Column("temperature", ExactDecimal(3, 1), nullable=True),
        sa.Column("weight_kg", ExactDecimal(6, 3), nullable=True),
        sa.Column("height_cm", ExactDecimal(4, 1), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_vital_signs_encounter_id_encounters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vital_signs")),
    )
    op.create_index(
        op.f("ix_vital_signs_encounter_id"), "vital_signs", ["encounter_id"], unique=False
    )
    op.add_column("allergies", sa.Column("refutation_reason", sa.String(length=300), nullable=True))
    for name, event, table in KEPT:
        if op.get_context().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )


def downgrade() -> None:
    op.drop_column("allergies", "refutation_reason")
    op.drop_index(op.f("ix_vital_signs_encounter_id"), table_name="vital_signs")
    op.drop_table("vital_signs")  # and its triggers with it
    op.drop_index(op.f("ix_problems_patient_id"), table_name="problems")
    op.drop_table("problems")
