"""A console that only watches: its feed, what that brought, and for how long it brought nothing."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

import httpx2

from console.domain.budget import Use
from console.domain.events import Event
from console.domain.world import World
from console.feed.feed import Feed
from console.feed.link import LinkState
from console.relay.webhooks import DOUBT
from console.wire.envelope import Greeting


class Watcher:
    """`told` counts the keys of facts, `first` are those in snapshots; `blind` is seconds without any.

    It is blind from the last fact before its line was lost until the first fact after that.
    """

    def __init__(self, http: httpx2.AsyncClient, root: str, token: str) -> None:
        self.told: Counter[str] = Counter()
        self.first: set[str] = set()
        self.snapshots = 0
        self.blind: list[float] = []
        self._at = time.monotonic()
        self._since: float | None = None

        async def client() -> httpx2.AsyncClient:
            return http

        async def bearer() -> str:
            return token

        self.feed = Feed(client, f"{root}/v1.0", bearer, self)
        self.task = asyncio.create_task(self.feed.run())

    @property
    def known(self) -> set[str]:
        return self.first | self.told.keys()

    def events(self, events: list[Event]) -> None:
        now = time.monotonic()
        if self._since is not None:
            self.blind.append(now - self._since)
        self._at, self._since = now, None
        self.told.update(event.key.removeprefix(DOUBT) for event in events)

    def snapshot(self, world: World) -> None:
        self.snapshots += 1
        self._at = time.monotonic()
        self.first |= {key.removeprefix(DOUBT) for call in world.calls.values() for key in call.seen}

    def link(self, state: LinkState) -> None:
        if state.kind == "lost" and self._since is None:
            self._since = self._at

    def greeted(self, hello: Greeting) -> None: ...

    def relay_time(self, now: float) -> None: ...

    def relay_budget(self, uses: tuple[Use, ...]) -> None: ...

    async def close(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.feed.close()
