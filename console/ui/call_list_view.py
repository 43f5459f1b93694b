"""The list below the ringing cards. A row under the pointer stays where it is while others come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from console.domain.ids import CallId
from console.ui.call_delegate import CallDelegate
from console.ui.call_rows import (
    COLLAPSIBLE,
    CallRow,
    Heading,
    Line,
    Room,
    Section,
    lines,
)
from console.ui.labels import one_line, tooltip
from console.ui.language import tr
from console.ui.parts import Parts
from console.ui.rows import Rows

SETTLE = 0.35
"""Seconds in which a click on a row that has just come under the pointer does nothing."""

Index = QModelIndex | QPersistentModelIndex


class CallLines(Rows[Line]):
    """The lines as Qt's model: headings that cannot be folded cannot be chosen either."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        match self.row(index):
            case CallRow() | Heading(open=True | False):
                return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.ToolTipRole:
            row = self.row(index)
            if isinstance(row, CallRow):
                note = "" if row.verified else f"\n{tr('Number not verified')}"
                return tooltip(f"{one_line(row.name)}\n{one_line(row.detail)}{note}")
            return None
        return super().data(index, role)


class CallListView(QListView):
    """Up, Down, Home and End choose; Enter does what suits the row; Left and Right fold a section."""

    opened = Signal(str)
    """Enter or a double click on a call."""
    left_above = Signal()
    """Up was pressed on the first row."""
    topped = Signal()
    """Home was pressed."""
    menu_wanted = Signal(str, QPoint)
    folded = Signal()

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._model = CallLines(lambda line: line.key, lambda line: line.spoken(parts.now()), self)
        self._sections: Mapping[Section, Sequence[CallRow]] = dict.fromkeys(Section, ())
        self._closed: set[Section] = {Section.HANDLED}
        self._above = self._below = 0
        self._under: tuple[str, float] = ("", 0.0)
        self._following = False
        self.setObjectName("call-list")
        self.setAccessibleName(tr("Calls"))
        self.setModel(self._model)
        self.setItemDelegate(CallDelegate(parts.icons, parts.now, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(self._double_clicked)
        parts.frames.ticked.connect(self._tick)
        parts.icons.changed.connect(self._model.touch)

    # -- what is shown -----------------------------------------------------------------------------

    @property
    def lines(self) -> tuple[Line, ...]:
        return self._model.rows

    @property
    def closed(self) -> frozenset[Section]:
        return frozenset(self._closed)

    def fold(self, closed: frozenset[Section]) -> None:
        """Show exactly these sections folded."""
        self._closed = set(closed & COLLAPSIBLE)
        self._show()

    def show_sections(self, sections: Mapping[Section, Sequence[CallRow]]) -> None:
        """Show these rows; the one under the pointer keeps its place on the screen."""
        self._sections = sections
        self._show()

    def choose(self, call: CallId | None) -> None:
        """Mark the chosen call without telling anybody."""
        index = self._model.at(call) if call else QModelIndex()
        self._following = True
        if index.isValid():
            self.setCurrentIndex(index)
        elif isinstance(self._model.row(self.currentIndex()), CallRow):
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()
        self._following = False

    def shows(self, call: CallId | None) -> bool:
        """True when `call` is a row that can be seen."""
        return call is not None and self._model.at(call).isValid()

    def focus_first(self) -> None:
        """Give the keyboard to the first row, for somebody who comes from above."""
        self.setFocus(Qt.FocusReason.TabFocusReason)
        first = next((i for i, line in enumerate(self.lines) if self._can_choose(line)), -1)
        if first >= 0:
            self.setCurrentIndex(self._model.index(first))

    # -- keys and clicks ---------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self._model.row(self.currentIndex())
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers():
                self._open(row)
            case Qt.Key.Key_Space | Qt.Key.Key_Left | Qt.Key.Key_Right if isinstance(row, Heading):
                wanted = {Qt.Key.Key_Left: False, Qt.Key.Key_Right: True}.get(
                    Qt.Key(event.key()), not row.open
                )
                if wanted is not row.open:
                    self._toggle(row)
            case Qt.Key.Key_Up if not self._any_above():
                self.left_above.emit()
            case Qt.Key.Key_Home:
                self.topped.emit()
            case Qt.Key.Key_End:
                able = [place for place, line in enumerate(self.lines) if self._can_choose(line)]
                if able:
                    self.setCurrentIndex(self._model.index(able[-1]))
            case Qt.Key.Key_Up | Qt.Key.Key_Down | Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                super().keyPressEvent(event)
            case _:
                event.ignore()  # letters start a search

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._just_moved(event.position().toPoint()):
            event.accept()
            return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keyboard else self.indexAt(event.pos())
        row = self._model.row(index)
        if isinstance(row, CallRow):
            self.setCurrentIndex(index)
            at = self.visualRect(index).center() if keyboard else event.pos()
            self.menu_wanted.emit(row.id, self.viewport().mapToGlobal(at))

    def dataChanged(
        self,
        first: QModelIndex | QPersistentModelIndex,
        last: QModelIndex | QPersistentModelIndex,
        roles: Any = (),
    ) -> None:
        # QListView would measure every row again; the height of a row does not depend on what it says.
        QAbstractItemView.dataChanged(self, first, last, roles)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Qt makes the first row current when none is; the keyboard coming by must not choose a call.
        self._following = True
        super().focusInEvent(event)
        self.choose(self._parts.selection.call)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._above or self._below:
            self._above = self._below = 0
            self._show()

    # -- inside ------------------------------------------------------------------------------------

    def _show(self) -> None:
        pointer = self._pointer()
        key, top = self._row_at(pointer) if pointer else ("", 0)
        self._following = True
        self._model.show(lines(self._sections, self._closed, self._above, self._below))
        self.choose(self._parts.selection.call)
        if key:
            self._keep(key, top)
        if pointer:
            now, _ = self._row_at(pointer)
            if now != key:
                self._under = (now, self._parts.now())
        self._following = False

    def _keep(self, key: str, top: int) -> None:
        """Scroll so that the row `key` is `top` pixels down again; make room where the list is too short."""
        index = self._model.at(key)
        if not index.isValid():
            return
        self.doItemsLayout()
        bar = self.verticalScrollBar()
        wanted = bar.value() + self.visualRect(index).top() - top
        lacking_above, lacking_below = max(0, -wanted), max(0, wanted - bar.maximum())
        if lacking_above or lacking_below:
            self._above += lacking_above
            self._below += lacking_below
            self._model.show(lines(self._sections, self._closed, self._above, self._below))
            self.doItemsLayout()
        bar.setValue(wanted + lacking_above)

    def _pointer(self) -> QPoint | None:
        at = self.viewport().mapFromGlobal(QCursor.pos())
        inside = self.isVisible() and self.viewport().rect().contains(at)
        return at if inside and self.window().isActiveWindow() else None

    def _row_at(self, point: QPoint) -> tuple[str, int]:
        index = self.indexAt(point)
        row = self._model.row(index)
        return (row.key, self.visualRect(index).top()) if row is not None else ("", 0)

    def _just_moved(self, at: QPoint) -> bool:
        """True when the row at `at` came under the pointer a moment ago: the click was meant for another."""
        key, since = self._under
        return bool(key) and self._parts.now() - since < SETTLE and self._row_at(at)[0] == key

    def _any_above(self) -> bool:
        return any(self._can_choose(line) for line in self.lines[: max(0, self.currentIndex().row())])

    def _can_choose(self, line: Line) -> bool:
        return isinstance(line, CallRow) or (isinstance(line, Heading) and line.open is not None)

    def _current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        row = self._model.row(current)
        if not self._following and isinstance(row, CallRow):
            self._parts.selection.call = row.id

    def _clicked(self, index: QModelIndex) -> None:
        row = self._model.row(index)
        if isinstance(row, Heading):
            self._toggle(row)

    def _double_clicked(self, index: QModelIndex) -> None:
        row = self._model.row(index)
        if isinstance(row, CallRow):
            self._open(row)

    def _open(self, row: Line | None) -> None:
        match row:
            case Heading(open=True | False):
                self._toggle(row)
            case CallRow():
                self.opened.emit(row.id)

    def _toggle(self, heading: Heading) -> None:
        if heading.open is None:
            return
        self._closed ^= {heading.section}
        self._show()
        index = self._model.at(heading.key)
        if index.isValid():
            self.setCurrentIndex(index)
        self.folded.emit()

    def _tick(self, now: float) -> None:
        """Paint only the rows whose clock runs and that can be seen."""
        if not self.isVisible():
            return
        seen = self.viewport().rect()
        for place, row in enumerate(self.lines):
            if isinstance(row, CallRow) and row.since is not None:
                box = self.visualRect(self._model.index(place))
                if box.intersects(seen):
                    self.viewport().update(box)
            elif isinstance(row, Room):
                continue
