"""Migrations: run once though many ask, without loss on SQLite, written from the models."""

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from subgraphs.kit import migrations
from subgraphs.kit.database import Database
from subgraphs.kit.migration_writer import write_next

FIRST = '''
"""First."""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("parents", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "children",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("parents.id", ondelete="CASCADE")),
    )
'''

SECOND = '''
"""Second."""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("parents", recreate="auto") as table:
        table.add_column(sa.Column("name", sa.String(20)))
        table.create_unique_constraint("uq_parents_name", ["name"])
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"steps_{tmp_path.name}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("")
    (tmp_path / name / "step_0001_first.py").write_text(FIRST)
    (tmp_path / name / "step_0002_second.py").write_text(SECOND)
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


async def test_many_that_start_at_once_migrate_once(database: Database, package: str) -> None:
    await asyncio.gather(*(migrations.upgrade(database, package) for _ in range(4)))
    assert await migrations.applied(database) == migrations.heads(package) == {"0002"}


async def test_two_processes_that_start_at_once_migrate_once(
    database: Database, database_url: str, package: str, tmp_path: Path
) -> None:
    program = (
        "import asyncio, sys\n"
        "from subgraphs.kit import migrations\n"
        "from subgraphs.kit.database import Database\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        f"asyncio.run(migrations.upgrade(Database({database_url!r}), {package!r}))\n"
    )
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program) for _ in range(2)
    ]
    assert [await process.wait() for process in started] == [0, 0]
    assert await migrations.applied(database) == {"0002"}


async def test_a_table_made_anew_loses_none_of_its_children(
    database: Database, package: str
) -> None:
    await migrations.upgrade(database, package, "0001")
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO parents (id) VALUES (1)"))
        await session.execute(text("INSERT INTO children (id, parent_id) VALUES (1, 1)"))
    await migrations.upgrade(database, package)
    async with database.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM children"))).scalar() == 1


async def test_a_step_that_fails_leaves_nothing_behind(database: Database, package: str) -> None:
    await migrations.upgrade(database, package, "0001")
    steps = migrations.directory_of(package)
    broken = SECOND.replace('add_column(sa.Column("name", sa.String(20)))', "nonsense()")
    (steps / "step_0002_second.py").write_text(broken)
    with pytest.raises(AttributeError):
        await migrations.upgrade(database, package)
    assert await migrations.applied(database) == {"0001"}
    async with database.read() as session:
        connection = await session.connection()
        tables = await connection.run_sync(lambda c: inspect(c).get_table_names())
    assert sorted(tables) == ["alembic_version", "children", "parents"]


async def test_the_next_step_is_written_from_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of patients, into an empty package that stands in for its migrations."""
    package = tmp_path / "written_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    path = await write_next("patients", "all tables", package="written_migrations")
    assert path.name == "step_0001_all_tables.py"
    written = path.read_text()
    assert "from subgraphs.kit.columns import UtcDateTime" in written
    database = Database(f"sqlite:///{tmp_path}/written.db")
    await migrations.upgrade(database, "written_migrations")
    assert await migrations.applied(database) == {"0001"}
    await database.dispose()
    empty = await write_next("patients", "nothing", package="written_migrations")
    assert 'down_revision = "0001"' in empty.read_text().replace("'", '"')
    assert "def upgrade() -> None:\n    pass" in empty.read_text()
