"""The whole live picture: every call, and what we were told that we did not understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from console.domain.calls import Call
from console.domain.ids import CallId

ENDED_KEPT = 200
"""How many ended calls stay in the picture, so that they can be looked at and called back."""


@dataclass(frozen=True, slots=True)
class World:
    """Mappings are never changed in place: a new world shares every call that did not change."""

    calls: Mapping[CallId, Call] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)

    def with_call(self, call: Call) -> World:
        calls = {**self.calls, call.id: call}
        if call.ended and len(calls) > ENDED_KEPT:
            calls = _prune(calls)
        return replace(self, calls=calls)

    def live(self) -> tuple[Call, ...]:
        return tuple(c for c in self.calls.values() if c.live and c.identified)


def _prune(calls: dict[CallId, Call]) -> dict[CallId, Call]:
    ended = [c for c in calls.values() if c.ended]
    if len(ended) <= ENDED_KEPT:
        return calls
    ended.sort(key=lambda c: (c.ended_at or 0.0, c.id))
    surplus = {c.id for c in ended[: max(0, len(ended) - ENDED_KEPT)]}
    return {id: c for id, c in calls.items() if id not in surplus} if surplus else calls
