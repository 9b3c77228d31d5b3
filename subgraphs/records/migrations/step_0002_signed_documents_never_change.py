"""A signed document never changes and nothing is ever deleted: the database sees to it.

CFM resolution 1.821/2007 asks for integrity, law 13.787/2018 for twenty years from the last entry.
Of a document that is no draft any more, only the status and the version may move, along its edges.
"""

from collections.abc import Sequence

from alembic import op

revision = "0002"
down_revision = "0001"

FIXED_ONCE_SIGNED = (
    "id",
    "kind",
    "encounter_id",
    "patient_id",
    "author_id",
    "author_name",
    "author_council",
    "amends_id",
    "content",
    "created_at",
    "signed_at",
    "statement",
    "sha256",
    "signature",
    "sequence",
    "chain_sha256",
)

EDGES = (
    "NEW.status = OLD.status"
    " OR OLD.status = 'SIGNED' AND NEW.status IN ('AMENDED', 'ENTERED_IN_ERROR')"
    " OR OLD.status = 'AMENDED' AND NEW.status = 'ENTERED_IN_ERROR'"
)

KEPT_FOR_GOOD = ("clinical_documents", "document_events", "encounters", "allergies")


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP TRIGGER signed_document ON clinical_documents")
        op.execute("DROP TRIGGER event_is_history ON document_events")
        for table in KEPT_FOR_GOOD:
            op.execute(f"DROP TRIGGER {table}_kept ON {table}")
            op.execute(f"DROP TRIGGER {table}_kept_whole ON {table}")
        op.execute("DROP FUNCTION refuse_change()")
        return
    op.execute("DROP TRIGGER signed_document")
    op.execute("DROP TRIGGER event_is_history")
    for table in KEPT_FOR_GOOD:
        op.execute(f"DROP TRIGGER {table}_kept")


def _changes_what_is_signed(same: str, columns: Sequence[str]) -> str:
    unchanged = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in columns)
    return f"OLD.status <> 'DRAFT' AND NOT ({unchanged} AND ({EDGES}))"


def _guard_postgresql() -> None:
    # The error is of the class of integrity violations, as a broken constraint is.
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%', TG_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END $$""")
    op.execute(trigger_of_signed())
    op.execute(
        "CREATE TRIGGER event_is_history BEFORE UPDATE ON document_events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in KEPT_FOR_GOOD:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _guard_sqlite() -> None:
    op.execute(trigger_of_signed())
    op.execute(
        "CREATE TRIGGER event_is_history BEFORE UPDATE ON document_events "
        "BEGIN SELECT RAISE(ABORT, 'event_is_history'); END"
    )
    for table in KEPT_FOR_GOOD:
        op.execute(sqlite_trigger_of_kept(table))


def trigger_of_signed(columns: Sequence[str] = FIXED_ONCE_SIGNED) -> str:
    """That a signed document stays as it is; a later step that copies the table needs it again."""
    if op.get_context().dialect.name == "postgresql":
        changes = _changes_what_is_signed("IS NOT DISTINCT FROM", columns)
        return (
            "CREATE TRIGGER signed_document BEFORE UPDATE ON clinical_documents FOR EACH ROW "
            f"WHEN ({changes}) EXECUTE FUNCTION refuse_change()"
        )
    return (
        "CREATE TRIGGER signed_document BEFORE UPDATE ON clinical_documents "
        f"WHEN {_changes_what_is_signed('IS', columns)} "
        "BEGIN SELECT RAISE(ABORT, 'signed_document'); END"
    )


def drop_trigger_of_signed() -> None:
    """Take it away, for a later step that puts another in its place."""
    on_table = " ON clinical_documents" if op.get_context().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER signed_document{on_table}")


def sqlite_trigger_of_kept(table: str) -> str:
    """That nothing is deleted; as above."""
    return (
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table}_kept'); END"
    )
