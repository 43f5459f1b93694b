"""The day so far in small numbers, counted from the calls on the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from console.domain.calls import Call, Happening, Situation
from console.domain.world import World


@dataclass(frozen=True, slots=True)
class Today:
    """What reached the front desk since midnight here. `longest` is the longest present wait in seconds."""

    calls: int
    answered: int
    waiting: int
    longest: float


def same_day(one: float, other: float) -> bool:
    """True when both UTC seconds fall on the same day in the desk's time zone."""
    return _day(one) == _day(other)


def count_today(world: World, now: float) -> Today:
    """Count `world` at `now` (UTC seconds)."""
    calls = [c for c in world.calls.values() if c.identified and same_day(c.first_seen, now)]
    waiting = [c for c in world.live() if c.situation in (Situation.RINGING, Situation.WAITING)]
    return Today(
        calls=len(calls),
        answered=sum(1 for c in calls if c.established_at is not None and _taken(c)),
        waiting=len(waiting),
        longest=max((now - c.waiting_since for c in waiting), default=0.0),
    )


def _taken(call: Call) -> bool:
    """True when an operator took the call; the relay's own greeting of a forgotten caller is no answer."""
    return any(moment.what is Happening.CLAIMED for moment in call.history)


def _day(utc: float) -> object:
    return datetime.fromtimestamp(utc, tz=UTC).astimezone().date()
