"""What of a relay there is to sharing a log, without the rest of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from console.domain.events import Event
from console.relay.history import HistoryFailed
from console.relay.hub import Hub
from console.relay.settings import Settings
from console.relay.shared.history import SharedHistory
from console.relay.shared.line import connect
from console.relay.shared.log import SharedLog
from tests.relay.balancer import Balancer
from tests.relay.redis_server import RedisServer
from tests.relay.stand import until
from tests.relay.test_history import told

EPOCHS = itertools.count(1)


@dataclass
class Sharer:
    """What of a relay there is to sharing a log."""

    hub: Hub
    seen: list[Event] = field(default_factory=list)
    restarts: list[int] = field(default_factory=list)

    @property
    def history(self) -> SharedHistory:
        assert isinstance(self.hub.history, SharedHistory)
        return self.hub.history

    @property
    def calls(self) -> set[str]:
        return set(self.hub.world.calls)


class Address(Balancer):
    """One address that leads to whichever server is the primary, as that of a managed service; or nowhere."""

    def __init__(self, server: RedisServer) -> None:
        super().__init__(lambda: [self.server.port] if self.server else [])
        self.server: RedisServer | None = server

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def lead_to(self, server: RedisServer | None) -> None:
        """Cut every line and lead new ones to `server`."""
        self.server = server
        self.cut_all()


@contextlib.asynccontextmanager
async def copying(primary: RedisServer, folder: Path) -> AsyncIterator[RedisServer]:
    """Run a replica of `primary`; it is in step when the block begins."""
    copy = RedisServer(folder, replicaof=f"127.0.0.1 {primary.port}", repl_diskless_sync_delay="0")
    with copy.running():
        await until(lambda: "connected" in copy.tell("ROLE").split(), what="in step")
        yield copy


@dataclass
class Pour:
    """Tells one fact after the other until it is stopped. Those that were refused are not told again."""

    acknowledged: set[str] = field(default_factory=set)
    refused: int = 0

    async def run(self, sharer: Sharer, numbers: Iterable[int]) -> None:
        for number in numbers:
            try:
                await sharer.hub.append(told(number))
            except HistoryFailed:
                self.refused += 1
                await asyncio.sleep(0.005)
            else:
                self.acknowledged.add(told(number).call)


@contextlib.asynccontextmanager
async def pouring(*sharers: Sharer) -> AsyncIterator[Pour]:
    """Have every one of `sharers` tell facts of its own while the block runs."""
    pour = Pour()
    tasks = [
        asyncio.create_task(pour.run(sharer, itertools.count(10_000 * (at + 1))))
        for at, sharer in enumerate(sharers)
    ]
    try:
        await until(lambda: len(pour.acknowledged) > 50, what="it pours")
        yield pour
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def sharing(
    redis: RedisServer | Address, replicas: int = 0, seal: str = "same"
) -> AsyncIterator[Sharer]:
    shared = SharedLog(connect(Settings(redis=redis.url)), "test", replicas)
    history = SharedHistory(shared, seal, now=lambda: 1000.0, new_epoch=lambda: f"e{next(EPOCHS)}")
    try:
        world, seq = await history.open()
        sharer = Sharer(Hub(history, world, seq))
        sharer.hub.watch(lambda before, after, event: sharer.seen.append(event))
        sharer.hub.on_restart(lambda: sharer.restarts.append(sharer.hub.seq))
        yield sharer
    finally:
        await history.close()
