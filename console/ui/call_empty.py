"""The middle of the window without a call: what to press and the day so far, or that there are no calls."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

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
    """An icon on a soft round ground."""

    def __init__(self, icons: Icons, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icons = icons
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        icons.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_MARK, _MARK)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground(painter, QRectF(self.rect()), self._icons.theme.accent_soft, radius=_MARK / 2)
        painter.drawPixmap(20, 20, self._icons.pixmap(self._icon, "accent", 32))


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
        self._hint = PlainLabel(role="muted", wrap=True)
        self._hint.setObjectName("no-call-hint")
        self._calls = _Number(tr("calls today"), self)
        self._answered = _Number(tr("answered"), self)
        self._longest = _Number(tr("longest wait now"), self)
        numbers = QHBoxLayout()
        numbers.setSpacing(8)
        numbers.addStretch()
        for tile in (self._calls, self._answered, self._longest):
            numbers.addWidget(tile)
        numbers.addStretch()
        column = _column(self, _Mark(icons, "headset", self), tr("No call selected"), self._hint)
        column.addLayout(numbers)
        column.addStretch(3)

    def show_day(self, world: World, now: float) -> None:
        """Count the day again."""
        today = count_today(world, now)
        self._calls.show_number(str(today.calls))
        self._answered.show_number(str(today.answered))
        self._longest.show_number(clock_text(today.longest) if today.waiting else "–")
        self._hint.setText(_hint(today.waiting))


class NoCalls(QWidget):
    """Stands there in a cloud without calls: says so at once, and leads to what does work."""

    find_wanted = Signal()
    """The operator wants to find a colleague."""

    def __init__(self, reason: Text, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("no-calls")
        more = PlainLabel(
            tr("You can find colleagues: who they are, where they work and how to reach them."),
            role="muted",
            wrap=True,
        )
        self.setAccessibleName(f"{say(reason)} {more.text()}")
        button = QPushButton(tr("Find a colleague"))
        button.setObjectName("find-colleague")
        button.setProperty("kind", "primary")
        button.setMinimumHeight(40)
        icons.dress(button, "search", "text_on_accent")
        button.clicked.connect(self.find_wanted)
        column = _column(self, _Mark(icons, "users", self), say(reason), more)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)


def _column(page: QWidget, mark: QWidget, title: str, text: PlainLabel) -> QVBoxLayout:
    """Mark, title and text in the middle of the page; what else belongs to it comes below."""
    heading = PlainLabel(title, role="title", wrap=True)
    for label in (heading, text):
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    column = QVBoxLayout(page)
    column.setSpacing(8)
    column.addStretch(2)
    column.addWidget(mark, 0, Qt.AlignmentFlag.AlignCenter)
    column.addSpacing(8)
    column.addWidget(heading)
    column.addWidget(text)
    column.addSpacing(16)
    return column


def _hint(waiting: int) -> str:
    if waiting == 0:
        return tr("Nobody is waiting. Type a name or a number to call somebody.")
    many = counted(waiting, "One caller is waiting.", "{count} callers are waiting.")
    return say(sentences(many, Text("F2 takes the next call.")))
