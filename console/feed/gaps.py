"""Sequence numbers as a pure machine: what to apply now, what to hold, and when to start over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

PATIENCE = 0.5
"""Seconds an early event is held while the one before it may still come."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the relay's log: written `epoch:seq` on the wire."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"

    @staticmethod
    def parse(text: str) -> Position | None:
        """Return the position in `text`, or None when it is none."""
        epoch, _, seq = text.rpartition(":")
        return (
            Position(epoch, int(seq)) if epoch and seq.isascii() and seq.isdigit() and len(seq) < 19 else None
        )


@dataclass(slots=True)
class Gaps(Generic[T]):
    """Keeps a place in the log. `offer` returns what may be applied, in order; None means: resynchronise."""

    at: Position | None = None
    _held: dict[int, T] = field(default_factory=dict)
    _waiting_since: float | None = None

    def start(self, at: Position) -> None:
        """Begin after a snapshot, or where the relay said it goes on."""
        self.at = at
        self._held.clear()
        self._waiting_since = None

    def offer(self, position: Position, event: T, now: float) -> list[T] | None:
        """Take an event at `position`; `now` is in monotonic seconds.

        A repeat gives an empty list. An early one is held. Another epoch, or no starting place, gives None.
        """
        if self.at is None or position.epoch != self.at.epoch:
            return None
        if position.seq <= self.at.seq:
            return []
        self._held[position.seq] = event
        ready: list[T] = []
        seq = self.at.seq
        while (following := self._held.pop(seq + 1, None)) is not None:
            seq += 1
            ready.append(following)
        self.at = Position(self.at.epoch, seq)
        if not self._held:
            self._waiting_since = None
        elif self._waiting_since is None or ready:
            self._waiting_since = now
        return ready

    def overdue(self, now: float) -> bool:
        """True when an early event has been held for too long: something in between is lost."""
        return self._waiting_since is not None and now - self._waiting_since >= PATIENCE
