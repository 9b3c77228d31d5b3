"""What is written, and by whom: a level for ourselves, and never more than INFO by libraries."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from subgraphs.kit.logs import configure_logs


@pytest.fixture
def restored() -> Iterator[None]:
    """Logging as it was, afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("subgraphs")
    before = root.handlers, root.level, ours.level
    yield
    root.handlers, level, own = before
    root.setLevel(level)
    ours.setLevel(own)
    structlog.reset_defaults()


@pytest.mark.parametrize("level", ["debug", "info", "error"])
@pytest.mark.usefixtures("restored")
def test_libraries_never_write_for_debugging(level: str) -> None:
    configure_logs("notes", level)

    for name in ("aiosqlite", "asyncpg", "httpcore.http11", "sqlalchemy.engine"):
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG), name
    own = logging.getLogger("subgraphs.patients.service")
    assert logging.getLevelName(own.getEffectiveLevel()) == level.upper()
