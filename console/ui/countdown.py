"""The seconds that a ringing call has left: a number in a ring that empties, red at the end."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.domain.calls import ANSWER_WINDOW
from console.ui.icons import Icons
from console.ui.language import tr
from console.ui.painting import in_colour, sized
from console.ui.tokens import TYPE_BODY

HURRY = 5.0
"""Seconds left from which on the number is red."""


class Countdown(QWidget):
    """Shows whole seconds, rounded up: while it says 1 there is still time."""

    def __init__(self, icons: Icons, size: int = 40, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._size = size
        self._left = ANSWER_WINDOW
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        icons.changed.connect(self.update)

    @property
    def hurry(self) -> bool:
        return self._left < HURRY

    def text(self) -> str:
        return tr("{count} s", count=math.ceil(self._left))

    def show_left(self, seconds: float) -> None:
        """Show that `seconds` are left."""
        left = max(0.0, min(seconds, ANSWER_WINDOW))
        if left != self._left:
            self._left = left
            self.update()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        side = max(self._size, self.fontMetrics().horizontalAdvance(tr("{count} s", count=15)) + 18)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._icons.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5)
        painter.setPen(QPen(in_colour(theme, "border"), 3))
        painter.drawEllipse(ring)
        colour = in_colour(theme, "danger" if self.hurry else "accent")
        pen = QPen(colour, 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(ring, 90 * 16, round(360 * 16 * self._left / ANSWER_WINDOW))
        painter.setFont(sized(self.font(), TYPE_BODY, self.font().pixelSize(), QFont.Weight.Bold))
        painter.setPen(colour if self.hurry else in_colour(theme, "text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
