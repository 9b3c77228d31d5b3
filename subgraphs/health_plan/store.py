"""What the insurer remembers: JSON documents in a small SQLite database.

The calls are synchronous on purpose: the database is local and answers in microseconds, and a
request that never waits between reading and writing cannot be overtaken by another.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID
"""

Document = dict[str, Any]


class Store:
    """Documents by kind and id."""

    def __init__(self, path: str) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is put inside is kept together, or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def get(self, kind: str, document_id: str) -> Document | None:
        """The document, or None."""
        row = self._connection.execute(
            "SELECT body FROM document WHERE kind = ? AND id = ?", (kind, document_id)
        ).fetchone()
        return None if row is None else orjson.loads(row[0])

    def put(self, kind: str, document_id: str, body: Document) -> None:
        """Write the document, new or again."""
        self._connection.execute(
            "INSERT INTO document (kind, id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, document_id, orjson.dumps(body).decode()),
        )

    def all(self, kind: str) -> list[tuple[str, Document]]:
        """Every document of a kind with its id, in the order of the ids."""
        rows = self._connection.execute(
            "SELECT id, body FROM document WHERE kind = ? ORDER BY id", (kind,)
        ).fetchall()
        return [(row[0], orjson.loads(row[1])) for row in rows]

    def remove(self, kind: str, document_id: str) -> None:
        """Forget a document; it need not exist."""
        self._connection.execute(
            "DELETE FROM document WHERE kind = ? AND id = ?", (kind, document_id)
        )

    def next_number(self, sequence: str) -> int:
        """The next number of a sequence, from one."""
        document = self.get("sequence", sequence) or {"last": 0}
        number = int(document["last"]) + 1
        self.put("sequence", sequence, {"last": number})
        return number
