"""How much of Microsoft's limits this program has used in the present windows (REFERENCE §7.1).

The limits hold for the whole app in a tenant, so several programs share them: this counts our own part.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from console.graph.operations import Operation


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
    Limit("call records", ("/communications/callRecords",), 1_500, 20),
    Limit("everything", ("/",), 130_000, 10),
)
MEETINGS_A_MONTH = 2_000
"""Meetings that one user may make in a month."""


@dataclass(frozen=True, slots=True)
class Use:
    """`used` requests of `limit` in its present window; `throttled` 429s since the program began."""

    limit: Limit
    used: int
    throttled: int

    @property
    def share(self) -> float:
        """The part of the limit that is used; 1.0 is all of it."""
        return self.used / self.limit.most


class Budget:
    """Counts requests by the second. `now` is a clock in seconds that only goes forward."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sent: dict[str, deque[tuple[int, int]]] = {limit.name: deque() for limit in LIMITS}
        self._throttled: Counter[str] = Counter()
        self.meetings = 0
        """Meetings made since the program began."""

    def note(self, operation: Operation, status: int) -> None:
        """Count one request and how it was answered; 0 when nothing came back."""
        second = int(self._now())
        for limit in LIMITS:
            if not any(p in operation.path for p in limit.paths):
                continue
            seconds = self._sent[limit.name]
            count = seconds.pop()[1] if seconds and seconds[-1][0] == second else 0
            seconds.append((second, count + 1))
            while seconds[0][0] <= second - limit.window:
                seconds.popleft()
            self._throttled[limit.name] += status == 429
        made = operation.name in ("meeting.create", "meeting.createOrGet") and status == 201
        self.meetings += made

    def view(self) -> tuple[Use, ...]:
        """Return the use of each limit now."""
        second = int(self._now())
        return tuple(
            Use(
                limit,
                sum(n for at, n in self._sent[limit.name] if at > second - limit.window),
                self._throttled[limit.name],
            )
            for limit in LIMITS
        )
