"""The file behind the log: its tables, its checks, and what is done when it cannot be trusted."""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

from console.domain.errors import BadSettings

MOST_ROWS = 128
"""Rows in one statement, a power of two."""

_TABLES = """
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events(
  seq INTEGER PRIMARY KEY, at REAL NOT NULL, call TEXT NOT NULL, key TEXT NOT NULL UNIQUE,
  data BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS events_at ON events(at);
CREATE TABLE IF NOT EXISTS snapshot(
  id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, at REAL NOT NULL,
  data BLOB NOT NULL, sum INTEGER NOT NULL);
"""

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an event is on the disk before Microsoft is told that we have it (SECURITY §7.1)
    "secure_delete=ON",
    # The keys lie scattered over their index, so what is carried over seldom is carried over once: pages of
    # 4 KiB, 16 MB in all.
    "wal_autocheckpoint=4000",
)

MIGRATIONS = (_TABLES,)
"""What brings a file from each schema to the next; the first one makes it.

A step may only add: a program of the schema before must still be able to read and write what it leaves, so
that an upgrade can be undone.
"""


class Corrupt(Exception):
    """The file is damaged: nothing from it may be served."""


class Row(Struct, frozen=True):
    seq: int
    at: float
    call: str
    key: str
    data: bytes

    @property
    def sum(self) -> int:
        """SQLite notices torn pages but not flipped bits, so each row carries its own check."""
        return zlib.crc32(f"{self.seq}|{self.at!r}|{self.call}|{self.key}|".encode() + self.data)


def connect(file: Path, migrations: Sequence[str] = MIGRATIONS) -> sqlite3.Connection:
    """Open the log, made or brought to the newest of `migrations` if need be.

    A file of one schema newer is used as it is. Raises Corrupt, and BadSettings for a file that is newer
    still: it is good, and not for this program.
    """
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise Corrupt("quick_check")
        _migrate(connection, file, migrations)
        connection.execute("INSERT OR IGNORE INTO meta VALUES ('epoch', ?)", (secrets.token_hex(8),))
        connection.execute("INSERT OR IGNORE INTO meta VALUES ('purged', '0')")
    except sqlite3.DatabaseError as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
            raise
        raise Corrupt(str(error)) from error
    except (Corrupt, BadSettings):
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, file: Path, migrations: Sequence[str]) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations) + 1:
        raise BadSettings(
            f"The log {file} was written by a newer relay (schema {version}).",
            "Use that version, or one before it; nothing has been changed.",
        )
    for number in range(version, len(migrations)):
        step = f"BEGIN IMMEDIATE; {migrations[number]}; PRAGMA user_version={number + 1}; COMMIT;"
        connection.executescript(step)


def meta(connection: sqlite3.Connection, name: str) -> str:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def read_snapshot(connection: sqlite3.Connection) -> Row | None:
    """Return the newest snapshot, or None. Raises Corrupt."""
    for row in _rows(connection, "SELECT seq, at, '', 'snapshot', data, sum FROM snapshot"):
        return row
    return None


def read_after(connection: sqlite3.Connection, seq: int, most: int = -1) -> Iterator[Row]:
    """Yield the events after `seq` in order. Raises Corrupt at the first that is damaged."""
    query = "SELECT seq, at, call, key, data, sum FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
    return _rows(connection, query, (seq, most))


def _rows(connection: sqlite3.Connection, query: str, values: Sequence[int] = ()) -> Iterator[Row]:
    try:
        for seq, at, call, key, data, check in connection.execute(query, values):
            row = Row(seq, at, call, key, bytes(data))
            if row.sum != check:
                raise Corrupt(f"event {seq}")
            yield row
    except (sqlite3.DatabaseError, TypeError, ValueError) as error:
        raise Corrupt(str(error)) from error


def known(connection: sqlite3.Connection, keys: Collection[str]) -> set[str]:
    """Return those of `keys` under which an event is kept."""
    found = connection.execute(
        "SELECT key FROM events WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(list(keys)),)
    )
    return {key for (key,) in found}


def insert(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Add up to MOST_ROWS events whose keys are new.

    One statement for all: after each, Python would wait for its turn again, and the loop is busy. It has the
    next power of two of rows, the last ones empty: one for each number of rows would stay in memory with all
    the others, 8 MB in the end.
    """
    length = 1 << (len(rows) - 1).bit_length()
    values = [v for r in rows for v in (r.seq, r.at, r.call, r.key, r.data, r.sum)]
    nothing = [None] * (len(values) // len(rows) * (length - len(rows)))
    connection.execute(_insertion(length), [*values, *nothing])


@cache
def _insertion(length: int) -> str:
    marks = ",".join(["(?,?,?,?,?,?)"] * length)
    into = "INSERT INTO events(seq, at, call, key, data, sum)"
    return f"{into} SELECT * FROM (VALUES {marks}) WHERE column1 IS NOT NULL"  # noqa: S608


def write_snapshot(connection: sqlite3.Connection, row: Row) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO snapshot(id, seq, at, data, sum) VALUES (1, ?, ?, ?, ?)",
        (row.seq, row.at, row.data, row.sum),
    )


def purge(connection: sqlite3.Connection, before: float, live: Sequence[str]) -> int:
    """Delete events older than `before` that the snapshot covers, except those of `live` calls.

    Returns how many went. The newest that went is remembered: who is behind it cannot be resumed.
    """
    covered = connection.execute("SELECT coalesce(max(seq), 0) FROM snapshot").fetchone()[0]
    marks = ",".join("?" * len(live))
    which = f"at < ? AND seq <= ? AND call NOT IN ({marks})"
    values = (before, covered, *live)
    newest = connection.execute(f"SELECT max(seq) FROM events WHERE {which}", values).fetchone()[0]  # noqa: S608
    if newest is None:
        return 0
    gone = connection.execute(f"DELETE FROM events WHERE {which}", values).rowcount  # noqa: S608
    connection.execute(
        "UPDATE meta SET value = ? WHERE name = 'purged' AND CAST(value AS INTEGER) < ?",
        (str(newest), newest),
    )
    return gone


def quarantine(file: Path, mark: str) -> Path:
    """Set a damaged log aside under a name with `mark`, for people to look at. Returns where it went."""
    aside = file.with_name(f"{file.name}.{mark}.bad")
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + suffix).replace(aside.with_name(aside.name + suffix))
    return aside
