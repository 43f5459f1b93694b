"""Fields to choose from, with signs in the colours of the theme: a style sheet cannot colour an icon."""

from __future__ import annotations

from PySide6.QtCore import QTime
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QTimeEdit, QWidget

from console.ui.icons import Icons

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
        self.setDisplayFormat("ddd d MMM yyyy")
        icons.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _paint_sign(self, self._icons, "calendar")


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
