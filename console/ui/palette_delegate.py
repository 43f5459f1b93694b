"""Paints a row of the palette: icon, name, what it is, and its key on the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.ui.icons import Icons
from console.ui.painting import RIGHT, ground, in_colour, line, sized
from console.ui.palette_rows import PaletteRow
from console.ui.tokens import GAP, GAP_WIDE, TYPE_BODY, TYPE_CAPTION

_ICON = 18


class PaletteDelegate(QStyledItemDelegate):
    """Refused actions are dimmed and say why where the others say what they do."""

    def __init__(self, icons: Icons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons = icons

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, option.fontMetrics.height() * 2 + 18)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: PaletteRow = index.data(Qt.ItemDataRole.UserRole)
        theme = self._icons.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box: QRect = option.rect.adjusted(GAP, 1, -GAP, -1)
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            ground(painter, QRectF(box), theme.selected, theme.accent)
        elif state & QStyle.StateFlag.State_MouseOver:
            ground(painter, QRectF(box), theme.hover)
        left = box.left() + GAP_WIDE
        mark = self._icons.pixmap(row.icon, "text_disabled" if row.refused else "text_muted", _ICON)
        painter.drawPixmap(left, box.center().y() - _ICON // 2 + 1, mark)
        left += _ICON + GAP_WIDE
        right = self._keys(painter, option, box, row)
        half = box.height() // 2
        painter.setFont(sized(option.font, TYPE_BODY, option.font.pixelSize(), QFont.Weight.DemiBold))
        ink = in_colour(theme, "text_muted" if row.refused else "text")
        line(painter, QRect(left, box.top() + 3, right - left, half - 3), row.title, ink)
        painter.setFont(sized(option.font, TYPE_CAPTION, option.font.pixelSize()))
        ink = in_colour(theme, "warning" if row.refused else "text_muted")
        below = QRect(left, box.top() + half, box.right() - GAP_WIDE - left, half - 3)
        line(painter, below, row.refused or row.detail, ink)
        painter.restore()

    def _keys(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, row: PaletteRow) -> int:
        """Write the key, or what Enter does, at the right end; return where it begins."""
        end = box.right() - GAP_WIDE
        if not row.keys:
            return end
        theme = self._icons.theme
        painter.setFont(sized(option.font, TYPE_CAPTION, option.font.pixelSize()))
        width = QFontMetrics(painter.font()).horizontalAdvance(row.keys)
        room = QRect(end - width - 12, box.top() + 7, width + 12, QFontMetrics(painter.font()).height() + 4)
        if row.kind == "action":
            ground(painter, QRectF(room), theme.surface_sunken, theme.border, 4)
            room.adjust(0, 0, -6, 0)
        line(painter, room, row.keys, in_colour(theme, "text_muted"), RIGHT)
        return room.left() - GAP
