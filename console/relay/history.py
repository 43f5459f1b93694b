"""The durable log of facts: an event is kept for good before anybody is told that we have it.

`disk.py` keeps it in a file for one relay, `shared/` in Redis for several.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from console.domain.errors import ServiceFailed
from console.domain.events import Event
from console.domain.ids import CallId
from console.domain.world import World


class HistoryFailed(ServiceFailed):
    """The log cannot be written: nothing may be acknowledged."""


class Recorded(Struct, frozen=True):
    """An event in its place in the log; `data` is the envelope's JSON."""

    seq: int
    event: Event
    data: bytes


class Follower(Protocol):
    """Who folds the log: the hub. All methods are called on the loop."""

    world: World

    def coming(self, new: list[Recorded]) -> None:
        """Get ready for what is being written. It may come to nothing; else `committed` has the same list."""

    def committed(self, new: list[Recorded]) -> None:
        """Take the next events of the log, whoever appended them, in its order and without a gap."""

    def restarted(self, world: World, seq: int) -> None:
        """Start afresh: the log has a new epoch, and adds up to `world` at `seq`."""


class History(Protocol):
    """A log in one total order. `epoch` names it: after anything that could have cost a fact it is another.

    `epoch` is empty until the log has been read for the first time.
    """

    @property
    def epoch(self) -> str: ...

    @property
    def trouble(self) -> str:
        """Why nothing can be kept just now; "" when, as far as is known, it can."""
        ...

    def follow(self, follower: Follower) -> None:
        """Tell `follower` of everything that is new from now on."""

    def append(self, *events: Event) -> Future[list[Recorded]]:
        """Keep `events`, all or none; the future gives those that were new: a key is kept once.

        They, and all before them, have been folded when it is done. It may end with HistoryFailed, which may
        also be raised at once.
        """
        ...

    async def after(self, seq: int, most: int) -> list[tuple[int, bytes]] | None:
        """Return up to `most` events after `seq`, or None when some of those are no longer kept."""
        ...

    async def snapshot(self, world: World, seq: int, at: float) -> None:
        """Keep `world` as it is after event `seq`, so that older events can go. Raises HistoryFailed."""

    async def purge(self, before: float, live: Sequence[CallId]) -> None:
        """Delete events from before `before` (UTC seconds) that a snapshot covers. Raises HistoryFailed.

        The log may keep those that are about `live` calls.
        """

    async def close(self) -> None:
        """Finish what is waiting and let go."""
