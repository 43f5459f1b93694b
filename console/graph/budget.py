"""Counts how much of Microsoft's limits this program uses in the present windows (REFERENCE §7.1).

The limits hold for the whole app in a tenant, so several programs share them: this counts our own part.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from console.domain.budget import SLOWED_WINDOW, Use
from console.graph.operations import Identity, Operation


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` requests in `window` seconds to paths that contain one of `paths`."""

    name: str
    paths: tuple[str, ...]
    most: int
    window: int


LIMITS = (
    Limit("calls", ("/communications/calls",), 50_000, 15),
    Limit("presence", ("/presence", "/communications/getPresencesByUserId"), 10_000, 30),
    Limit("records", ("/communications/callRecords",), 1_500, 20),
    Limit("everything", ("/",), 130_000, 10),
)
MADE = frozenset({"meeting.create", "meeting.createOrGet"})
"""Operations that make a meeting when they answer 201."""


class Budget:
    """Counts by the second what is sent to Microsoft with the token of `whose`.

    What a console asks of the relay is no request to Microsoft: the relay counts that. `now` is a clock in
    seconds that only goes forward; `meeting_made` is called for each meeting that comes into being.
    """

    def __init__(
        self,
        now: Callable[[], float],
        whose: Identity,
        meeting_made: Callable[[], None] = lambda: None,
    ) -> None:
        self._now = now
        self._whose = whose
        self._meeting_made = meeting_made
        self._sent = {limit.name: _Window(limit.window) for limit in LIMITS}
        self._slowed = {limit.name: _Window(SLOWED_WINDOW) for limit in LIMITS}

    def note(self, operation: Operation, status: int) -> None:
        """Count one request and how it was answered; 0 when nothing came back."""
        if operation.identity is not self._whose:
            return
        second = int(self._now())
        for limit in LIMITS:
            if any(p in operation.path for p in limit.paths):
                self._sent[limit.name].add(second)
                if status == 429:
                    self._slowed[limit.name].add(second)
        if operation.name in MADE and status == 201:
            self._meeting_made()

    def view(self) -> tuple[Use, ...]:
        """Return the use of each limit now."""
        second = int(self._now())
        return tuple(
            Use(
                limit.name,
                self._sent[limit.name].total(second),
                limit.most,
                limit.window,
                self._slowed[limit.name].total(second),
            )
            for limit in LIMITS
        )


class _Window:
    """How often something happened in the last `length` seconds."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._seconds: deque[tuple[int, int]] = deque()
        self._total = 0

    def add(self, second: int) -> None:
        self._forget(second)
        count = self._seconds.pop()[1] if self._seconds and self._seconds[-1][0] == second else 0
        self._seconds.append((second, count + 1))
        self._total += 1

    def total(self, second: int) -> int:
        self._forget(second)
        return self._total

    def _forget(self, second: int) -> None:
        while self._seconds and self._seconds[0][0] <= second - self._length:
            self._total -= self._seconds.popleft()[1]
