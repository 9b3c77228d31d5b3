"""Who answers for a patient."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TABLE = "patients"
COLUMN = "responsible_patient_id"
INDEX = "ix_patients_responsible_patient_id"
REFERENCE = "fk_patients_responsible_patient_id_patients"


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as table:
        table.add_column(sa.Column("responsible", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column(COLUMN, sa.String(length=36), nullable=True))
        table.create_foreign_key(op.f(REFERENCE), TABLE, [COLUMN], ["id"])
    op.create_index(INDEX, TABLE, [COLUMN])


def downgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(op.f(REFERENCE), type_="foreignkey")
        table.drop_column(COLUMN)
        table.drop_column("responsible")
