"""The stand-in's memory: one SQLite file. Objects are JSON documents; every request is one transaction."""

import json
import secrets
import sqlite3
import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, owner TEXT, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_by_owner ON objects (kind, owner, seq);
CREATE TABLE IF NOT EXISTS steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT, clock TEXT NOT NULL, due INTEGER NOT NULL, action TEXT NOT NULL,
    target TEXT NOT NULL, broken INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS steps_by_due ON steps (clock, broken, due, id);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL, answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS deliveries_by_state ON deliveries (state, next_at, id);
CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS replies_by_age ON replies (created);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(length))}"


class Store:
    """Serialised access: whoever is inside :meth:`transaction` is alone. Transactions nest as savepoints."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(_SCHEMA)

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """Commit at the end and roll back on an exception; with ``keep=False`` roll back in any case (a rehearsal)."""
        with self._lock:
            mark = f"level{self._depth}"
            self._database.execute("BEGIN IMMEDIATE" if self._depth == 0 else f"SAVEPOINT {mark}")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._leave(mark, keep=False)
                raise
            self._leave(mark, keep=keep)

    def _leave(self, mark: str, *, keep: bool) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._database.execute("COMMIT" if keep else "ROLLBACK")
            return
        if not keep:
            self._database.execute(f"ROLLBACK TO {mark}")
        self._database.execute(f"RELEASE {mark}")

    def run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        with self._lock:
            return self._database.execute(statement, values)

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def get(self, identifier: str, kind: str | None = None) -> Document | None:
        found = self.rows("SELECT body FROM objects WHERE id = ? AND kind = ifnull(?, kind)", identifier, kind)
        return json.loads(found[0]["body"]) if found else None

    def put(self, document: Document, owner: str | None = None) -> None:
        """Write a document, new or known. A given owner (by which lists are narrowed) replaces an earlier one."""
        self.run(
            "INSERT INTO objects (id, kind, owner, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body, owner = ifnull(excluded.owner, owner)",
            document["id"],
            document["object"],
            owner,
            json.dumps(document),
        )

    def remove(self, identifier: str) -> None:
        self.run("DELETE FROM objects WHERE id = ?", identifier)

    def position(self, identifier: str, kind: str) -> int | None:
        found = self.rows("SELECT seq FROM objects WHERE id = ? AND kind = ?", identifier, kind)
        return found[0]["seq"] if found else None

    def select(
        self,
        kind: str,
        owner: str | None = None,
        *,
        before: int | None = None,
        after: int | None = None,
        oldest_first: bool = False,
    ) -> Iterator[Document]:
        """Documents of a kind that are not deleted, newest first unless told, of an owner and between two positions."""
        statement = "SELECT body FROM objects WHERE kind = ?"
        values: list[Any] = [kind]
        for clause, value in (("owner = ?", owner), ("seq < ?", before), ("seq > ?", after)):
            if value is not None:
                statement += f" AND {clause}"
                values.append(value)
        for row in self.run(f"{statement} ORDER BY seq {'ASC' if oldest_first else 'DESC'}", *values):
            document = json.loads(row["body"])
            if not document.get("deleted"):
                yield document

    def note(self, name: str, default: str = "") -> str:
        found = self.rows("SELECT value FROM notes WHERE name = ?", name)
        return found[0]["value"] if found else default

    def write_note(self, name: str, value: str) -> None:
        self.run("INSERT INTO notes VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
