"""The whole live picture: every call, and what we were told that we did not understand."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from console.domain.calls import Call
from console.domain.ids import CallId

ENDED_KEPT = 200
"""How many ended calls stay in the picture, so that they can be looked at and called back."""


class World(Struct, frozen=True):
    """Mappings are never changed in place: a new world shares every call that did not change.

    `ended` follows from `calls`: when each of those that are over ended (UTC seconds), the oldest first.
    """

    calls: Mapping[CallId, Call] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)
    ended: tuple[tuple[float, CallId], ...] = ()

    def with_call(self, call: Call) -> World:
        """Return the world with `call` in it, and without the oldest ended ones beyond ENDED_KEPT."""
        known = self.calls.get(call.id)
        calls = {**self.calls, call.id: call}
        if not call.ended:
            return replace(self, calls=calls)
        ended = list(self.ended)
        if known is not None and known.ended:
            if known.ended_at == call.ended_at:
                return replace(self, calls=calls)
            ended = [one for one in ended if one[1] != call.id]
        insort(ended, _end(call))
        oldest = ended[:-ENDED_KEPT]
        if oldest:
            for _, id in oldest:
                del calls[id]
            calls = {**calls}  # without the gap it is copied four times as fast
        return replace(self, calls=calls, ended=tuple(ended[-ENDED_KEPT:]))

    def only(self, wanted: Callable[[Call], bool]) -> World:
        """Return the world with those calls that are `wanted`."""
        return world_of([call for call in self.calls.values() if wanted(call)], self.unknown)

    def live(self) -> tuple[Call, ...]:
        return tuple(c for c in self.calls.values() if c.live and c.identified)


def world_of(calls: Iterable[Call], unknown: Mapping[str, int]) -> World:
    """Return the world that consists of `calls`, whatever their number."""
    by_id = {call.id: call for call in calls}
    return World(by_id, unknown, tuple(sorted(_end(call) for call in by_id.values() if call.ended)))


def _end(call: Call) -> tuple[float, CallId]:
    return call.ended_at or 0.0, call.id
