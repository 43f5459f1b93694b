"""A fact in the status line that leads to its details: a small icon and a few words to press."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from console.ui.icons import Icons
from console.ui.labels import one_line, tooltip
from console.ui.painting import focus_ring, ground, in_colour, line, sized
from console.ui.tokens import TYPE_CAPTION

PAD = 6
"""Pixels between the edge and what is shown: the pointer needs something to hit."""
_ICON, _GAP = 12, 6
_QUIET = frozenset({"success", "text_muted"})
"""Colour roles in which only the icon speaks; the words stay quiet."""


class StatusButton(QAbstractButton):
    """Says one thing at a time with `say`."""

    def __init__(self, icons: Icons, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._icon, self._role = "dot", "text_muted"
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        icons.changed.connect(self.update)

    def say(self, words: str, *, icon: str, role: str, tip: str) -> None:
        """Show `words` with an icon in the colour `role`; `tip` is the whole sentence."""
        self._icon, self._role = icon, role
        self.setText(one_line(words))
        self.setToolTip(tooltip(tip))
        self.setStatusTip(tip)
        self.setAccessibleName(words)
        self.setAccessibleDescription(tip)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = QFontMetrics(self._caption())
        width = PAD + _ICON + _GAP + metrics.horizontalAdvance(self.text()) + PAD
        return QSize(width, metrics.height() + PAD)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._icons.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self.underMouse() or self.isDown():
            ground(painter, box, theme.selected if self.isDown() else theme.hover)
        painter.drawPixmap(PAD, (self.height() - _ICON) // 2, self._sign())
        painter.setFont(self._caption())
        left = PAD + _ICON + _GAP
        ink = "text_muted" if self._role in _QUIET else self._role
        line(painter, QRect(left, 0, self.width() - left, self.height()), self.text(), in_colour(theme, ink))
        if self.hasFocus():
            focus_ring(painter, box, theme)

    def _caption(self) -> QFont:
        return sized(self.font(), TYPE_CAPTION, self.font().pixelSize())

    def _sign(self) -> QPixmap:
        if self._icon != "dot":
            return self._icons.pixmap(self._icon, self._role, _ICON)
        # The dot fills a third of its square; as a lamp it has to be seen from the corner of an eye.
        large = self._icons.pixmap(self._icon, self._role, _ICON * 2)
        edge = round(_ICON * large.devicePixelRatio())
        middle = large.copy(edge // 2, edge // 2, edge, edge)
        middle.setDevicePixelRatio(large.devicePixelRatio())
        return middle
