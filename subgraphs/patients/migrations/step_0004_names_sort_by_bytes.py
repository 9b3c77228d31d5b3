"""Names sort by bytes, so that the index finds their beginnings in every locale."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE patients ALTER COLUMN sort_name TYPE varchar(200) COLLATE "C"')


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            'ALTER TABLE patients ALTER COLUMN sort_name TYPE varchar(200) COLLATE "default"'
        )
