"""What an operator leaves behind at the end of a shift: callers of theirs, and words for who comes next.

It stays in memory only: callers' names and numbers are never written to a disk. The callers themselves are
at the relay, where every desk sees them.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.calls import Call, Situation
from console.domain.ids import CallId
from console.domain.people import Operator
from console.domain.world import World


@dataclass(frozen=True, slots=True)
class HandOver:
    """Left by `by` at `at` (UTC seconds): the calls that were theirs, and a note."""

    by: Operator
    at: float
    calls: tuple[CallId, ...]
    note: str = ""

    def open_calls(self, world: World) -> list[Call]:
        """Those of the calls that are still live."""
        found = (world.calls.get(id) for id in self.calls)
        return [call for call in found if call is not None and call.live]


def unfinished(world: World, me: Operator) -> list[Call]:
    """Return the live calls that `me` acts on or has parked, the longest first."""
    return sorted((c for c in world.calls.values() if c.live and _mine(c, me)), key=lambda c: c.first_seen)


def _mine(call: Call, me: Operator) -> bool:
    if call.situation is Situation.RINGING:
        return False  # nobody's: it rings for whoever comes
    claimed = call.claim is not None and call.claim.operator.id == me.id
    return claimed or (call.parked is not None and call.parked.by.id == me.id)
