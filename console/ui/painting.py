"""Strokes that several self-painted widgets and delegates share: fonts in step, grounds and focus rings."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from console.ui.tokens import FOCUS_WIDTH, RADIUS, TYPE_BODY, Theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def sized(font: QFont, size: int, body: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return `font` at the design size `size` where `body` is what TYPE_BODY measures on this desk."""
    made = QFont(font)
    made.setPixelSize(max(1, round(size * body / TYPE_BODY)))
    made.setWeight(weight)
    return made


def scaled(widget: QWidget, length: int) -> int:
    """Return the design length `length` for texts of the size that `widget` has on this desk."""
    size = widget.font().pixelSize()
    if size < 0:  # before a theme is laid on, the system's font is measured in points
        size = QFontInfo(widget.font()).pixelSize()
    return round(length * size / TYPE_BODY)


def in_colour(theme: Theme, role: str) -> QColor:
    """The theme's colour by the name of its role."""
    return QColor(str(getattr(theme, role)))


def soft(theme: Theme, role: str) -> QColor:
    """The quiet ground that belongs to `role`; roles that have none stand on the sunken surface."""
    return QColor(str(getattr(theme, f"{role}_soft", theme.surface_sunken)))


def ground(painter: QPainter, box: QRectF, fill: str, edge: str = "", radius: float = RADIUS) -> None:
    """Fill a rounded box, with a hairline when `edge` is a colour."""
    painter.setPen(QPen(QColor(edge), 1) if edge else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def focus_ring(painter: QPainter, box: QRectF, theme: Theme, radius: float = RADIUS) -> None:
    """The 2 px ring of whatever has the keyboard."""
    half = FOCUS_WIDTH / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.focus), FOCUS_WIDTH))
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), radius, radius)


def line(painter: QPainter, box: QRect, text: str, colour: QColor, align: Qt.AlignmentFlag = LEFT) -> int:
    """Write `text` into `box` in the painter's font, shortened with …; return the width it took."""
    metrics = QFontMetrics(painter.font())
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.setPen(colour)
    painter.drawText(box, align, shown)
    return metrics.horizontalAdvance(shown)
