"""What happened in a call, as sentences with their times; the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from console.domain.calls import Call
from console.ui.call_words import Phrase, moment_phrase, onward_phrase
from console.ui.icons import Icons
from console.ui.labels import clean
from console.ui.language import tr
from console.ui.painting import focus_ring, in_colour, line, sized
from console.ui.rows import Rows
from console.ui.times import time_of_day
from console.ui.tokens import TYPE_BODY, TYPE_CAPTION

_ICON = 14
_SIDE = 8
_PAD = 5
_WRAP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One sentence of the story."""

    key: str
    time: str
    phrase: Phrase

    @property
    def spoken(self) -> str:
        return f"{self.time} {self.phrase.text}"


def story_lines(call: Call) -> tuple[StoryLine, ...]:
    """The story of `call`, the newest line first: what went on without the desk came last."""
    onward = [
        StoryLine(f"onward:{t.who.id}", time_of_day(t.end), onward_phrase(t))
        for t in sorted(call.onward, key=lambda talk: talk.end, reverse=True)
    ]
    seen = [
        StoryLine(f"{m.what}:{m.key}", time_of_day(m.at), moment_phrase(call, m))
        for m in reversed(call.history)
    ]
    return (*onward, *seen)


class StoryDelegate(QStyledItemDelegate):
    """Time, icon on a thread, and the sentence, which wraps."""

    def __init__(self, icons: Icons, view: QListView) -> None:
        super().__init__(view)
        self._icons = icons
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        told: StoryLine = index.data(Qt.ItemDataRole.UserRole)
        font: QFont = option.font
        width = self._view.viewport().width() - self._indent(font) - _SIDE
        room = QRect(0, 0, max(80, width), 4000)
        height = QFontMetrics(font).boundingRect(room, int(_WRAP), clean(told.phrase.text)).height()
        return QSize(80, height + 2 * _PAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        told: StoryLine = index.data(Qt.ItemDataRole.UserRole)
        theme = self._icons.theme
        box: QRect = option.rect
        font: QFont = option.font
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = QFontMetrics(font).height()
        small = sized(font, TYPE_CAPTION, font.pixelSize())
        painter.setFont(small)
        time_width = QFontMetrics(small).horizontalAdvance("00:00")
        muted = in_colour(theme, "text_muted")
        line(painter, QRect(box.left() + _SIDE, box.top() + _PAD, time_width + 4, first), told.time, muted)
        left = box.left() + _SIDE + time_width + 12
        self._thread(painter, box, left + _ICON // 2, box.top() + _PAD + first // 2, index)
        mark = self._icons.pixmap(told.phrase.icon, told.phrase.role, _ICON)
        painter.drawPixmap(left, box.top() + _PAD + (first - _ICON) // 2, mark)
        painter.setFont(sized(font, TYPE_BODY, font.pixelSize()))
        painter.setPen(in_colour(theme, "text"))
        left = box.left() + self._indent(font)
        room = QRect(left, box.top() + _PAD, box.right() - left - _SIDE + 1, box.height() - _PAD)
        painter.drawText(room, int(_WRAP), clean(told.phrase.text))
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected:
            focus_ring(painter, QRectF(box), theme)
        painter.restore()

    def _thread(
        self, painter: QPainter, box: QRect, x: int, y: int, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The hairline that joins the moments, broken around each icon."""
        painter.setPen(QPen(in_colour(self._icons.theme, "border"), 1))
        reach = _ICON // 2 + 3
        if index.row() > 0:
            painter.drawLine(x, box.top(), x, y - reach)
        if index.row() < index.model().rowCount() - 1:
            painter.drawLine(x, y + reach, x, box.bottom() + 1)

    def _indent(self, font: QFont) -> int:
        small = QFontMetrics(sized(font, TYPE_CAPTION, font.pixelSize()))
        return _SIDE + small.horizontalAdvance("00:00") + 12 + _ICON + 10


class CallStory(QListView):
    """The story of the chosen call."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("story")
        self.setAccessibleName(tr("What happened"))
        self._rows: Rows[StoryLine] = Rows(lambda r: r.key, lambda r: r.spoken, self)
        self.setModel(self._rows)
        self.setItemDelegate(StoryDelegate(icons, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setMinimumHeight(72)
        icons.changed.connect(self._rows.touch)

    def show_call(self, call: Call) -> None:
        """Tell the story of `call`."""
        self._rows.show(story_lines(call))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()  # sentences wrap anew
