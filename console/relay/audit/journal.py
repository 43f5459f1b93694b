"""The audit's file: one SQLite database, written by one thread, every line on the disk before it counts."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from console.domain.errors import ConsoleError, OutcomeUnknown, Refused, ServiceFailed, Taken
from console.relay.answers import BadRequest
from console.relay.audit.entries import (
    NONCE,
    START,
    Deed,
    Line,
    Stage,
    canonical,
    link,
    pseudonym,
    seal,
)
from console.relay.clock import Clock

TABLES = """
CREATE TABLE IF NOT EXISTS lines(
  n INTEGER PRIMARY KEY, at REAL NOT NULL, body BLOB NOT NULL, seal BLOB NOT NULL, head BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS lines_at ON lines(at);
CREATE TABLE IF NOT EXISTS names(n INTEGER PRIMARY KEY, nonce BLOB NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS anchor(
  id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL, head BLOB NOT NULL);
"""
LIFESAVING = frozenset({"call.reject", "call.hangUp"})
"""What may be done even when it cannot be written down: nobody must be kept in a call (SECURITY §8)."""

log = logging.getLogger(__name__)

T = TypeVar("T")


class NotAudited(ServiceFailed):
    """The audit cannot be written, so the action is not carried out."""


def connect(file: Path) -> sqlite3.Connection:
    """Open the audit, made if missing; readable by its owner only. Raises sqlite3.Error."""
    if not file.exists():
        file.touch(mode=0o600)
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(TABLES)
    return connection


class Journal:
    """Writes the audit. `now` is UTC seconds; `key` joins the chain and makes the pseudonyms."""

    def __init__(
        self, file: Path, key: bytes, now: Clock, nonce: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._file = file
        self._key = key
        self._now = now
        self._nonce = nonce
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="audit")
        self._connection: sqlite3.Connection | None = None
        self.trouble = ""
        """Why nothing can be written now, for health; empty when all is well."""

    async def intend(self, deed: Deed) -> int:
        """Write down what is about to be asked of Graph and return the line's number.

        Raises NotAudited when it cannot be written, unless the deed is one that must never wait: that is
        told to the error stream instead, and 0 is returned.
        """
        try:
            return await self._write(deed, Stage.INTENDED)
        except NotAudited:
            if deed.action not in LIFESAVING:
                raise
            self._shout(deed, Stage.INTENDED)
            return 0

    async def settle(
        self, about: int, deed: Deed, stage: Stage, *, code: str = "", graph_request: str = ""
    ) -> None:
        """Write down what came of line `about`. What cannot be written is told to the error stream."""
        try:
            await self._write(deed, stage, about=about, code=code, graph_request=graph_request)
        except NotAudited:
            self._shout(deed, stage)

    async def carry_out(self, deed: Deed, work: Callable[[], Awaitable[T]]) -> T:
        """Do `work` between its two lines. Returns and raises what it does, and raises NotAudited."""
        about = await self.intend(deed)
        try:
            done = await work()
        except BaseException as error:
            stage, code, request = _outcome(error)
            await asyncio.shield(self.settle(about, deed, stage, code=code, graph_request=request))
            raise
        await self.settle(about, deed, Stage.DONE)
        return done

    async def head(self) -> tuple[int, bytes]:
        """Return the number of the last line and the head of the chain. Raises NotAudited."""
        return await self._run(self._head)

    async def forget(self, names_before: float, lines_before: float) -> None:
        """Drop names and lines from before these UTC seconds. The chain goes on from an anchor."""
        await self._run(lambda c: _forget(c, names_before, lines_before))
        # What was forgotten must not live on in the write-ahead log.
        await self._run(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall(), apart=True)

    async def close(self) -> None:
        """Finish what is being written and close the file."""
        await asyncio.to_thread(self._thread.shutdown)
        if self._connection is not None:
            self._connection.close()

    async def _write(
        self, deed: Deed, stage: Stage, *, about: int = 0, code: str = "", graph_request: str = ""
    ) -> int:
        who = deed.who
        tenant = who.tenant if who else ""
        names = canonical(deed.people())
        at = self._now()

        def write(connection: sqlite3.Connection) -> int:
            last, before = self._head(connection)
            line = Line(
                n=last + 1,
                at=at,
                stage=stage,
                action=deed.action,
                call=str(deed.call or ""),
                intent=str(deed.intent or ""),
                who=pseudonym(self._key, tenant, str(who.operator.id) if who else ""),
                role=",".join(sorted(who.roles)) if who else "relay",
                tenant=tenant,
                about=about,
                code=code,
                graph_request=graph_request,
            )
            nonce = self._nonce(NONCE)
            joined = link(self._key, before, line, seal(nonce, names))
            row = (joined.n, at, joined.body, joined.seal, joined.head)
            connection.execute("INSERT INTO lines VALUES (?, ?, ?, ?, ?)", row)
            connection.execute("INSERT INTO names VALUES (?, ?, ?)", (joined.n, nonce, names))
            return joined.n

        return await self._run(write)

    def _head(self, connection: sqlite3.Connection) -> tuple[int, bytes]:
        for table in ("lines", "anchor"):
            row = connection.execute(f"SELECT n, head FROM {table} ORDER BY n DESC LIMIT 1").fetchone()  # noqa: S608
            if row is not None:
                return int(row[0]), bytes(row[1])
        return 0, START

    async def _run(self, work: Callable[[sqlite3.Connection], T], *, apart: bool = False) -> T:
        """Do `work` in a transaction, or `apart` from any, and map what fails."""

        def inside() -> T:
            if self._connection is None:
                self._connection = connect(self._file)
            connection = self._connection
            if apart:
                return work(connection)
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return result

        try:
            result = await asyncio.get_running_loop().run_in_executor(self._thread, inside)
        except sqlite3.Error as error:
            if not self.trouble:
                log.critical("the audit cannot be written: %s", error)
            self.trouble = "cannot be written"
            raise NotAudited(
                "The relay cannot write its audit, so nothing was done.",
                "Its disk may be full: tell your administrator. Rejecting and hanging up still work.",
            ) from error
        if self.trouble:
            log.warning("the audit is written again")
        self.trouble = ""
        return result

    def _shout(self, deed: Deed, stage: Stage) -> None:
        """The last resort: ids only, because this goes wherever the service's errors go."""
        line = f"AUDIT {self._now():.3f} {stage} {deed.action} {deed.call or '-'}\n"
        sys.stderr.write(line)
        sys.stderr.flush()


def _outcome(error: BaseException) -> tuple[Stage, str, str]:
    """What to write about an action that ended with `error`: the stage, our code and Graph's request id."""
    match error:
        case BadRequest():
            return Stage.REFUSED, "bad-request", ""
        case OutcomeUnknown():
            return Stage.UNKNOWN, error.code, error.request_id or ""
        case Refused() | Taken():
            return Stage.REFUSED, error.code, ""
        case ConsoleError():
            return Stage.FAILED, error.graph_code or error.code, error.request_id or ""
    return Stage.UNKNOWN, type(error).__name__, ""


def _forget(connection: sqlite3.Connection, names_before: float, lines_before: float) -> None:
    connection.execute(
        "DELETE FROM names WHERE n IN (SELECT n FROM lines WHERE at < ?)", (max(names_before, lines_before),)
    )
    row = connection.execute(
        "SELECT n, head FROM lines WHERE at < ? ORDER BY n DESC LIMIT 1", (lines_before,)
    ).fetchone()
    if row is not None:
        connection.execute("INSERT OR REPLACE INTO anchor VALUES (1, ?, ?)", row)
        connection.execute("DELETE FROM lines WHERE n <= ?", (row[0],))
