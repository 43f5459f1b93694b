"""Numbered lists of what went over the wire, for tests and for people who want to look."""

from __future__ import annotations

from collections import deque
from typing import Any

from console.simulator.identities import Json


class Ledger:
    """Keeps the newest `limit` entries; each gets the next number `n`, from 1."""

    def __init__(self, limit: int = 20_000) -> None:
        self._entries: deque[Json] = deque(maxlen=limit)
        self._last = 0

    def add(self, **entry: Any) -> Json:
        self._last += 1
        entry = {"n": self._last, **entry}
        self._entries.append(entry)
        return entry

    def since(self, number: int) -> list[Json]:
        """Entries with `n` greater than `number`, oldest first."""
        return [entry for entry in self._entries if entry["n"] > number]
