"""What the middle of the window shows while no call is chosen: what to press, and the day so far."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.domain.text import Text, counted, sentences
from console.domain.world import World
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.language import say, tr
from console.ui.painting import ground
from console.ui.times import clock_text
from console.ui.today import count_today

_MARK = 72


class _Mark(QWidget):
    """A headset on a soft round ground."""

    def __init__(self, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._icons = icons
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        icons.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_MARK, _MARK)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground(painter, QRectF(self.rect()), self._icons.theme.accent_soft, radius=_MARK / 2)
        painter.drawPixmap(20, 20, self._icons.pixmap("headset", "accent", 32))


class _Number(QFrame):
    """A number with its name below it."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self._name = name
        self._number = PlainLabel(role="title")
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        word = PlainLabel(name, role="caption")
        word.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(2)
        column.addWidget(self._number)
        column.addWidget(word)
        self.setMinimumWidth(108)

    def show_number(self, text: str) -> None:
        self._number.setText(text)
        self.setAccessibleName(tr("{name}: {text}", name=self._name, text=text))


class CallEmpty(QWidget):
    """Friendly and useful: nobody has to look up which key takes the next call."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("no-call")
        title = PlainLabel(tr("No call selected"), role="title")
        self._hint = PlainLabel(role="muted", wrap=True)
        self._hint.setObjectName("no-call-hint")
        self._calls = _Number(tr("calls today"), self)
        self._answered = _Number(tr("answered"), self)
        self._longest = _Number(tr("longest wait now"), self)
        for label in (title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        numbers = QHBoxLayout()
        numbers.setSpacing(8)
        numbers.addStretch()
        for tile in (self._calls, self._answered, self._longest):
            numbers.addWidget(tile)
        numbers.addStretch()
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(_Mark(icons, self), 0, Qt.AlignmentFlag.AlignCenter)
        column.addSpacing(8)
        column.addWidget(title)
        column.addWidget(self._hint)
        column.addSpacing(16)
        column.addLayout(numbers)
        column.addStretch(3)

    def show_day(self, world: World, now: float) -> None:
        """Count the day again."""
        today = count_today(world, now)
        self._calls.show_number(str(today.calls))
        self._answered.show_number(str(today.answered))
        self._longest.show_number(clock_text(today.longest) if today.waiting else "–")
        self._hint.setText(_hint(today.waiting))


def _hint(waiting: int) -> str:
    if waiting == 0:
        return tr("Nobody is waiting. Type a name or a number to call somebody.")
    many = counted(waiting, "One caller is waiting.", "{count} callers are waiting.")
    return say(sentences(many, Text("F2 takes the next call.")))
