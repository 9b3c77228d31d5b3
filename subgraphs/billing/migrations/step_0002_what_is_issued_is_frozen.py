"""What is issued is frozen: the database refuses to change an issued invoice or its lines.

An invoice is fiscal evidence. Money that comes in, and the states that follow from it, are all
that may still change; a number once given is never taken back, and no invoice is deleted.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

FROZEN = (
    "series",
    "number",
    "patient_id",
    "appointment_id",
    "clinic_id",
    "coverage_id",
    "service_day",
    "gross",
    "discount",
    "plan_pays",
    "patient_pays",
    "due_from_plan",
    "due_from_patient",
    "issued_at",
    "issued_by",
)

LINE_EVENTS = {
    "insert": ("INSERT", "NEW"),
    "update": ("UPDATE", "OLD"),
    "delete": ("DELETE", "OLD"),
}


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        _freeze_postgresql()
    else:
        _freeze_sqlite()


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP TRIGGER frozen_invoice ON invoices")
        op.execute("DROP TRIGGER frozen_payment ON payments")
        op.execute("DROP TRIGGER frozen_line ON invoice_lines")
        for function in ("refuse_frozen_invoice", "refuse_frozen_line", "refuse_change"):
            op.execute(f"DROP FUNCTION {function}()")
        return
    for trigger in ("invoice_on_update", "invoice_on_delete"):
        op.execute(f"DROP TRIGGER frozen_{trigger}")
    for event in LINE_EVENTS:
        op.execute(f"DROP TRIGGER frozen_line_on_{event}")
    for event in ("update", "delete"):
        op.execute(f"DROP TRIGGER frozen_payment_on_{event}")


def _freeze_postgresql() -> None:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FROZEN)
    op.execute(f"""
        CREATE FUNCTION refuse_frozen_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'frozen_invoice' USING ERRCODE = 'restrict_violation';
            END IF;
            IF OLD.status <> 'DRAFT' AND (NEW.status = 'DRAFT' OR {changed}) THEN
                RAISE EXCEPTION 'frozen_invoice' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$""")
    op.execute(
        "CREATE TRIGGER frozen_invoice BEFORE UPDATE OR DELETE ON invoices "
        "FOR EACH ROW EXECUTE FUNCTION refuse_frozen_invoice()"
    )
    op.execute("""
        CREATE FUNCTION refuse_frozen_line() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' AND EXISTS (
                SELECT 1 FROM invoices WHERE id = OLD.invoice_id AND status <> 'DRAFT'
            ) THEN
                RAISE EXCEPTION 'frozen_line' USING ERRCODE = 'restrict_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            IF EXISTS (SELECT 1 FROM invoices WHERE id = NEW.invoice_id AND status <> 'DRAFT') THEN
                RAISE EXCEPTION 'frozen_line' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$""")
    op.execute(
        "CREATE TRIGGER frozen_line BEFORE INSERT OR UPDATE OR DELETE ON invoice_lines "
        "FOR EACH ROW EXECUTE FUNCTION refuse_frozen_line()"
    )
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'frozen_%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
        END $$""")
    op.execute(
        "CREATE TRIGGER frozen_payment BEFORE UPDATE OR DELETE ON payments "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change('payment')"
    )


def _freeze_sqlite() -> None:
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FROZEN)
    op.execute(f"""
        CREATE TRIGGER frozen_invoice_on_update BEFORE UPDATE ON invoices
        WHEN OLD.status <> 'DRAFT' AND (NEW.status = 'DRAFT' OR {changed})
        BEGIN SELECT RAISE(ABORT, 'frozen_invoice'); END""")
    op.execute("""
        CREATE TRIGGER frozen_invoice_on_delete BEFORE DELETE ON invoices
        BEGIN SELECT RAISE(ABORT, 'frozen_invoice'); END""")
    for name, (event, row) in LINE_EVENTS.items():
        op.execute(f"""
            CREATE TRIGGER frozen_line_on_{name} BEFORE {event} ON invoice_lines
            WHEN EXISTS (SELECT 1 FROM invoices WHERE id = {row}.invoice_id AND status <> 'DRAFT')
            BEGIN SELECT RAISE(ABORT, 'frozen_line'); END""")
    for event in ("update", "delete"):
        op.execute(f"""
            CREATE TRIGGER frozen_payment_on_{event} BEFORE {event.upper()} ON payments
            BEGIN SELECT RAISE(ABORT, 'frozen_payment'); END""")
