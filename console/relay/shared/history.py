"""The log of several relays: written by all of them, read by all of them, in one order that Redis gives."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from console.domain.errors import BadSettings
from console.domain.events import Event
from console.domain.ids import CallId
from console.domain.world import World
from console.relay.clock import Clock
from console.relay.history import Follower, HistoryFailed, Recorded
from console.relay.shared.line import PATIENCE, Lost, Over
from console.relay.shared.log import Entry, Fact, SharedLog, Standing
from console.relay.shared.orders import Orders, place
from console.relay.shared.reading import PAGE, read_log
from console.wire.envelope import read_event, write_event, write_world

GROUP = 50
"""Facts in one script: more would keep the others waiting."""
BLOCK = 1.0
"""Seconds that a reading waits for news; then it is asked whether the epoch still lasts."""
REMEMBERED = 2000
"""The newest facts, whatever the epoch, which this relay can bring back when Redis has lost them."""
REWRITE = 3600.0
"""Seconds between two times at which Redis writes its file anew, without what was purged."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0

log = logging.getLogger(__name__)


class SharedHistory:
    """A History in Redis. `seal` is a print of the callback key, which all relays must share."""

    def __init__(self, shared: SharedLog, seal: str, *, now: Clock, new_epoch: Callable[[], str]) -> None:
        self.epoch = ""
        self.trouble = "Redis has not been asked yet"
        self._log = shared
        self._seal = seal
        self._now = now
        self._new_epoch = new_epoch
        self._seq = 0
        self._doubted = False
        self._owing = False
        self._said = False
        self._rewritten = float("-inf")
        self._follower: Follower | None = None
        self._orders = Orders()
        self._newest: deque[Recorded] = deque(maxlen=REMEMBERED)
        self._lately: deque[Recorded] = deque(maxlen=REMEMBERED)
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> tuple[World, int]:
        """Join, and return the world and its place; an empty one when Redis cannot be reached yet.

        Raises BadSettings when the other relays have another callback key.
        """
        try:
            joined = await self._join()
        except Lost as lost:
            self._fell(lost)
            return World(), 0
        self.trouble = ""
        return joined or (World(), 0)

    def follow(self, follower: Follower) -> None:
        """As History's."""
        self._follower = follower
        self._task = asyncio.create_task(self._run(), name="shared history")

    def append(self, *events: Event) -> asyncio.Future[list[Recorded]]:
        """As History's. When it fails, the facts may be kept all the same; to tell them again is safe."""
        if self.trouble:
            raise HistoryFailed("The relay cannot keep anything just now.", "Try again in a moment.")
        return asyncio.ensure_future(self._keep(events))

    async def _keep(self, events: Sequence[Event]) -> list[Recorded]:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._orders.add([(event, write_event(event)) for event in events])
        except TimeoutError as late:
            raise HistoryFailed(
                "The relay cannot keep anything just now.", "Try again in a moment."
            ) from late

    async def after(self, seq: int, most: int) -> list[tuple[int, bytes]] | None:
        """As History's. From memory if possible: all who lost another relay ask in the same moment."""
        lately = self._lately
        if lately and lately[0].seq <= seq + 1 <= lately[-1].seq + 1:
            first = seq + 1 - lately[0].seq
            return [(r.seq, r.data) for r in islice(lately, first, first + most)]
        try:
            entries = await self._log.read(seq, most)
        except Lost:
            return None
        whole = _goes_on(seq, entries) and (entries or seq >= self._seq)
        return [(e.seq, e.data) for e in entries] if whole else None

    async def snapshot(self, world: World, seq: int, at: float) -> None:
        """As History's."""
        with _failing():
            await self._log.snapshot(self.epoch, seq, at, write_world(world))

    async def purge(self, before: float, live: Sequence[CallId]) -> None:
        """As History's. Nothing is kept for live calls: the snapshot has all that they need."""
        gone = 0
        with _failing():
            while (more := await self._log.purge(self.epoch, before, PAGE)) == PAGE:
                gone += more
            if gone + more and self._now() - self._rewritten >= REWRITE:
                self._rewritten = self._now()
                await self._log.rewrite()

    async def close(self) -> None:
        """As History's."""
        await self._orders.drain(PATIENCE)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.trouble = "The relay is stopping"
        self._orders.refuse("The relay is stopping.")
        with contextlib.suppress(Lost):
            await self._log.close()

    # Joining: at the start, and again whenever the line or the epoch is lost.

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                if self.trouble:
                    await self._rejoin()
                pause = FIRST_PAUSE
                await self._work()
            except Lost as lost:
                self._fell(lost)
            except BadSettings as error:
                self._fell(Lost(str(error)))
            except Exception:
                # Whoever folds made a mistake; what it knows is not what the log says.
                log.exception("following the log failed")
                self._doubted = True
                self._fell(Lost("following it failed"))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _rejoin(self) -> None:
        joined = await self._join()
        if joined is not None and self._follower is not None:
            self._follower.restarted(*joined)
        if self._owing:
            await self._bring_back()
        self.trouble, self._said = "", False
        log.info("the log can be written again")

    async def _join(self) -> tuple[World, int] | None:
        """Take part in the log. Returns the world and its place, or None when ours is still true."""
        await self._log.prepare()
        while True:
            fresh = self._new_epoch()
            standing, epoch = await self._log.join(self.epoch, self._seq, fresh, self._seal)
            if standing is Standing.JOINED:
                break
            if standing is Standing.FOREIGN:
                raise BadSettings(
                    "This relay's callback key is not the one of the relays that share this Redis.",
                    "Copy theirs and name the file in callback_key_file.",
                )
            # Redis has less than we know: our world is the best there is, and the others may add to it.
            world = write_world(self._follower.world if self._follower else World())
            await self._log.restore(epoch, self._seq, fresh, self._seal, self._now(), world)
        if epoch == self.epoch and not self._doubted:
            return None
        found, seq = await read_log(self._log, epoch, self._now)
        if self.epoch:
            log.warning("the log begins a new epoch: every console starts afresh")
        self._owing, self._doubted = bool(self.epoch), False
        self.epoch, self._seq = epoch, seq
        self._lately.clear()
        return found, seq

    async def _bring_back(self) -> None:
        """Tell the log again what it may have lost; what it still has, it does not keep twice."""
        newest = list(self._newest)
        for at in range(0, len(newest), GROUP):
            facts = [_fact(r.event, r.data) for r in newest[at : at + GROUP]]
            await self._log.append(self.epoch, facts)
        self._owing = False

    def _fell(self, lost: Lost) -> None:
        if not self._said:
            log.critical("the log cannot be written: %s", lost)
        self._said, self.trouble = True, "Redis cannot be used"
        self._orders.refuse("The relay cannot keep anything just now.")

    # Working: one task writes, one reads what all relays have written.

    async def _work(self) -> None:
        tasks = [
            asyncio.create_task(self._write(), name="shared history: write"),
            asyncio.create_task(self._read(), name="shared history: read"),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            batch = await self._orders.take(GROUP)
            facts = [_fact(event, data) for order in batch for event, data in order.facts]
            places, copied = await self._log.append(self.epoch, facts)
            if not copied:
                log.warning("facts were not copied to as many replicas as redis_replicas says")
                for order in batch:
                    order.refuse("The relay cannot copy its log.")
            new = place(batch, places)
            if new and new[0].seq == self._seq + 1:
                self._fold(new)  # nobody else wrote in between, so there is nothing to wait for
            else:
                self._orders.fold(self._seq)

    async def _read(self) -> None:
        while True:
            entries = await self._log.read(self._seq, PAGE, BLOCK)
            if not entries:
                await self._log.check(self.epoch)
            new = [e for e in entries if e.seq > self._seq]
            if any(e.epoch != self.epoch for e in new) or not _goes_on(self._seq, new):
                self._doubted = True
                raise Over("the log does not go on where it was")
            if new:
                self._fold([Recorded(e.seq, read_event(e.data), e.data) for e in new])

    def _fold(self, new: list[Recorded]) -> None:
        self._seq = new[-1].seq
        self._newest += new
        self._lately += new
        if self._follower is not None:
            self._follower.committed(new)
        self._orders.fold(self._seq)


def _goes_on(seq: int, entries: Sequence[Entry]) -> bool:
    return [e.seq for e in entries] == list(range(seq + 1, seq + 1 + len(entries)))


def _fact(event: Event, data: bytes) -> Fact:
    return Fact(event.key, event.at, data)


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except Lost as lost:
        raise HistoryFailed("The relay cannot tidy its log.") from lost
