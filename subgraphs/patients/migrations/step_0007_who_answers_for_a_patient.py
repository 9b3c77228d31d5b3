"""Who answers for a patient."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INDEX = "ix_patients_responsible_patient_id"


def upgrade() -> None:
    op.add_column("patients", sa.Column("responsible", sa.JSON(none_as_null=True), nullable=True))
    # In one statement, which both databases understand: SQLite adds no constraint to a table later.
    op.execute(
        "ALTER TABLE patients ADD COLUMN responsible_patient_id VARCHAR(36)"
        " CONSTRAINT fk_patients_responsible_patient_id_patients REFERENCES patients (id)"
    )
    op.create_index(INDEX, "patients", ["responsible_patient_id"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name="patients")
    op.drop_column("patients", "responsible_patient_id")
    op.drop_column("patients", "responsible")
