"""How one found person is painted: picture and badge, name, presence in words, title and department."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from console.ui.avatar import Badge, paint_avatar, paint_badge
from console.ui.icons import Icons
from console.ui.labels import one_line
from console.ui.painting import focus_ring, ground, in_colour, line, sized
from console.ui.people_rows import PersonRow
from console.ui.tokens import TYPE_BODY, TYPE_CAPTION

_AVATAR = 36
_BADGE = 14
_SIDE = 8
_TONES = {
    Badge.FREE: "success",
    Badge.BUSY: "danger",
    Badge.DO_NOT_DISTURB: "danger",
    Badge.AWAY: "warning",
}


class PeopleDelegate(QStyledItemDelegate):
    """All text is drawn as text."""

    def __init__(self, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._icons = icons

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, max(52, round(option.fontMetrics.height() * 3.1)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: PersonRow = index.data(Qt.ItemDataRole.UserRole)
        theme = self._icons.theme
        box: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edges = QRectF(box).adjusted(0, 1, 0, -1)
        behind = theme.selected if chosen else theme.hover if over else theme.surface_sunken
        if chosen or over:
            ground(painter, edges, behind)
        self._picture(painter, box, row, behind)
        self._texts(painter, box, row, option.font)
        if chosen and option.state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, edges, theme)
        painter.restore()

    def _picture(self, painter: QPainter, box: QRect, row: PersonRow, behind: str) -> None:
        circle = QRectF(box.left() + _SIDE, box.center().y() - _AVATAR / 2 + 0.5, _AVATAR, _AVATAR)
        paint_avatar(painter, circle, self._icons, row.person.name, row.person.id)
        if row.presence is not None and row.presence.badge is not None:
            corner = QRectF(circle.right() - _BADGE + 2, circle.bottom() - _BADGE + 2, _BADGE, _BADGE)
            paint_badge(painter, corner, self._icons.theme, row.presence.badge, behind)

    def _texts(self, painter: QPainter, box: QRect, row: PersonRow, font: QFont) -> None:
        theme = self._icons.theme
        strong = sized(font, TYPE_BODY, font.pixelSize(), QFont.Weight.DemiBold)
        small = sized(font, TYPE_CAPTION, font.pixelSize())
        upper, lower = QFontMetrics(strong).height(), QFontMetrics(small).height()
        left = box.left() + _SIDE + _AVATAR + 12
        width = box.right() - left - _SIDE + 1
        top = box.center().y() - (upper + 2 + lower) // 2 + 1
        painter.setFont(strong)
        ink = in_colour(theme, "text_muted" if row.problem else "text")
        line(painter, QRect(left, top, width, upper), one_line(row.person.name), ink)
        painter.setFont(small)
        below = QRect(left, top + upper + 2, width, lower)
        muted = in_colour(theme, "text_muted")
        if row.presence is not None and row.presence.text:
            tone = _TONES.get(row.presence.badge, "text_muted") if row.presence.badge else "text_muted"
            taken = line(painter, below, row.presence.text, in_colour(theme, tone))
            below.setLeft(below.left() + taken)
            if row.detail and below.width() > 24:
                line(painter, below, f"  ·  {row.detail}", muted)
            return
        tone = "warning" if row.problem else "text_muted"
        line(painter, below, row.detail, in_colour(theme, tone))
