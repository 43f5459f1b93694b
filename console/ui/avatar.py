"""A person's initials in a circle of their own colour, with their presence as a shape and a colour."""

from __future__ import annotations

import unicodedata
import zlib
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.domain.people import Presence
from console.ui.icons import Icons
from console.ui.tokens import Theme


class Badge(StrEnum):
    """What a presence looks like. Each has its own shape, so that colour is not the only sign."""

    FREE = "free"
    BUSY = "busy"
    DO_NOT_DISTURB = "do-not-disturb"
    AWAY = "away"
    OFFLINE = "offline"


_BADGES = {
    "available": Badge.FREE,
    "availableidle": Badge.FREE,
    "busy": Badge.BUSY,
    "busyidle": Badge.BUSY,
    "donotdisturb": Badge.DO_NOT_DISTURB,
    "away": Badge.AWAY,
    "berightback": Badge.AWAY,
    "offline": Badge.OFFLINE,
}


def badge_of(presence: Presence | None) -> Badge | None:
    """The badge for Graph's availability; None when it is not known."""
    return _BADGES.get(presence.availability.casefold()) if presence else None


def initials(name: str) -> str:
    """Up to two letters that stand for a name; "" for numbers and names without letters."""
    words = [word for word in name.split() if word[:1].isalpha()]
    if not words:
        return ""
    if _ideograph(words[0][0]):
        return "".join(word for word in words if _ideograph(word[0]))[-2:]
    last = words[-1][0] if len(words) > 1 else ""
    return (words[0][0] + last).upper()


def _ideograph(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith(("CJK", "HANGUL", "HIRAGANA", "KATAKANA"))


def colours(theme: Theme, key: str) -> tuple[str, str]:
    """The ground and the ink for whoever has the id `key`; always the same pair."""
    return theme.avatars[zlib.crc32(key.encode()) % len(theme.avatars)]


def paint_avatar(painter: QPainter, circle: QRectF, icons: Icons, name: str, key: str) -> None:
    """Paint the circle and what is in it; for delegates as well as for the widget."""
    theme = icons.theme
    ground, ink = colours(theme, key or name)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = QPen(QColor(theme.border_strong), 1) if ground == theme.surface else QPen(Qt.PenStyle.NoPen)
    painter.setPen(edge)
    painter.setBrush(QColor(ground))
    painter.drawEllipse(circle.adjusted(0.5, 0.5, -0.5, -0.5))
    letters = initials(name)
    painter.setPen(QColor(ink))
    if letters:
        font = QFont(painter.font())
        font.setPixelSize(max(9, round(circle.height() * 0.37)))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, letters)
    else:
        size = round(circle.height() * 0.5)
        sign = "phone" if any(c.isdigit() for c in name) else "user"
        at = circle.center() - QPointF(size / 2, size / 2)
        painter.drawPixmap(at, icons.pixmap(sign, "text_muted", size))
    painter.restore()


def paint_badge(painter: QPainter, box: QRectF, theme: Theme, badge: Badge, ground: str) -> None:
    """Paint a presence badge into the square `box`, set off from what is behind it by a ring of `ground`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawEllipse(box)
    dot = box.adjusted(1.5, 1.5, -1.5, -1.5)
    colour = QColor(
        {
            Badge.FREE: theme.presence_free,
            Badge.BUSY: theme.presence_busy,
            Badge.DO_NOT_DISTURB: theme.presence_busy,
            Badge.AWAY: theme.presence_away,
            Badge.OFFLINE: theme.presence_offline,
        }[badge]
    )
    sign = QPen(QColor(ground), max(1.2, dot.width() * 0.16))
    sign.setCapStyle(Qt.PenCapStyle.RoundCap)
    w, c = dot.width(), dot.center()
    if badge is Badge.OFFLINE:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, max(1.4, w * 0.18)))
        painter.drawEllipse(dot.adjusted(0.8, 0.8, -0.8, -0.8))
    else:
        painter.setBrush(colour)
        painter.drawEllipse(dot)
    painter.setPen(sign)
    match badge:
        case Badge.FREE:
            tick = (QPointF(-w * 0.22, w * 0.02), QPointF(-w * 0.05, w * 0.19), QPointF(w * 0.24, -w * 0.16))
            painter.drawPolyline([c + point for point in tick])
        case Badge.DO_NOT_DISTURB:
            painter.drawLine(c - QPointF(w * 0.22, 0), c + QPointF(w * 0.22, 0))
        case Badge.AWAY:
            painter.drawPolyline([c - QPointF(0, w * 0.26), c, c + QPointF(w * 0.18, w * 0.12)])
    painter.restore()


class Avatar(QWidget):
    """The circle as a widget of `size` pixels. What it shows is said elsewhere in words."""

    def __init__(self, icons: Icons, size: int = 32, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._size = size
        self._name = ""
        self._key = ""
        self._badge: Badge | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        icons.changed.connect(self.update)

    def show_person(self, name: str, key: str, presence: Presence | None = None) -> None:
        """Show whoever has the id `key`."""
        badge = badge_of(presence)
        if (name, key, badge) != (self._name, self._key, self._badge):
            self._name, self._key, self._badge = name, key, badge
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        circle = QRectF(0, 0, self._size, self._size)
        paint_avatar(painter, circle, self._icons, self._name, self._key)
        if self._badge is not None:
            side = max(12.0, self._size * 0.4)
            box = QRectF(self._size - side, self._size - side, side, side)
            paint_badge(painter, box, self._icons.theme, self._badge, self._icons.theme.surface_raised)
