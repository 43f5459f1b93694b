"""The second page of the meeting dialog: the meeting that was made, its join link first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.meetings import Meeting
from console.ui.banner import Banner
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.language import tr
from console.ui.meeting_draft import when_text
from console.ui.numbers import spaced_number

OpenUrl = Callable[[str], object]


class MeetingResult(QWidget):
    """`open_url` is only ever given an https link."""

    def __init__(self, icons: Icons, open_url: OpenUrl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open_url = open_url
        self._meeting: Meeting | None = None
        self._done = Banner(icons, "meeting-done")
        self._subject = PlainLabel(role="title", wrap=True)
        self._subject.setObjectName("meeting-result-subject")
        self._when = PlainLabel(role="muted", wrap=True)
        self._when.setObjectName("meeting-result-when")
        self._link = QLineEdit()
        self._link.setObjectName("join-link")
        self._link.setReadOnly(True)
        self._link.setAccessibleName(tr("Join link"))
        self._copy = QPushButton(tr("Copy join link"))
        self._copy.setObjectName("copy-link")
        self._copy.setProperty("kind", "primary")
        icons.dress(self._copy, "copy", "text_on_accent")
        self._open = QPushButton(tr("Open in Teams"))
        self._open.setObjectName("open-meeting")
        icons.dress(self._open, "video")
        self._facts = QFrame()
        self._facts.setProperty("panel", "card")
        self._grid = QGridLayout(self._facts)
        self._copy.clicked.connect(self.copy_link)
        self._open.clicked.connect(self._open_meeting)
        self._lay_out()

    def show_meeting(self, meeting: Meeting) -> None:
        """Show what Graph made."""
        self._meeting = meeting
        self._done.say(tr("The meeting is scheduled."), icon="check", role="success")
        self._subject.setText(meeting.subject)
        self._when.setText(when_text(meeting))
        self._link.setText(meeting.join_url or tr("Teams gave no join link."))
        self._link.setCursorPosition(0)
        self._copy.setText(tr("Copy join link"))
        usable = meeting.join_url.startswith("https://")
        self._copy.setEnabled(usable)
        self._open.setEnabled(usable)
        self._show_facts(meeting)
        self._copy.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy_link(self) -> None:
        """Put the link on the clipboard and say so."""
        if self._meeting is not None and self._copy.isEnabled():
            QGuiApplication.clipboard().setText(self._meeting.join_url)
            self._copy.setText(tr("Copied"))
            self._done.say(tr("The join link is on the clipboard."), icon="check", role="success")

    def _open_meeting(self) -> None:
        if self._meeting is not None and self._meeting.join_url.startswith("https://"):
            self._open_url(self._meeting.join_url)

    def _show_facts(self, meeting: Meeting) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        dial = spaced_number(meeting.toll_number)
        facts = (
            (tr("Meeting ID"), meeting.join_meeting_id),
            (tr("Passcode"), meeting.passcode),
            (tr("By telephone"), dial),
            (tr("Conference ID"), meeting.conference_id),
        )
        known = [(name, value) for name, value in facts if value]
        for row, (name, value) in enumerate(known):
            label = PlainLabel(value)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            label.setAccessibleName(tr("{name}: {text}", name=name, text=value))
            self._grid.addWidget(PlainLabel(name, role="muted"), row, 0)
            self._grid.addWidget(label, row, 1)
        self._facts.setVisible(bool(known))

    def _lay_out(self) -> None:
        self._grid.setContentsMargins(12, 12, 12, 12)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._copy)
        buttons.addWidget(self._open)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._done)
        column.addSpacing(4)
        column.addWidget(self._subject)
        column.addWidget(self._when)
        column.addSpacing(4)
        column.addWidget(self._link)
        column.addLayout(buttons)
        column.addSpacing(4)
        column.addWidget(self._facts)
        note = tr("It is in nobody's calendar: send the link to those who should join.")
        column.addWidget(PlainLabel(note, role="caption", wrap=True))
        column.addStretch()
