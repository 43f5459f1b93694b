"""The first page of the meeting dialog: what is to be scheduled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QDate, QDateTime, Qt, QTime
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.ui.attendees import Attendees
from console.ui.fields import Choice, DateField, TimeField
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.language import day_text, say, tr
from console.ui.meeting_draft import DURATIONS, LOBBY_WORDS, MeetingDraft, duration_text, zone_text
from console.ui.people_finder import PeopleFinder


class MeetingForm(QWidget):
    """Subject, when, how long, who, and who waits in the lobby."""

    def __init__(self, icons: Icons, finder: PeopleFinder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject = QLineEdit()
        self._subject.setMaxLength(255)
        self._date = DateField(icons)
        self._time = TimeField()
        self._minutes = Choice(icons)
        for minutes in DURATIONS:
            self._minutes.addItem(duration_text(minutes), minutes)
        self._ends = PlainLabel(role="caption")
        self._ends.setObjectName("meeting-ends")
        self.attendees = Attendees(icons, finder)
        self._lobby = Choice(icons)
        for scope, words in LOBBY_WORDS.items():
            self._lobby.addItem(say(words), scope.value)
        self._lay_out()
        for signal in (self._date.dateChanged, self._time.timeChanged, self._minutes.currentIndexChanged):
            signal.connect(lambda _: self._say_end())

    @property
    def draft(self) -> MeetingDraft:
        """What is in the fields now."""
        moment = QDateTime(self._date.date(), self._time.time()).toSecsSinceEpoch()
        return MeetingDraft(
            start=datetime.fromtimestamp(moment).astimezone(),
            subject=self._subject.text(),
            minutes=self._minutes.currentData(),
            attendees=self.attendees.people,
            lobby=tuple(LOBBY_WORDS)[self._lobby.currentIndex()],
        )

    def show_draft(self, draft: MeetingDraft) -> None:
        """Fill the fields."""
        local = draft.start.astimezone()
        self._subject.setText(draft.subject)
        self._date.setDate(QDate(local.year, local.month, local.day))
        self._time.setTime(QTime(local.hour, local.minute))
        self._minutes.setCurrentIndex(max(0, self._minutes.findData(draft.minutes)))
        self.attendees.show_people(draft.attendees)
        self._lobby.setCurrentIndex(tuple(LOBBY_WORDS).index(draft.lobby))
        self._say_end()

    def take_keyboard(self) -> None:
        """Start where something has to be typed."""
        self._subject.setFocus(Qt.FocusReason.OtherFocusReason)
        self._subject.selectAll()

    def on_subject_changed(self, tell: Callable[[], None]) -> None:
        """Call `tell` whenever the subject changes."""
        self._subject.textChanged.connect(lambda _: tell())

    def _say_end(self) -> None:
        request = self.draft.request
        end = request.end
        at, zone = f"{end:%H:%M}", tr("your time ({zone})", zone=zone_text(request.start))
        ends = tr("Ends {time}", time=at)
        if end.date() != request.start.date():
            ends = tr("Ends {time} on {day}", time=at, day=day_text(end.date(), "dddd"))
        self._ends.setText(f"{ends} · {zone}")

    def _lay_out(self) -> None:
        when = QHBoxLayout()
        when.setSpacing(8)
        when.addWidget(self._date, 3)
        when.addWidget(self._time, 2)
        when.addWidget(self._minutes, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(PlainLabel(tr("Subject"), role="caption"))
        column.addWidget(self._subject)
        column.addSpacing(10)
        column.addWidget(PlainLabel(tr("When"), role="caption"))
        column.addLayout(when)
        column.addWidget(self._ends)
        column.addSpacing(10)
        column.addWidget(PlainLabel(tr("People"), role="caption"))
        column.addWidget(self.attendees)
        column.addSpacing(10)
        column.addWidget(PlainLabel(tr("Lobby"), role="caption"))
        column.addWidget(self._lobby)
        fields: tuple[tuple[QWidget, str, str], ...] = (
            (self._subject, "meeting-subject", tr("Subject")),
            (self._date, "meeting-date", tr("Date")),
            (self._time, "meeting-time", tr("Time")),
            (self._minutes, "meeting-duration", tr("Duration")),
            (self._lobby, "meeting-lobby", tr("Lobby")),
        )
        for field, name, text in fields:
            field.setObjectName(name)
            field.setAccessibleName(text)
        column.addStretch()
