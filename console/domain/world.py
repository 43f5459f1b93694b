"""The whole live picture: every call, and what we were told that we did not understand."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct, field

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
        draft = Draft(self)
        draft.put(call)
        return draft.finished()

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


class Draft:
    """A world that is added to: its calls are copied once, however many change."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._calls = dict(world.calls)
        self._unknown = world.unknown
        self._ended: list[tuple[float, CallId]] | None = None
        """Those of the world once they change: they are copied once, too."""
        self._changed = False

    def get(self, id: CallId) -> Call | None:
        return self._calls.get(id)

    def put(self, call: Call) -> None:
        """Add `call` or what is new about it; of more than ENDED_KEPT ended calls the oldest go."""
        known = self._calls.get(call.id)
        self._calls[call.id] = call
        self._changed = True
        if not call.ended or (known is not None and known.ended and known.ended_at == call.ended_at):
            return
        if self._ended is None:
            self._ended = list(self._world.ended)
        if known is not None and known.ended:
            self._ended.remove(_end(known))
        insort(self._ended, _end(call))
        for _, id in self._ended[:-ENDED_KEPT]:
            del self._calls[id]
        del self._ended[:-ENDED_KEPT]

    def count(self, what: str) -> None:
        """Count once more what was not understood."""
        self._unknown = {**self._unknown, what: self._unknown.get(what, 0) + 1}
        self._changed = True

    def finished(self) -> World:
        """Return the world as it is now, unchanged the very one from the beginning. Then it is used up."""
        if not self._changed:
            return self._world
        return World(
            self._calls, self._unknown, self._world.ended if self._ended is None else tuple(self._ended)
        )
