"""Which relay takes the steps that nobody asks for: one at a time, and the only one if it is alone."""

from __future__ import annotations

from typing import Protocol


class Lead(Protocol):
    """Whether this relay leads. `grace` is for how many seconds another may be about to act on a claim."""

    grace: float

    @property
    def held(self) -> bool:
        """True while nobody else can be leading."""
        ...


class Alone:
    """The lead of a relay that shares nothing."""

    held = True
    grace = 0.0
