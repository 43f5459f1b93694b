"""From the relay's receipt of a notification to the painted row, with 100 notifications a second."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from console.app.desktop import Desktop, make_application
from console.demo.programs import Programs
from console.demo.stage import Stage
from console.domain.events import Event
from tests.benchmarks.loadgen import percentile
from tests.benchmarks.report import report

CALLS_PER_SECOND, SECONDS, PATIENCE = 50.0, 12.0, 1.0
"""Each call is told twice, when it rings and when it is over: 100 notifications a second."""
WARM_UP = 2.0


class PaintWatch(QObject):
    """Notes, for every event that reached the console, when the calls column was next painted."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._column: QWidget = desktop.window.calls
        self._arrived: list[float] = []
        self._shown: list[float] = []
        self.latencies: list[float] = []
        self.counted_from = time.time() + WARM_UP
        line, fold = desktop.line, desktop.line.events

        def arrive(events: list[Event]) -> None:
            self._arrived += [e.at for e in events]
            fold(events)

        line.events = arrive  # type: ignore[method-assign]
        desktop.parts.frames.changed.connect(lambda before, after: self._frame())
        make_application().installEventFilter(self)

    def _frame(self) -> None:
        self._shown += self._arrived
        self._arrived = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._shown and self._in_column(watched):
            now, shown = time.time(), self._shown
            self._shown = []
            self.latencies += [now - at for at in shown if at >= self.counted_from]
        return False

    def _in_column(self, watched: QObject) -> bool:
        return isinstance(watched, QWidget) and self._column.isAncestorOf(watched)


async def test_receipt_to_paint(tmp_path: Path) -> None:
    programs = Programs(tmp_path)
    crowd: subprocess.Popen[bytes] | None = None
    await asyncio.to_thread(programs.start)
    desktop = Desktop(make_application(), programs.options())
    try:
        found = programs.simulation
        stage = Stage(found["base_url"], found["ca_file"])
        await stage.webhook(programs.webhook)
        desktop.open()
        while not desktop.line.feed.state.live:
            await asyncio.sleep(0.02)
        watch = PaintWatch(desktop)
        arguments = [found["base_url"], found["ca_file"], CALLS_PER_SECOND, SECONDS, PATIENCE]
        first, last = time.time() + WARM_UP, time.time() + SECONDS
        crowd = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.crowd", *map(str, arguments)])
        while crowd.poll() is None:
            await asyncio.sleep(0.1)
        await asyncio.sleep(PATIENCE + 0.5)
        full = [n for n in await stage.notifications() if first <= n["at"] < last]
        told = len(full) / (last - first)
        await stage.close()
    finally:
        if crowd is not None and crowd.poll() is None:
            crowd.terminate()
        await desktop.close()
        desktop.window.close()
        await asyncio.to_thread(programs.stop)
    assert watch.latencies, f"nothing was painted although {told:.0f} notifications/s came"
    p50, p99 = (percentile(watch.latencies, share) * 1000 for share in (0.5, 0.99))
    report(
        "receipt to paint",
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms; {len(watch.latencies)} events, {told:.0f} notifications/s",
        p50_ms=p50,
        p99_ms=p99,
        notifications_per_second=told,
        events=len(watch.latencies),
    )
