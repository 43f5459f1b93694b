"""How one line of the roster is painted, and where its withdraw sign is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from console.ui.avatar import paint_avatar
from console.ui.icons import Icons
from console.ui.labels import one_line
from console.ui.language import say
from console.ui.numbers import picture_name, shown_name
from console.ui.painting import RIGHT, focus_ring, ground, in_colour, line, sized
from console.ui.roster_rows import RosterRow
from console.ui.times import clock_text
from console.ui.tokens import GAP, TYPE_BODY, TYPE_CAPTION

_AVATAR = 28
_ICON = 14
_SIDE = 8


class RosterDelegate(QStyledItemDelegate):
    """Avatar, name, part and states; all text is drawn as text."""

    def __init__(self, icons: Icons, now: Callable[[], float], parent: QWidget) -> None:
        super().__init__(parent)
        self._icons = icons
        self._now = now

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, max(44, round(option.fontMetrics.height() * 2.6)))

    def withdraw_box(self, row: QRect) -> QRect:
        """Where the × of an invited person is, in a row at `row`."""
        side = 24
        return QRect(QPoint(row.right() - _SIDE - side + 1, row.center().y() - side // 2), QSize(side, side))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: RosterRow = index.data(Qt.ItemDataRole.UserRole)
        theme = self._icons.theme
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edges = QRectF(box).adjusted(0, 1, 0, -1)
        if chosen:
            ground(painter, edges, theme.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            ground(painter, edges, theme.hover)
        self._picture(painter, box, row)
        right = self._states(painter, box, row, self._font(option, TYPE_CAPTION))
        self._names(painter, box, row, right, option)
        if chosen and state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, edges, theme)
        painter.restore()

    def _picture(self, painter: QPainter, box: QRect, row: RosterRow) -> None:
        circle = QRectF(box.left() + _SIDE, box.center().y() - _AVATAR / 2 + 0.5, _AVATAR, _AVATAR)
        if row.dimmed:
            ground(painter, circle, self._icons.theme.surface_sunken, radius=_AVATAR / 2)
            at = circle.center().toPoint() - QPoint(_ICON // 2, _ICON // 2)
            painter.drawPixmap(at, self._icons.pixmap("headset", "text_muted", _ICON))
            return
        painter.setOpacity(0.55 if row.invited else 1.0)
        paint_avatar(painter, circle, self._icons, picture_name(row.identity), row.identity.id)
        painter.setOpacity(1.0)

    def _states(self, painter: QPainter, box: QRect, row: RosterRow, font: QFont) -> int:
        """Draw the states from the right edge inwards and return where they begin."""
        theme = self._icons.theme
        right = box.right() - _SIDE
        if row.withdrawable:
            cross = self.withdraw_box(box)
            painter.drawPixmap(cross.center() - QPoint(7, 7), self._icons.pixmap("x", "text_muted", 16))
            right = cross.left() - 4
        painter.setFont(font)
        metrics = QFontMetrics(font)
        for state in reversed(row.states):
            words = say(state.word)
            if row.invited_at is not None:
                words = f"{words} {clock_text(self._now() - row.invited_at)}"
            width = metrics.horizontalAdvance(words) + 2
            place = QRect(right - width, box.top(), width, box.height())
            line(painter, place, words, in_colour(theme, state.role), RIGHT)
            right = place.left() - 5 - _ICON
            mark = self._icons.pixmap(state.icon, state.role, _ICON)
            painter.drawPixmap(right, box.center().y() - _ICON // 2 + 1, mark)
            right -= GAP + 4
        return right

    def _names(
        self, painter: QPainter, box: QRect, row: RosterRow, right: int, option: QStyleOptionViewItem
    ) -> None:
        theme = self._icons.theme
        left = box.left() + _SIDE + _AVATAR + 10
        strong = self._font(option, TYPE_BODY, QFont.Weight.Normal if row.dimmed else QFont.Weight.DemiBold)
        small = self._font(option, TYPE_CAPTION)
        part_width = QFontMetrics(small).horizontalAdvance(row.part.word) + 2
        room = max(40, right - left - part_width - GAP)
        ink = in_colour(theme, "text_muted" if row.dimmed else "text")
        painter.setFont(strong)
        name = one_line(shown_name(row.identity))
        width = line(painter, QRect(left, box.top(), room, box.height()), name, ink)
        painter.setFont(small)
        start = left + width + GAP
        line(
            painter,
            QRect(start, box.top(), max(0, right - start), box.height()),
            row.part.word,
            in_colour(theme, "text_muted"),
        )

    def _font(
        self, option: QStyleOptionViewItem, size: int, weight: QFont.Weight = QFont.Weight.Normal
    ) -> QFont:
        font: QFont = option.font
        return sized(font, size, font.pixelSize(), weight)
