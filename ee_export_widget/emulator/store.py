"""What must survive a restart: operations, request ids and maps, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import DataDirInUseError, EmulatorError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TERMINAL = ("SUCCEEDED", "CANCELLED", "FAILED")

DUPLICATE_REQUEST = "A different Operation was already started with the given request_id"

_TABLES = """
CREATE TABLE IF NOT EXISTS operations (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    project TEXT NOT NULL,
    request_id TEXT UNIQUE,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    request TEXT NOT NULL,
    faults TEXT NOT NULL,
    document TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS queue ON operations (state, priority DESC, sequence);
CREATE TABLE IF NOT EXISTS maps (name TEXT PRIMARY KEY, request TEXT NOT NULL);
"""


class Job(NamedTuple):
    """What a worker needs to know about one operation."""

    name: str
    request: dict[str, Any]
    faults: list[dict[str, Any]]


class Store:
    """The emulator's memory.

    One connection serves all threads, one at a time. The file is locked while it is open, so that two emulators never
    share a data directory; the operating system drops that lock however the process ends.

    Parameters
    ----------
    path
        The SQLite file; created when missing.

    Raises
    ------
    EmulatorError
        When the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=0)
            self._connection.executescript(
                "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            )
            self._connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                message = (
                    f"Another local Earth Engine is using {path.parent}; stop it or choose another data directory."
                )
                raise DataDirInUseError(message) from error
            raise EmulatorError(f"The data directory {path.parent} cannot be used: {error}.") from error
        except sqlite3.DatabaseError as error:
            raise EmulatorError(f"{path} is not a file of the local Earth Engine; remove it: {error}.") from error

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")  # fails on a full disk, for one
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def has_request(self, request_id: str) -> bool:
        """Whether an operation was started with this request id."""
        with self._lock:
            query = "SELECT 1 FROM operations WHERE request_id = ?"
            return self._connection.execute(query, (request_id,)).fetchone() is not None

    def add_operation(self, document: dict[str, Any], request: dict[str, Any], faults: list[dict[str, Any]]) -> None:
        """Add a new operation.

        Raises
        ------
        ServiceError
            ALREADY_EXISTS when its request id was used before.
        """
        name: str = document["name"]
        row = (
            name,
            name.split("/")[1],
            request.get("requestId"),
            document["metadata"]["state"],
            document["metadata"]["priority"],
            json.dumps(request),
            json.dumps(faults),
            json.dumps(document),
        )
        columns = "name, project, request_id, state, priority, request, faults, document"
        with self._transaction() as connection:
            if row[2] is not None and self.has_request(row[2]):
                raise duplicate_request()
            connection.execute(f"INSERT INTO operations ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608

    def operation(self, name: str) -> dict[str, Any]:
        """Return an operation's document.

        Raises
        ------
        ServiceError
            NOT_FOUND when there is none of this name, or it was deleted.
        """
        with self._lock:
            query = "SELECT document FROM operations WHERE name = ? AND NOT deleted"
            row = self._connection.execute(query, (name,)).fetchone()
        if row is None:
            raise operation_not_found(name)
        document: dict[str, Any] = json.loads(row[0])
        return document

    def operations(self, project: str, *, before: int | None, limit: int) -> tuple[list[dict[str, Any]], int | None]:
        """Return a page of a project's operations, newest first, and where the next page starts (if there is one)."""
        query = (
            "SELECT sequence, document FROM operations WHERE project = ? AND NOT deleted AND sequence < ? "
            "ORDER BY sequence DESC LIMIT ?"
        )
        with self._lock:
            rows = self._connection.execute(query, (project, before or 1 << 62, limit + 1)).fetchall()
        page = rows[:limit]
        return [json.loads(document) for _, document in page], page[-1][0] if len(rows) > limit else None

    @contextmanager
    def change(self, name: str) -> Iterator[dict[str, Any]]:
        """Give an operation's document for changing; what a finished operation says cannot be changed any more.

        Raises
        ------
        ServiceError
            NOT_FOUND when there is no such operation.
        """
        with self._transaction() as connection:
            row = connection.execute("SELECT document, state FROM operations WHERE name = ?", (name,)).fetchone()
            if row is None:
                raise operation_not_found(name)
            document = json.loads(row[0])
            yield document
            if row[1] not in TERMINAL:
                values = (document["metadata"]["state"], json.dumps(document), name)
                connection.execute("UPDATE operations SET state = ?, document = ? WHERE name = ?", values)

    def forget(self, name: str) -> None:
        """Stop showing an operation; it goes on if it was running."""
        with self._transaction() as connection:
            query = "UPDATE operations SET deleted = 1 WHERE name = ? AND NOT deleted"
            if not connection.execute(query, (name,)).rowcount:
                raise operation_not_found(name)

    def waiting(self) -> list[str]:
        """Return the names of pending operations in the order of the queue: greatest priority, then oldest."""
        query = "SELECT name FROM operations WHERE state = 'PENDING' ORDER BY priority DESC, sequence"
        with self._lock:
            return [name for (name,) in self._connection.execute(query)]

    def in_state(self, *states: str) -> list[str]:
        """Return the names of the operations in these states, oldest first."""
        marks = ", ".join("?" * len(states))
        query = f"SELECT name FROM operations WHERE state IN ({marks}) ORDER BY sequence"  # noqa: S608 - only marks
        with self._lock:
            return [name for (name,) in self._connection.execute(query, states)]

    def job(self, name: str) -> Job:
        """Return what a worker needs to run an operation."""
        with self._lock:
            query = "SELECT request, faults FROM operations WHERE name = ?"
            request, faults = self._connection.execute(query, (name,)).fetchone()
        return Job(name, json.loads(request), json.loads(faults))

    def set_faults(self, name: str, faults: list[dict[str, Any]]) -> None:
        """Replace the faults that an operation still has to meet."""
        with self._transaction() as connection:
            connection.execute("UPDATE operations SET faults = ? WHERE name = ?", (json.dumps(faults), name))

    def add_map(self, name: str, request: dict[str, Any]) -> None:
        """Remember a map."""
        with self._transaction() as connection:
            connection.execute("INSERT INTO maps VALUES (?, ?)", (name, json.dumps(request)))

    def map(self, name: str) -> dict[str, Any] | None:
        """Return the request that a map was made with, or `None`."""
        with self._lock:
            row = self._connection.execute("SELECT request FROM maps WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None


def duplicate_request() -> ServiceError:
    """Return the error for a request id that was used before, whatever the body says."""
    return ServiceError("ALREADY_EXISTS", DUPLICATE_REQUEST)


def operation_not_found(name: str) -> ServiceError:
    """Return the error for an operation that does not exist."""
    return ServiceError("NOT_FOUND", f"Operation '{name}' not found.")
