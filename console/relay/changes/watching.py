"""One subscription that is always there: made, renewed at half of its life, and made anew when it is lost."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from console.domain.errors import ConsoleError, NotAllowed, Throttled
from console.domain.ids import IntentId
from console.domain.subscriptions import Subscription, Watch
from console.graph import subscriptions
from console.graph.client import GraphClient
from console.graph.operations import Identity
from console.relay.changes.marks import LIFECYCLE, Marks
from console.relay.changes.sealed import Keyring
from console.relay.clock import Clock
from console.relay.lead import Lead

LOOK = 3600.0
"""Seconds between looks whether it is still there, because nobody promises to tell us when it is not."""
FOLLOWS = 5.0
"""Seconds between looks whether this relay has begun to lead."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Topic:
    """What to be told of. `life` is seconds and a little less than the longest that Graph grants."""

    resource: str
    changes: tuple[str, ...]
    life: float


class Watcher:
    """Keeps a subscription while this relay leads. `whose` token asks for it.

    With a `keyring` its notifications carry the data, sealed. `missed` is called whenever something may have
    been. `now` is UTC seconds.
    """

    def __init__(
        self,
        graph: GraphClient,
        whose: Identity,
        topic: Topic,
        marks: Marks,
        *,
        lead: Lead,
        now: Clock,
        new_id: Callable[[], IntentId],
        missed: Callable[[], None],
        keyring: Keyring | None = None,
    ) -> None:
        self._graph = graph
        self._whose = whose
        self._topic = topic
        self._marks = marks
        self._lead = lead
        self._now = now
        self._new_id = new_id
        self._missed = missed
        self._keyring = keyring
        self._news = asyncio.Event()
        self._doubted = False
        self._made = ""
        self.trouble = ""
        """Why there is no subscription, in a sentence; "" while there is one."""

    def heard(self, event: str) -> None:
        """Take a lifecycle event (REFERENCE §6.4), in lower case. Those of later times change nothing."""
        match event:
            case "reauthorizationrequired":
                self._doubted = True
            case "missed":
                self._missed()
            case "subscriptionremoved":
                pass  # looking is enough: it will not be there
            case _:
                return
        self._news.set()

    async def run(self) -> None:
        """Look after the subscription until cancelled."""
        failures = 0
        while True:
            told = self._news.is_set()
            self._news.clear()
            try:
                pause = await self.look() if told or self._lead.held else FOLLOWS
                failures, self.trouble = 0, ""
            except ConsoleError as error:
                pause = self._failed(error, failures)
                failures += 1
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._news.wait()

    async def look(self) -> float:
        """Do what is due now, and return after how many seconds to look again. Raises ConsoleError."""
        mine = [s for s in await subscriptions.listed(self._graph, self._whose) if self._is_mine(s)]
        kept = max(mine, key=lambda s: s.until, default=None)
        if kept is None:
            kept = await self._create()
        elif self._left(kept) <= self._topic.life / 2:
            until = datetime.fromtimestamp(self._now() + self._topic.life, UTC)
            kept = await subscriptions.renew(self._graph, self._whose, kept.id, until, intent=self._new_id())
        elif self._doubted:
            await subscriptions.reauthorize(self._graph, self._whose, kept.id, intent=self._new_id())
        self._doubted = False
        for other in mine:
            if other.id != kept.id:
                await subscriptions.delete(self._graph, self._whose, other.id, intent=self._new_id())
        return max(1.0, min(LOOK, self._left(kept) - self._topic.life / 2))

    async def _create(self) -> Subscription:
        mark = self._marks.issue()
        certificate, id = self._keyring.current() if self._keyring else ("", "")
        made = await subscriptions.create(
            self._graph,
            self._whose,
            Watch(
                resource=self._topic.resource,
                changes=self._topic.changes,
                url=self._marks.url(mark),
                lifecycle_url=self._marks.url(mark, LIFECYCLE),
                until=datetime.fromtimestamp(self._now() + self._topic.life, UTC),
                secret=mark.secret,
                certificate=certificate,
                certificate_id=id,
            ),
            intent=self._new_id(),
        )
        self._made = made.id
        log.info("subscribed to %s", self._topic.resource)
        self._missed()
        return made

    def _is_mine(self, subscription: Subscription) -> bool:
        # The one that we made is ours however Graph spells its address when it lists it.
        ours = subscription.id == self._made or self._marks.owner(subscription.url) is not None
        same = _plain(subscription.resource) == _plain(self._topic.resource)
        return ours and same and self._left(subscription) > 0

    def _left(self, subscription: Subscription) -> float:
        return subscription.until.timestamp() - self._now()

    def _failed(self, error: ConsoleError, failures: int) -> float:
        self.trouble = str(error)
        if failures == 0:
            log.warning("cannot subscribe to %s: %s", self._topic.resource, error.code)
        if isinstance(error, NotAllowed):
            return LOOK  # somebody must give a permission first
        pause: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2**failures)
        return max(pause, error.retry_after) if isinstance(error, Throttled) else pause


def _plain(resource: str) -> str:
    return resource.strip("/").casefold()
