"""Who is in the directory and whether they are free: one search, and presence polled while looked at."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from console.domain.errors import ConsoleError
from console.domain.ids import UserId
from console.domain.people import Presence
from console.domain.text import Text, sentences
from console.graph import people
from console.graph.client import GraphClient
from console.ui.language import say
from console.ui.people_search import PeopleSearch
from console.ui.tasks import Tasks

PERIOD = 12.0
SPREAD = 2.0
"""Presence is asked for every PERIOD ± SPREAD seconds, so that many consoles do not ask at once."""


@dataclass(frozen=True, slots=True)
class SeenPresence:
    """A presence and when we read it (UTC seconds)."""

    presence: Presence
    at: float


class PeopleFinder(QObject):
    """Searches people and keeps the presence of those on screen fresh."""

    results = Signal(str, object)
    """The words and the persons found for them."""
    failed = Signal(str, str)
    busy_changed = Signal(bool)
    presences_changed = Signal()

    def __init__(
        self,
        graph: GraphClient,
        parent: QObject | None = None,
        *,
        now: Callable[[], float] = time.time,
        period: Callable[[], float] = lambda: PERIOD + random.uniform(-SPREAD, SPREAD),  # noqa: S311 - jitter
    ) -> None:
        super().__init__(parent)
        self._graph = graph
        self._now = now
        self._period = period
        self._tasks = Tasks()
        self._watchers: dict[str, tuple[UserId, ...]] = {}
        self._seen: dict[UserId, SeenPresence] = {}
        self._polling: asyncio.Task[None] | None = None
        self._problem = ""
        self.knows_presence = graph.lacks("presence.many") is None
        """False in a cloud that has no presence: then it is neither asked for nor missed."""
        self._search = PeopleSearch(graph, self)
        self._search.found.connect(self.results)
        self._search.failed.connect(self.failed)
        self._search.busy_changed.connect(self.busy_changed)

    # -- searching ---------------------------------------------------------------------------------

    def search(self, words: str) -> None:
        """Look for `words`; no words give the first page of the directory."""
        self._search.begin(words)

    def search_again(self, words: str) -> None:
        """Ask for `words` even when they are the ones shown."""
        self._search.begin(words, again=True)

    def searcher(self, parent: QObject) -> PeopleSearch:
        """Return a search of its own for another field, such as a meeting's attendees."""
        return PeopleSearch(self._graph, parent)

    # -- presence ----------------------------------------------------------------------------------

    @property
    def polling(self) -> bool:
        """True while somebody is watched."""
        return self._polling is not None

    @property
    def presence_problem(self) -> str:
        """Why presence is not being updated, or an empty string."""
        return self._problem

    def presence(self, user: UserId) -> SeenPresence | None:
        """Return what was last read about `user`."""
        return self._seen.get(user)

    def watch(self, watcher: str, users: Iterable[UserId]) -> None:
        """`watcher` shows these users now; nobody shown by anybody means no polling."""
        wanted = tuple(dict.fromkeys(users)) if self.knows_presence else ()
        if wanted == self._watchers.get(watcher, ()):
            return
        fresh = any(u not in self._seen for u in wanted)
        if wanted:
            self._watchers[watcher] = wanted
        else:
            self._watchers.pop(watcher, None)
        if not self._watchers:
            self._stop_polling()
        elif self._polling is None or fresh:
            self._stop_polling()
            self._polling = self._tasks.start(self._poll(), "presence")

    async def close(self) -> None:
        """Stop everything and wait for it."""
        self._watchers.clear()
        await self._search.close()
        await self._tasks.close()
        self._polling = None

    def _stop_polling(self) -> None:
        if self._polling is not None:
            self._polling.cancel()
            self._polling = None

    async def _poll(self) -> None:
        while True:
            await self._read()
            await asyncio.sleep(self._period())

    async def _read(self) -> None:
        users = tuple(dict.fromkeys(u for shown in self._watchers.values() for u in shown))
        try:
            told = await people.presences(self._graph, users)
        except ConsoleError as error:
            # What was read stays, with its age: an old presence that says so is better than none.
            self._problem = say(sentences(Text("Presence is not being updated."), error.text))
            self.presences_changed.emit()
            return
        self._problem = ""
        at = self._now()
        self._seen.update({p.user: SeenPresence(p, at) for p in told})
        self.presences_changed.emit()
