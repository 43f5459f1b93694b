"""A console that only watches: its feed, what that brought, and for how long it brought nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from itertools import zip_longest

import httpx2

from console.domain.budget import Use
from console.domain.events import Event
from console.domain.world import World
from console.feed.feed import Feed
from console.feed.link import LinkState
from console.relay.steps import DOUBT
from console.wire.envelope import Greeting


class Tally:
    """How often each key was seen. All share the `numbers` of keys: forty consoles see the same 100,000."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self._numbers = numbers
        self._counts = bytearray()

    def add(self, keys: Iterable[str]) -> None:
        for key in keys:
            at = self._numbers.setdefault(key, len(self._numbers))
            if at >= len(self._counts):
                self._counts.extend(bytes(at + 1000 - len(self._counts)))
            self._counts[at] = min(self._counts[at] + 1, 255)

    def doubled(self) -> int:
        """How many keys were seen more than once."""
        return sum(count > 1 for count in self._counts)

    def missing(self, keys: Iterable[str], *others: Tally) -> int:
        """How many of `keys` neither this has seen nor any of `others`.

        To have seen that there may be such a call is enough: Graph is asked about it.
        """
        seen = [
            any(counts) for counts in zip_longest(self._counts, *(o._counts for o in others), fillvalue=0)
        ]
        known = {key.removeprefix(DOUBT) for key, at in self._numbers.items() if at < len(seen) and seen[at]}
        return sum(key not in known for key in keys)


class Watcher:
    """`told` counts facts, `first` those in snapshots; `blind` is seconds without any.

    It is blind from the last fact before its line was lost until the first fact after that.
    """

    def __init__(self, http: httpx2.AsyncClient, root: str, token: str, numbers: dict[str, int]) -> None:
        self.told = Tally(numbers)
        self.first = Tally(numbers)
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

    def missing(self, keys: Iterable[str]) -> int:
        """How many of `keys` this console does not know."""
        return self.told.missing(keys, self.first)

    def events(self, events: list[Event]) -> None:
        now = time.monotonic()
        if self._since is not None:
            self.blind.append(now - self._since)
        self._at, self._since = now, None
        self.told.add(event.key for event in events)

    def snapshot(self, world: World) -> None:
        self.snapshots += 1
        self._at = time.monotonic()
        self.first.add(key for call in world.calls.values() for key in call.seen)

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
