"""Writes the next migration of a domain from what its models say and its migrations do not yet.

python -m subgraphs.kit.migration_writer patients "add the insurance card"
"""

import asyncio
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from subgraphs.kit.columns import ExactDecimal, UtcDateTime
from subgraphs.kit.database import Database
from subgraphs.kit.migrations import directory_of, scripts_of, upgrade


async def write_next(domain: str, message: str, package: str | None = None) -> Path:
    """Write the next step of a domain from what its models say; the path of the new file.

    Its package is the domain's ``migrations`` unless another is named.
    """
    package = package or f"subgraphs.{domain}.migrations"
    metadata: MetaData = import_module(f"subgraphs.{domain}.models").Base.metadata

    def produce(connection: Connection) -> tuple[str, str]:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        script = produce_migrations(context, metadata)
        return _code(script.upgrade_ops, context), _code(script.downgrade_ops, context)

    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/next.db")
        try:
            await upgrade(database, package)
            async with database.read() as session:
                code = await (await session.connection()).run_sync(produce)
        finally:
            await database.dispose()
    head = scripts_of(package).get_current_head()
    number = f"{int(head or 0) + 1:04d}"
    path = directory_of(package) / f"step_{number}_{message.lower().replace(' ', '_')}.py"
    await asyncio.to_thread(path.write_text, _step(number, head, message, code))
    return path


def _code(operations: Any, context: MigrationContext) -> str:
    return render_python_code(operations, migration_context=context, render_item=_render)


def _render(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(value, ExactDecimal):
        return f"ExactDecimal({value.precision}, {value.scale})"
    if kind == "type" and isinstance(value, UtcDateTime):
        return "UtcDateTime()"
    return False


def _step(number: str, head: str | None, message: str, code: tuple[str, str]) -> str:
    used = [name for name in ("ExactDecimal", "UtcDateTime") if f"{name}(" in code[0] + code[1]]
    own = f"\nfrom subgraphs.kit.columns import {', '.join(used)}\n" if used else ""
    up, down = (_body(part) for part in code)
    return (
        f'"""{message.capitalize()}."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n{own}\n'
        f"revision = {number!r}\ndown_revision = {head!r}\n\n\n"
        f"def upgrade() -> None:\n{up}\n\n\ndef downgrade() -> None:\n{down}\n"
    )


def _body(code: str) -> str:
    lines = [line for line in code.splitlines() if not line.lstrip().startswith("#")]
    return "\n".join(lines) or "    pass"


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(write_next(sys.argv[1], sys.argv[2]))}\n")
