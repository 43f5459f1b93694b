"""How long to wait before connecting again: a moment if the last line worked, else ever longer."""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST, LONGEST = 0.15, 8.0
"""Seconds on average. All lose a relay in the same moment, so each waits from nothing to twice that."""


class Pauses:
    """`uniform` gives a number between two."""

    def __init__(self, uniform: Callable[[float, float], float] = random.uniform) -> None:
        self._uniform = uniform
        self._middle = FIRST

    def next(self) -> float:
        """Return the seconds to wait now; the next time it will be longer."""
        pause = self._uniform(0.0, 2 * self._middle)
        self._middle = min(2 * self._middle, LONGEST)
        return pause

    def worked(self) -> None:
        """The line worked: begin again with a moment."""
        self._middle = FIRST

    def refused(self) -> None:
        """The relay will say the same again: do not press it."""
        self._middle = LONGEST
