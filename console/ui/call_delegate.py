"""Paints the rows of the column: headings, callers who wait, calls under way and calls of today."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from console.ui.avatar import paint_avatar
from console.ui.call_rows import CallRow, Heading, Room, Section
from console.ui.icons import Icons
from console.ui.labels import one_line
from console.ui.painting import RIGHT, focus_ring, ground, in_colour, line, sized
from console.ui.times import clock_text
from console.ui.tokens import GAP, GAP_WIDE, RADIUS, TYPE_BODY, TYPE_CAPTION

_AVATAR = 32
_SMALL = 14
LONG_WAIT, VERY_LONG_WAIT = 60.0, 180.0
"""Seconds from which on a wait is shown as a warning, and as a danger."""

Index = QModelIndex | QPersistentModelIndex


class CallDelegate(QStyledItemDelegate):
    """Knows the time, so that running clocks are painted and never stored."""

    def __init__(self, icons: Icons, now: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._now = now

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        found = index.data(Qt.ItemDataRole.UserRole)
        text = _text_height(option.font)
        match found:
            case Room(height=height):
                return QSize(0, height)
            case Heading():
                return QSize(0, text + 20)
            case CallRow(section=Section.HANDLED):
                return QSize(0, text * 2 + 12)
        return QSize(0, text * 2 + 20)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        match index.data(Qt.ItemDataRole.UserRole):
            case Heading() as heading:
                self._heading(painter, option, heading)
            case CallRow() as row:
                self._call(painter, option, row)
        painter.restore()

    # -- headings ----------------------------------------------------------------------------------

    def _heading(self, painter: QPainter, option: QStyleOptionViewItem, heading: Heading) -> None:
        theme = self._icons.theme
        box = _inside(option.rect)
        self._ground(painter, option, box.adjusted(0, 6, 0, 0), foldable=heading.open is not None)
        left, middle = box.left() + GAP, box.center().y() + 4
        if heading.open is not None:
            chevron = "chevron-down" if heading.open else "chevron-right"
            spot = QRect(left - 2, middle - _SMALL // 2, _SMALL, _SMALL)
            painter.drawPixmap(spot.topLeft(), self._icons.pixmap(chevron, "text_muted", _SMALL))
            left += _SMALL + 2
        painter.setFont(self._font(option, TYPE_BODY, QFont.Weight.DemiBold))
        room = QRect(left, box.top() + 8, box.right() - left, box.height() - 8)
        width = line(painter, room, heading.section.heading, in_colour(theme, "text"))
        painter.setFont(self._font(option, TYPE_BODY))
        room.setLeft(left + width + GAP)
        line(painter, room, str(heading.count), in_colour(theme, "text_muted"))

    # -- calls -------------------------------------------------------------------------------------

    def _call(self, painter: QPainter, option: QStyleOptionViewItem, row: CallRow) -> None:
        theme = self._icons.theme
        box = _inside(option.rect)
        self._ground(painter, option, box, foldable=True)
        handled = row.section is Section.HANDLED
        size = _AVATAR - 8 if handled else _AVATAR
        left = box.left() + GAP + (4 if handled else 0)
        circle = QRectF(left, box.center().y() - size / 2 + 1, size, size)
        paint_avatar(painter, circle, self._icons, row.picture, row.avatar)
        left = box.left() + GAP + _AVATAR + GAP_WIDE
        half = box.height() // 2
        upper = QRect(left, box.top() + 3, box.right() - left - GAP, half - 3)
        lower = QRect(left, box.top() + half, box.right() - left - GAP, half - 3)
        self._clock(painter, option, row, upper)
        painter.setFont(
            self._font(option, TYPE_BODY, QFont.Weight.Normal if handled else QFont.Weight.DemiBold)
        )
        line(painter, upper, one_line(row.name), in_colour(theme, "text"))
        if row.icon:
            spot = QRect(lower.left(), lower.center().y() - _SMALL // 2 + 1, _SMALL, _SMALL)
            painter.drawPixmap(spot.topLeft(), self._icons.pixmap(row.icon, row.tone, _SMALL))
            lower.setLeft(lower.left() + _SMALL + 5)
        painter.setFont(self._font(option, TYPE_CAPTION))
        ink = row.tone if row.tone in ("danger", "warning") else "text_muted"
        line(painter, lower, one_line(row.detail), in_colour(theme, ink))

    def _clock(self, painter: QPainter, option: QStyleOptionViewItem, row: CallRow, room: QRect) -> None:
        """Write the time at the right end of `room` and take it off `room`."""
        text, role, weight = row.at, "text_muted", QFont.Weight.Normal
        if row.since is not None:
            passed = max(0.0, self._now() - row.since)
            text = clock_text(passed)
            if row.section is Section.WAITING:
                weight = QFont.Weight.DemiBold
                role = "danger" if passed >= VERY_LONG_WAIT else "warning" if passed >= LONG_WAIT else "text"
        font = self._font(option, TYPE_BODY if row.since is not None else TYPE_CAPTION, weight)
        font.setFeature(QFont.Tag("tnum"), 1)  # figures of one width: a running clock must not dance
        painter.setFont(font)
        line(painter, room, text, in_colour(self._icons.theme, role), RIGHT)
        room.setRight(room.right() - QFontMetrics(font).horizontalAdvance(text) - GAP)

    # -- shared ------------------------------------------------------------------------------------

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, *, foldable: bool) -> None:
        theme, state = self._icons.theme, option.state
        if state & QStyle.StateFlag.State_Selected:
            ground(painter, QRectF(box), theme.selected, theme.accent, RADIUS)
        elif state & QStyle.StateFlag.State_MouseOver and foldable:
            ground(painter, QRectF(box), theme.hover, "", RADIUS)
        view = option.widget
        if state & QStyle.StateFlag.State_HasFocus and isinstance(view, QWidget) and view.hasFocus():
            focus_ring(painter, QRectF(box), theme, RADIUS)

    def _font(
        self, option: QStyleOptionViewItem, size: int, weight: QFont.Weight = QFont.Weight.Normal
    ) -> QFont:
        return sized(option.font, size, option.font.pixelSize(), weight)


def _inside(rect: QRect) -> QRect:
    """The row without the gap to its neighbours."""
    return rect.adjusted(GAP, 1, -GAP, -1)


def _text_height(font: QFont) -> int:
    return max(17, QFontMetrics(font).height())
