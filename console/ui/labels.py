"""Text that others wrote, shown as text: a caller's name is never markup and never a shortcut."""

from __future__ import annotations

import html
import re
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget

Role = Literal["body", "muted", "strong", "title", "display", "caption"]

MOST = 400
"""Characters of one text that are shown; a name of a million letters must not stop the window."""

# Control characters and the signs that turn the direction of what follows: they let a name lie.
_UNSAFE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]")


def clean(text: str, most: int = MOST) -> str:
    """Return `text` without control and direction signs, and not longer than `most` characters."""
    short = _UNSAFE.sub("", text[: most * 2])
    return short if len(short) <= most else short[: most - 1] + "…"


def one_line(text: str, most: int = 120) -> str:
    """Return `text` as one clean line."""
    return clean(" ".join(text[: most * 4].split()), most)


def tooltip(text: str) -> str:
    """Return `text` for setToolTip: Qt reads tooltips as HTML and has no switch to stop it."""
    if not text:
        return ""
    return "<span>" + html.escape(clean(text)).replace("\n", "<br>") + "</span>"


def button_text(text: str) -> str:
    """Return `text` for a button, an action or a tab, where a single & would become a shortcut."""
    return one_line(text).replace("&", "&&")


class PlainLabel(QLabel):
    """A label that shows exactly what it is given; with `elide` it shortens to its width with "…"."""

    def __init__(
        self,
        text: str = "",
        *,
        role: Role = "body",
        elide: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self._elide = elide
        self._full = ""
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setWordWrap(wrap)
        self.setText(text)

    def setText(self, text: str) -> None:
        full = one_line(text, MOST) if self._elide else clean(text)
        if full == self._full:
            return
        self._full = full
        super().setText(full)
        self._tell_full()

    def text(self) -> str:
        """The whole text, also while only a part of it is painted."""
        return self._full

    def set_tone(self, tone: str) -> None:
        """Colour the text by meaning: "", "muted", "accent", "danger", "warning" or "success"."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(24, hint.height()) if self._elide else hint

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + 1, hint.height()) if self._elide else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_full()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        style = self.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        room = self.contentsRect().adjusted(self.margin(), 0, -self.margin(), 0)
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, room.width())
        style.drawItemText(
            painter,
            room,
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )

    def _tell_full(self) -> None:
        if not self._elide:
            return
        cut = self.fontMetrics().horizontalAdvance(self._full) > self.contentsRect().width() > 0
        self.setToolTip(tooltip(self._full) if cut else "")
