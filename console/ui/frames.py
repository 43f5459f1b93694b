"""The beat of the window: changes at most once a frame, and one timer for every running clock."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from console.domain.world import World
from console.store.store import Store

FRAME_MS = 16
TICK_MS = 250


class Frames(QObject):
    """Gathers the changes of the store into frames.

    `changed(before, after)` carries two Worlds and comes at most once per 16 ms however many notifications
    arrived; `ticked(now)` comes four times a second with the relay's time, for clocks that run on screen.
    """

    changed = Signal(object, object)
    ticked = Signal(float)

    def __init__(self, store: Store, now: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._now = now
        self._before: World | None = None
        self._shown_at = 0.0
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self.flush)
        self._beat = QTimer(self)
        self._beat.setInterval(TICK_MS)
        self._beat.timeout.connect(self.tick)
        self._beat.start()
        self._stop = store.listen(self._gather)

    def flush(self) -> None:
        """Show what was gathered now, without waiting for the frame."""
        self._frame.stop()
        before, self._before = self._before, None
        if before is None:
            return
        self._shown_at = time.monotonic()
        after = self._store.view
        if after is not before:
            self.changed.emit(before, after)

    def tick(self) -> None:
        """Move every running clock to the present."""
        self.ticked.emit(self._now())

    def close(self) -> None:
        """Stop: no signal comes after this."""
        self._frame.stop()
        self._beat.stop()
        self._stop()
        self._stop = _nothing

    def _gather(self, before: World, after: World) -> None:
        if self._before is not None:
            return
        self._before = before
        # The first change after a quiet moment is shown at once; only a flood waits for the next frame.
        since = (time.monotonic() - self._shown_at) * 1000
        self._frame.start(max(0, FRAME_MS - int(since)))


def _nothing() -> None:
    return None
