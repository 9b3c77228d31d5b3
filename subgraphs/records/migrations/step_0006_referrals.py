"""Referrals are documents too."""

from alembic import op

from subgraphs.records.migrations import step_0002_signed_documents_never_change as signed

revision = "0006"
down_revision = "0005"

TABLE = "clinical_documents"
KINDS = ("CONSULTATION_NOTE", "EXAM_REQUEST", "PRESCRIPTION", "MEDICAL_CERTIFICATE")


def upgrade() -> None:
    _allow((*KINDS, "REFERRAL"))


def downgrade() -> None:
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    check = op.f("ck_clinical_documents_kind")
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(check, type_="check")
        table.create_check_constraint(check, _among("kind", kinds))
    if op.get_context().dialect.name == "sqlite":
        # It copied the table; triggers do not come along by themselves.
        for trigger in (signed.trigger_of_signed(), signed.sqlite_trigger_of_kept(TABLE)):
            op.execute(trigger)


def _among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
