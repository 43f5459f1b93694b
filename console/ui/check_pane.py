"""The checks with what drives them: run, stop, run again, and copy what was found for whoever helps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from console.checks.examination import Check, Tell
from console.checks.findings import Outcome, Verdict, as_text
from console.ui.banner import Banner
from console.ui.check_list import CheckList
from console.ui.dialogs import ends, titled
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.language import say, tr
from console.ui.painting import scaled
from console.ui.tasks import Tasks
from console.ui.tokens import GAP_PAGE

Examine = Callable[[Tell], Awaitable[list[Outcome]]]
"""Walks through the checks, telling of each; it can be cancelled at any moment."""


class CheckPane(QWidget):
    """Runs `examine` and shows it. `ended` comes with what was found, also when it was stopped."""

    ended = Signal()

    def __init__(
        self,
        checks: Sequence[Check],
        examine: Examine,
        icons: Icons,
        frames: Frames,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._examine = examine
        self._tasks = Tasks()
        self._running = False
        self.outcomes: list[Outcome] = []
        self._sum = Banner(icons, "check-sum")
        self._list = CheckList(checks, icons, frames)
        self.copy = QPushButton(tr("Copy for support"))
        self.copy.setObjectName("check-copy")
        icons.dress(self.copy, "copy")
        self.copy.clicked.connect(self._copy)
        self.again = QPushButton(tr("Check again"))
        self.again.setObjectName("check-again")
        icons.dress(self.again, "refresh")
        self.again.clicked.connect(self.start)
        self.halt = QPushButton(tr("Stop"))
        self.halt.setObjectName("check-stop")
        self.halt.clicked.connect(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PAGE)
        column.addWidget(self._sum)
        column.addWidget(self._list, 1)
        self._show_running(False)

    @property
    def running(self) -> bool:
        return self._running

    def start(self) -> None:
        """Begin at the first check."""
        if self.running:
            return
        self.outcomes = []
        self._list.wait()
        self._sum.say("")
        self._show_running(True)
        self._tasks.start(self._run(), "checks").add_done_callback(self._done)

    def stop(self) -> None:
        """Stop at once; what was found so far stays."""
        self._tasks.cancel()

    async def close_tasks(self) -> None:
        """Stop and wait for it."""
        await self._tasks.close()

    def text(self) -> str:
        """What was found, for whoever helps; without secrets."""
        return as_text(self.outcomes, say)

    async def _run(self) -> None:
        self.outcomes = await self._examine(self._list.tell)
        self._say_sum()

    def _done(self, task: asyncio.Task[None]) -> None:
        """Also called for a task that was cancelled before it began."""
        if not isValid(self):  # the window is gone
            return
        if task.cancelled():
            self._sum.say(tr("Stopped."), icon="info")
        self._show_running(False)
        self.ended.emit()

    def _say_sum(self) -> None:
        wrong = [o for o in self.outcomes if o.finding.verdict is Verdict.BAD]
        noted = [o for o in self.outcomes if o.finding.verdict is Verdict.NOTE]
        if wrong:
            first = wrong[0].finding
            self._sum.say(say(first.sentence), say(first.remedy), icon="alert", role="danger")
        elif noted:
            self._sum.say(
                tr("It works. Something is worth knowing:"), say(noted[0].finding.sentence), role="warning"
            )
        else:
            self._sum.say(tr("All is in order."), icon="check", role="success")

    def _show_running(self, running: bool) -> None:
        self._running = running
        for button, shown in ((self.halt, running), (self.again, not running), (self.copy, not running)):
            button.setVisible(shown)
        self.copy.setEnabled(bool(self.outcomes))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())


class CheckSheet(QDialog):
    """The checks in a window of their own, begun as soon as it opens."""

    def __init__(
        self, checks: Sequence[Check], examine: Examine, icons: Icons, frames: Frames, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("check-sheet")
        self.setWindowTitle(tr("Checks"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.pane = CheckPane(checks, examine, icons, frames)
        self.resize(scaled(self, 560), scaled(self, 620))
        close = QPushButton(tr("Close"))
        close.setObjectName("check-close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column = titled(self, tr("From this desk to the relay"))
        column.addWidget(self.pane, 1)
        column.addLayout(ends(close, before=(self.pane.copy, self.pane.again, self.pane.halt)))
        self.finished.connect(lambda _: self.pane.stop())
        self.pane.start()
