"""Numbered lists of what went over the wire, for tests and for people who want to look."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Any

from console.simulator.identities import Json


class Ledger:
    """Keeps the newest `limit` entries; each gets the next number `n`, from 1."""

    def __init__(self, limit: int = 20_000) -> None:
        self._entries: deque[Json] = deque(maxlen=limit)
        self.last = 0
        """The number of the newest entry."""

    def add(self, **entry: Any) -> Json:
        self.last += 1
        entry = {"n": self.last, **entry}
        self._entries.append(entry)
        return entry

    def since(self, number: int) -> list[Json]:
        """Entries with `n` greater than `number`, oldest first."""
        count = max(0, self.last - number)
        return list(islice(reversed(self._entries), count))[::-1]
