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

from console.domain.events import Event
from console.domain.ids import CallId
from console.domain.reduce import reduce
from console.domain.world import World
from console.relay import ledger
from console.relay.history import Follower, HistoryFailed, Recorded
from console.relay.ledger import Corrupt, Row
from console.wire.envelope import read_event, read_world, write_event, write_world

GROUP = 10
"""Events in one commit: more would keep the first of them waiting (PLATFORM §5)."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Order:
    """Something for the writing thread to do in one transaction, and whom to tell."""

    events: Sequence[tuple[Event, bytes]]
    work: Callable[[sqlite3.Connection], object] | None
    done: asyncio.Future[list[Recorded]]


class DiskHistory:
    """A History in one SQLite file, written by one thread of its own. Made by `open_disk`."""

    trouble = ""

    def __init__(self, writer: sqlite3.Connection, reader: sqlite3.Connection, seq: int) -> None:
        self.epoch = ledger.meta(writer, "epoch")
        self._committed: Callable[[list[Recorded]], None] = lambda _: None
        self._writer = writer
        self._reader = reader
        self._reading = threading.Lock()
        self._seq = seq
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._write, name="history", daemon=True)
        self._thread.start()

    def follow(self, follower: Follower) -> None:
        """As History's."""
        self._committed = follower.committed

    async def append(self, *events: Event) -> list[Recorded]:
        """As History's."""
        return await self._order([(event, write_event(event)) for event in events], None)

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
        self._orders.put(None)
        await asyncio.to_thread(self._thread.join)
        self._reader.close()
        self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._writer.close()

    async def _order(
        self,
        events: Sequence[tuple[Event, bytes]],
        work: Callable[[sqlite3.Connection], object] | None,
    ) -> list[Recorded]:
        if not self._thread.is_alive():
            raise HistoryFailed("The relay is stopping.")
        done: asyncio.Future[list[Recorded]] = self._loop.create_future()
        self._orders.put(_Order(events, work, done))
        return await asyncio.shield(done)

    # The writing thread.

    def _write(self) -> None:
        stopping = False
        while not stopping:
            batch: list[_Order] = []
            order = self._orders.get()
            # What arrived while the last commit was running goes into the next one together: no timer needed.
            while order is not None:
                batch.append(order)
                if sum(len(o.events) for o in batch) >= GROUP or self._orders.empty():
                    break
                order = self._orders.get()
            stopping = order is None
            if batch:
                self._commit(batch)

    def _commit(self, batch: list[_Order]) -> None:
        seq, kept = self._seq, []
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for order in batch:
                new: list[Recorded] = []
                for event, data in order.events:
                    call = "" if not hasattr(event, "call") else str(event.call)
                    if ledger.insert(self._writer, Row(seq + 1, event.at, call, event.key, data)):
                        seq += 1
                        new.append(Recorded(seq, event, data))
                if order.work is not None:
                    order.work(self._writer)
                kept.append(new)
            self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            self._tell(batch, None, error)
            return
        self._seq = seq
        self._tell(batch, kept, None)
        if any(order.work is not None for order in batch):
            # What was purged must not live on in the write-ahead log.
            with contextlib.suppress(sqlite3.Error):
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _tell(self, batch: list[_Order], kept: list[list[Recorded]] | None, error: Exception | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._told, batch, kept, error)
        except RuntimeError:
            return  # the loop is closed: nobody waits any more

    def _told(self, batch: list[_Order], kept: list[list[Recorded]] | None, error: Exception | None) -> None:
        if kept is not None:
            new = [recorded for one in kept for recorded in one]
            if new:
                self._committed(new)
        for number, order in enumerate(batch):
            if order.done.done():
                continue
            if kept is None:
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
