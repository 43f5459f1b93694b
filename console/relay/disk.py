"""The log of one relay: one SQLite file, on the disk before anybody is told that we have a fact."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from console.domain.events import Event, NotUnderstood
from console.domain.ids import CallId
from console.domain.reduce import reduce
from console.domain.world import World
from console.relay import ledger
from console.relay.history import Follower, HistoryFailed, Recorded
from console.relay.ledger import MOST_ROWS, Corrupt, Row
from console.wire.envelope import read_event, read_world, write_event, write_world

log = logging.getLogger(__name__)

COMPANY = 0.003
"""Seconds that what came during a commit waits for more. Without, a busy relay makes many small commits, and
two threads pass Python's lock to and fro: a quarter of all its work."""

A_LOT = 16
"""Events in one commit from which it is worth to fold them while the disk writes."""

Work = Callable[[sqlite3.Connection], object]


@dataclass(slots=True)
class _Order:
    """Something for the writing thread to do in one transaction, and whom to tell."""

    events: Sequence[tuple[Event, bytes]]
    work: Work | None
    done: asyncio.Future[list[Recorded]]


class DiskHistory:
    """A History in one SQLite file, written by one thread of its own. Made by `open_disk`."""

    trouble = ""

    def __init__(self, writer: sqlite3.Connection, reader: sqlite3.Connection, seq: int) -> None:
        self.epoch = ledger.meta(writer, "epoch")
        self._follower: Follower | None = None
        self._writer = writer
        self._reader = reader
        self._reading = threading.Lock()
        self._seq = seq
        self._waiting: list[_Order] = []
        self._busy = False
        self._closed = False
        self._batches: queue.SimpleQueue[list[_Order] | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._write, name="history", daemon=True)
        self._thread.start()

    def follow(self, follower: Follower) -> None:
        """As History's."""
        self._follower = follower

    def append(self, *events: Event) -> asyncio.Future[list[Recorded]]:
        """As History's."""
        return self._order([(event, write_event(event)) for event in events], None)

    async def snapshot(self, world: World, seq: int, at: float) -> None:
        """As History's."""
        data = write_world(world)
        await self._order([], lambda c: ledger.write_snapshot(c, Row(seq, at, "", "snapshot", data)))

    async def purge(self, before: float, live: Sequence[CallId]) -> None:
        """Delete events from before `before` (UTC seconds) that are not about `live` calls."""
        await self._order([], lambda c: ledger.purge(c, before, live))

    async def after(self, seq: int, most: int) -> list[tuple[int, bytes]] | None:
        """As History's."""
        return await asyncio.to_thread(self._after, seq, most)

    def _after(self, seq: int, most: int) -> list[tuple[int, bytes]] | None:
        with self._reading:
            if seq < int(ledger.meta(self._reader, "purged") or 0):
                return None
            try:
                return [(row.seq, row.data) for row in ledger.read_after(self._reader, seq, most)]
            except Corrupt:
                log.exception("the log is damaged")
                return None

    async def close(self) -> None:
        """Finish what is waiting and close the file."""
        self._hand_over()
        self._closed = True
        self._batches.put(None)
        await asyncio.to_thread(self._thread.join)
        self._reader.close()
        self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._writer.close()

    def _order(
        self, events: Sequence[tuple[Event, bytes]], work: Work | None
    ) -> asyncio.Future[list[Recorded]]:
        if self._closed:
            raise HistoryFailed("The relay is stopping.")
        done: asyncio.Future[list[Recorded]] = self._loop.create_future()
        self._waiting.append(_Order(events, work, done))
        if not self._busy:
            # Soon, not now: what else has arrived in this turn of the loop goes along.
            self._busy = True
            self._loop.call_soon(self._hand_over)
        return done

    def _hand_over(self) -> None:
        """Have everything that waits written in one commit.

        What arrives while it runs goes into the next one: a commit costs one write to the disk whatever its
        size.
        """
        if self._waiting:
            self._batches.put(self._waiting)
            self._waiting = []

    # The writing thread.

    def _write(self) -> None:
        try:
            while (batch := self._batches.get()) is not None:
                self._commit(batch)
        finally:
            self._closed = True  # whatever ended it: nobody may wait for what will not be written

    def _commit(self, batch: list[_Order]) -> None:
        works = [order.work for order in batch if order.work is not None]
        try:
            try:
                kept, new = self._keep(batch, works, set())
            except sqlite3.IntegrityError:
                # Something came again, which is rare; so only now we ask what.
                keys = [event.key for order in batch for event, _ in order.events]
                kept, new = self._keep(batch, works, ledger.known(self._writer, keys))
        except sqlite3.Error as error:
            self._tell(self._told, batch, [], [], error)
            return
        self._seq += len(new)
        self._tell(self._told, batch, kept, new, None)
        if works:
            # What was purged must not live on in the write-ahead log.
            with contextlib.suppress(sqlite3.Error):
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _keep(
        self, batch: list[_Order], works: list[Work], seen: set[str]
    ) -> tuple[list[list[Recorded]], list[Recorded]]:
        """Write what is not `seen`, all or nothing; return it by order, and as a whole."""
        kept, rows = self._number(batch, seen)
        new = [recorded for one in kept for recorded in one]
        if len(new) >= A_LOT and self._follower is not None:
            self._tell(self._follower.coming, new)
        pages = [rows[at : at + MOST_ROWS] for at in range(0, len(rows), MOST_ROWS)]
        several = len(pages) != 1 or works  # one statement alone is a transaction of its own
        try:
            if several:
                self._writer.execute("BEGIN IMMEDIATE")
            for page in pages:
                ledger.insert(self._writer, page)
            for work in works:
                work(self._writer)
            if several:
                self._writer.execute("COMMIT")
        except sqlite3.Error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise
        return kept, new

    def _number(self, batch: list[_Order], seen: set[str]) -> tuple[list[list[Recorded]], list[Row]]:
        """Return what is not `seen` of each order, numbered, and all of it as rows; `seen` grows."""
        kept: list[list[Recorded]] = []
        rows: list[Row] = []
        for order in batch:
            new: list[Recorded] = []
            for event, data in order.events:
                if event.key in seen:
                    continue
                seen.add(event.key)
                seq = self._seq + len(rows) + 1
                call = "" if isinstance(event, NotUnderstood) else str(event.call)
                rows.append(Row(seq, event.at, call, event.key, data))
                new.append(Recorded(seq, event, data))
            kept.append(new)
        return kept, rows

    def _tell(self, whom: Callable[..., object], *what: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(whom, *what)

    def _told(
        self,
        batch: list[_Order],
        kept: list[list[Recorded]],
        new: list[Recorded],
        error: Exception | None,
    ) -> None:
        self._busy = bool(self._waiting)
        if self._busy:
            self._loop.call_later(COMPANY, self._hand_over)
        if new and self._follower is not None:
            self._follower.committed(new)
        for number, order in enumerate(batch):
            if order.done.done():
                continue
            if error is not None:
                failure = HistoryFailed("The relay cannot write its log.", "Its disk may be full.")
                failure.__cause__ = error
                order.done.set_exception(failure)
            else:
                order.done.set_result(kept[number])


def open_disk(
    file: Path, *, mark: str, migrations: Sequence[str] = ledger.MIGRATIONS
) -> tuple[DiskHistory, World, int]:
    """Open the log in `file` and return it with the world it adds up to and its last sequence number.

    A damaged file is set aside under a name with `mark`, and a new log with a new epoch begins.
    Raises BadSettings for a file of a much newer relay.
    """
    try:
        return _open(file, migrations)
    except Corrupt as error:
        aside = ledger.quarantine(file, mark)
        log.critical("the log was damaged (%s) and is set aside as %s", error, aside.name)
        return _open(file, migrations)


def _open(file: Path, migrations: Sequence[str]) -> tuple[DiskHistory, World, int]:
    writer = ledger.connect(file, migrations)
    try:
        world, seq = _replay(writer)
    except Corrupt:
        writer.close()
        raise
    reader = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    return DiskHistory(writer, reader, seq), world, seq


def _replay(connection: sqlite3.Connection) -> tuple[World, int]:
    world, seq = World(), 0
    try:
        snapshot = ledger.read_snapshot(connection)
        if snapshot is not None:
            world, seq = read_world(snapshot.data), snapshot.seq
        for row in ledger.read_after(connection, seq):
            if row.seq != seq + 1:
                raise Corrupt(f"event {seq + 1} is missing")
            world, seq = reduce(world, read_event(row.data)), row.seq
    except msgspec.DecodeError as error:
        raise Corrupt(str(error)) from error
    return world, seq
