"""The relay's time on this desk: seconds left on a ringing call must not depend on the desk's own clock."""

from __future__ import annotations

import time
from collections.abc import Callable


class RelayClock:
    """Returns UTC seconds by the relay's clock, running on the desk's monotonic one between adjustments."""

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, utc: Callable[[], float] = time.time
    ) -> None:
        self._monotonic = monotonic
        self._offset = utc() - monotonic()

    def now(self) -> float:
        """UTC seconds, as the relay would say."""
        return self._monotonic() + self._offset

    def adjust(self, relay_now: float) -> None:
        """The relay just said that it is `relay_now` (UTC seconds)."""
        self._offset = relay_now - self._monotonic()
