"""The whole live picture: every call, and what we were told that we did not understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from heapq import nsmallest

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
        known = self.calls.get(call.id)
        ends = call.ended and (known is None or not known.ended)
        if ends and len(calls) > ENDED_KEPT:
            calls = _prune(calls)
        return replace(self, calls=calls)

    def live(self) -> tuple[Call, ...]:
        return tuple(c for c in self.calls.values() if c.live and c.identified)


def _prune(calls: dict[CallId, Call]) -> dict[CallId, Call]:
    ended = [c for c in calls.values() if c.ended]
    if len(ended) <= ENDED_KEPT:
        return calls
    oldest = nsmallest(len(ended) - ENDED_KEPT, ended, key=lambda c: (c.ended_at or 0.0, c.id))
    for call in oldest:  # nearly always one; `calls` is the caller's own copy
        del calls[call.id]
    return calls
