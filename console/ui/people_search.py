"""One search field's conversation with the directory: debounced, newest wins, failures become a sentence."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, Signal

from console.domain.errors import ConsoleError
from console.domain.text import Text, sentences
from console.graph import people
from console.graph.client import GraphClient
from console.ui.language import say
from console.ui.tasks import Tasks

PAUSE = 0.12
"""Seconds without a key before the directory is asked."""


class PeopleSearch(QObject):
    """`found(words, people)` and `failed(words, sentence)` speak only about the newest words."""

    found = Signal(str, object)
    failed = Signal(str, str)
    busy_changed = Signal(bool)

    def __init__(self, graph: GraphClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._graph = graph
        self._tasks = Tasks()
        self._current: asyncio.Task[None] | None = None
        self._words: str | None = None

    @property
    def busy(self) -> bool:
        return self._current is not None

    def begin(self, words: str, *, again: bool = False) -> None:
        """Look for `words` soon, dropping an earlier search; the same words are asked once unless `again`."""
        words = " ".join(words.split())
        if words == self._words and not again:
            return
        self._words = words
        if self._current is not None:
            self._current.cancel()
        else:
            self.busy_changed.emit(True)
        self._current = self._tasks.start(self._search(words), f"people search {len(words)}")

    def cancel(self) -> None:
        """Stop looking; the next `begin` asks again even for the same words."""
        self._words = None
        self._tasks.cancel()
        self._idle()

    async def close(self) -> None:
        """Cancel and wait until nothing runs any more."""
        await self._tasks.close()
        self._idle()

    async def _search(self, words: str) -> None:
        # The first page of the directory, and every field's first words, need no wait.
        if words:
            await asyncio.sleep(PAUSE)
        try:
            persons = await people.search(self._graph, words)
        except ConsoleError as error:
            self._words = None  # the same words may be tried again
            self._idle()
            said = say(sentences(Text("People cannot be searched now."), error.text))
            self.failed.emit(words, said)
            return
        self._idle()
        self.found.emit(words, persons)

    def _idle(self) -> None:
        if self._current is not None:
            self._current = None
            self.busy_changed.emit(False)
