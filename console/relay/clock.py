"""Two clocks: the computer's, for tokens, and one that never jumps, for facts and deadlines."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""UTC seconds."""


class Steady:
    """UTC seconds that only move forward, evenly, whatever is done to the computer's clock.

    Deadlines compare moments with each other: a clock set back by an hour must not let a caller ring out,
    and one set forward must not end every claim.
    """

    def __init__(self, wall: Clock = time.time, monotonic: Clock = time.monotonic) -> None:
        self._monotonic = monotonic
        self._origin = wall() - monotonic()

    def __call__(self) -> float:
        return self._origin + self._monotonic()
