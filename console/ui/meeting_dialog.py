"""Schedule a Teams meeting and get its join link, beside the calls and never in their way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from console.actions import ACTIONS
from console.domain.errors import ConsoleError
from console.domain.meetings import Meeting
from console.ui.banner import Banner
from console.ui.budget import meetings_warning
from console.ui.labels import PlainLabel, tooltip
from console.ui.language import say, tr
from console.ui.meeting_draft import MeetingDraft, next_half_hour
from console.ui.meeting_form import MeetingForm
from console.ui.meeting_result import MeetingResult, OpenUrl
from console.ui.painting import scaled
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.spinner import Spinner
from console.ui.tasks import Tasks

_SCHEDULE = ACTIONS["meeting.schedule"]


def open_in_browser(url: str) -> object:
    """Hand an https link to the desktop; nothing else is ever opened."""
    return url.startswith("https://") and QDesktopServices.openUrl(QUrl(url))


class MeetingDialog(QDialog):
    """Made once and opened with `begin`: what was typed stays until a meeting has come of it."""

    def __init__(
        self,
        parts: Parts,
        finder: PeopleFinder,
        parent: QWidget | None = None,
        *,
        open_url: OpenUrl = open_in_browser,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("meeting-dialog")
        self.setWindowTitle(tr("Schedule meeting"))
        self.setModal(False)
        self._parts = parts
        self._tasks = Tasks()
        self._busy = False
        self._fresh = True
        self._form = MeetingForm(parts.icons, finder)
        self._result = MeetingResult(parts.icons, open_url)
        self._pages = QStackedWidget()
        self._title = PlainLabel(tr("Schedule a meeting"), role="title")
        self._limit = Banner(parts.icons, "meeting-limit")
        self._problem = Banner(parts.icons, "meeting-problem")
        self._spinner = Spinner(parts.icons, parts.frames)
        self._progress = PlainLabel(role="muted")
        self._cancel = QPushButton(tr("Cancel"))
        self._schedule = QPushButton(tr("Schedule"))
        self._lay_out()
        self._form.on_subject_changed(self._judge)
        self._form.attendees.submitted.connect(self.submit)
        self._show_busy(False)

    def begin(self) -> None:
        """Show the dialog: with the draft as it was left, or a new one."""
        if self._fresh:
            self._start_again()
        elif self._form.draft.start.timestamp() < self._parts.now() and not self._busy:
            self._form.show_draft(replace(self._form.draft, start=self._next_start()))
        self._judge()
        self.show()
        self.raise_()
        self.activateWindow()
        if self._pages.currentWidget() is self._form:
            self._form.take_keyboard()

    @property
    def draft(self) -> MeetingDraft:
        """What has been typed so far."""
        return self._form.draft

    @property
    def busy(self) -> bool:
        """True while Graph is asked for the meeting."""
        return self._busy

    def submit(self) -> None:
        """Ask for the meeting, or say why not."""
        if self._busy or self._pages.currentWidget() is not self._form:
            return
        request = self._form.draft.request
        if why := self._parts.runner.refusal(_SCHEDULE, request):
            self._problem.say(say(why), icon="alert", role="danger")
            return
        self._problem.say("")
        self._show_busy(True)
        self._tasks.start(self._send(), "schedule meeting")

    def reject(self) -> None:
        # The answer is seconds away, and with it the link: closing now would lose sight of it.
        if not self._busy:
            super().reject()

    async def close_tasks(self) -> None:
        """Stop everything under way and wait for it."""
        await self._tasks.close()
        await self._form.attendees.close_search()

    async def _send(self) -> None:
        try:
            meeting = await self._parts.runner.run(_SCHEDULE, self._form.draft.request)
        except ConsoleError as error:
            self._problem.say(say(error.sentence), say(error.remedy), icon="alert", role="danger")
        else:
            self._show_result(meeting)
        finally:
            self._show_busy(False)

    def _show_result(self, meeting: Meeting) -> None:
        self._fresh = True
        self._title.setText(tr("Meeting"))
        self._pages.setCurrentWidget(self._result)
        self._result.show_meeting(meeting)

    def _start_again(self) -> None:
        self._fresh = False
        self._form.show_draft(MeetingDraft(start=self._next_start()))
        self._title.setText(tr("Schedule a meeting"))
        self._problem.say("")
        self._pages.setCurrentWidget(self._form)
        self._show_busy(False)

    def _next_start(self) -> datetime:
        return next_half_hour(datetime.fromtimestamp(self._parts.now(), tz=UTC).astimezone())

    def _show_busy(self, busy: bool) -> None:
        self._busy = busy
        writing = self._pages.currentWidget() is self._form
        self._form.setEnabled(not busy)
        self._spinner.setVisible(busy)
        self._progress.setText(tr("Scheduling…") if busy else "")
        self._schedule.setVisible(writing)
        self._cancel.setText(tr("Cancel") if writing else tr("Close"))
        self._cancel.setEnabled(not busy)
        self._judge()

    def _judge(self) -> None:
        writing = self._pages.currentWidget() is self._form
        warning = meetings_warning(self._parts.usage().meetings) if writing else ""
        self._limit.say(warning, icon="info", role="warning")
        why = say(self._parts.runner.refusal(_SCHEDULE, self._form.draft.request) or "")
        self._schedule.setEnabled(not self._busy and not why)
        self._schedule.setToolTip(tooltip(why or "Ctrl+Enter"))
        self._schedule.setAccessibleDescription(why)

    def _lay_out(self) -> None:
        self._pages.addWidget(self._form)
        self._pages.addWidget(self._result)
        self._schedule.setObjectName("schedule")
        self._schedule.setProperty("kind", "primary")
        self._schedule.setDefault(True)
        self._schedule.clicked.connect(self.submit)
        self._cancel.setObjectName("meeting-close")
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.reject)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.submit)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._spinner, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self._progress, 1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._schedule)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addWidget(self._limit)
        column.addWidget(self._problem)
        column.addWidget(self._pages, 1)
        column.addLayout(foot)
        self.resize(scaled(self, 480), scaled(self, 520))
