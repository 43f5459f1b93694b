"""Fields to choose from, with signs in the colours of the theme: a style sheet cannot colour an icon."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTime
from PySide6.QtGui import QPainter, QPaintEvent, QTextCharFormat
from PySide6.QtWidgets import (
    QCalendarWidget,
    QComboBox,
    QDateEdit,
    QListView,
    QTimeEdit,
    QToolButton,
    QWidget,
)

from console.ui.icons import Icons
from console.ui.language import tr
from console.ui.painting import in_colour

_ICON = 16
_STEP = 15
"""Minutes that one press of an arrow moves the time."""


def _paint_sign(field: QWidget, icons: Icons, name: str) -> None:
    painter = QPainter(field)
    role = "text_muted" if field.isEnabled() else "text_disabled"
    at = (field.width() - _ICON - 8, (field.height() - _ICON) // 2)
    painter.drawPixmap(*at, icons.pixmap(name, role, _ICON))
    painter.end()


class Choice(QComboBox):
    """One of a few words."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.setView(QListView(self))  # the only kind of list whose rows a style sheet can space
        icons.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _paint_sign(self, self._icons, "chevron-down")


class DateField(QDateEdit):
    """A day, typed or taken from a calendar."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.setCalendarPopup(True)
        self.setDisplayFormat(tr("ddd d MMM yyyy"))
        icons.changed.connect(self._dress)
        self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _paint_sign(self, self._icons, "calendar")

    def _dress(self) -> None:
        """The calendar paints weekends red and draws black arrows whatever the theme; make it one of us."""
        calendar = self.calendarWidget()
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        for day in Qt.DayOfWeek:
            words = QTextCharFormat()
            rest = day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday)
            words.setForeground(in_colour(self._icons.theme, "text_muted" if rest else "text"))
            calendar.setWeekdayTextFormat(day, words)
        head = QTextCharFormat()
        head.setForeground(in_colour(self._icons.theme, "text_muted"))
        head.setBackground(in_colour(self._icons.theme, "surface_raised"))
        calendar.setHeaderTextFormat(head)
        for name, icon in (("prevmonth", "chevron-left"), ("nextmonth", "chevron-right")):
            button = calendar.findChild(QToolButton, f"qt_calendar_{name}")
            if button is not None:
                button.setIcon(self._icons.icon(icon))
        self.update()


class TimeField(QTimeEdit):
    """Hours and minutes; the arrow keys walk through the minutes in quarters of an hour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDisplayFormat("HH:mm")
        self.lineEdit().setTextMargins(8, 0, 0, 0)  # the style gives the room of its missing buttons away

    def stepBy(self, steps: int) -> None:
        if self.currentSection() is not QTimeEdit.Section.MinuteSection:
            super().stepBy(steps)
            return
        minutes = self.time().hour() * 60 + self.time().minute()
        quarter = minutes // _STEP if steps > 0 else -(-minutes // _STEP)
        onto = (quarter + steps) * _STEP
        self.setTime(QTime((onto // 60) % 24, onto % 60))
        self.setSelectedSection(QTimeEdit.Section.MinuteSection)
