"""A word or two on a soft ground: a situation, a warning about a number, a person's part."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui.icons import Icons
from console.ui.labels import one_line
from console.ui.painting import ground, in_colour, line, sized, soft
from console.ui.tokens import TYPE_CAPTION

_ICON = 14


class Pill(QWidget):
    """Icon and words in one colour role. Its accessible name is its text."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._text, self._icon, self._role = "", "", "text_muted"
        self._compact = False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        icons.changed.connect(self.update)

    def text(self) -> str:
        return self._text

    def show_words(self, text: str, icon: str = "", role: str = "text_muted") -> None:
        """Say `text`; nothing changes when it is already said."""
        text = one_line(text, 60)
        if (text, icon, role) == (self._text, self._icon, self._role):
            return
        self._text, self._icon, self._role = text, icon, role
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Show the icon alone where there is no room for the words."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = QFontMetrics(self._font())
        if self._compact:
            return QSize(_ICON + 14, max(22, metrics.height() + 6))
        mark = _ICON + 6 if self._icon else 0
        return QSize(metrics.horizontalAdvance(self._text) + mark + 20, max(22, metrics.height() + 6))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(40, hint.width()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._icons.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = soft(theme, self._role).name()
        edge = theme.border if self._role == "text_muted" or theme.name == "high contrast" else ""
        ground(painter, QRectF(self.rect()), fill, edge, self.height() / 2)
        left = 7 if self._compact else 10
        if self._icon:
            top = (self.height() - _ICON) // 2
            painter.drawPixmap(left, top, self._icons.pixmap(self._icon, self._role, _ICON))
            left += _ICON + 6
        if self._compact:
            return
        painter.setFont(self._font())
        box = QRect(left, 0, self.width() - left - 8, self.height())
        line(painter, box, self._text, in_colour(theme, self._role))

    def _font(self) -> QFont:
        return sized(self.font(), TYPE_CAPTION, self.font().pixelSize(), QFont.Weight.DemiBold)
