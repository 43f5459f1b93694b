"""A quiet sign that something is under way; it moves with the window's one clock, or not at all."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui.frames import Frames
from console.ui.icons import Icons

_STEP = 45


class Spinner(QWidget):
    """An arc that turns an eighth at each beat. The words beside it say what is under way."""

    def __init__(self, icons: Icons, frames: Frames, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._size = size
        self._turn = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        frames.ticked.connect(self._move)

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        for colour, start, length in (
            (self._icons.theme.border, 0, 360),
            (self._icons.theme.accent, -self._turn, 100),
        ):
            pen = QPen(QColor(colour), 2)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(box, start * 16, length * 16)

    def _move(self, now: float) -> None:
        if self.isVisible():
            self._turn = (self._turn + _STEP) % 360
            self.update()
