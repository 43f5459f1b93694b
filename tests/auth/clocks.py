"""A clock that a test moves on, apart from the machine's."""

from __future__ import annotations

import time


class Clock:
    """Real time with `offset` seconds added."""

    def __init__(self) -> None:
        self.offset = 0.0

    def __call__(self) -> float:
        return time.time() + self.offset
