"""Ctrl+K: a few letters lead to every action, every call and everybody."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from console.domain.ids import CallId
from console.domain.people import Person
from console.ui.labels import PlainLabel
from console.ui.language import tr
from console.ui.painting import scaled
from console.ui.palette_delegate import PaletteDelegate
from console.ui.palette_rows import PaletteRow, action_rows, call_rows, person_rows
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.rows import Rows
from console.ui.tokens import GAP, GAP_WIDE

_WIDTH, _HEIGHT = 600, 440
_TOP = 8


class Palette(QFrame):
    """Lies over the window while it is open. Enter does the chosen line, Escape goes back."""

    call_shown = Signal()

    def __init__(
        self,
        parts: Parts,
        finder: PeopleFinder,
        window: QWidget,
        more: Sequence[QAction] = (),
        over: QWidget | None = None,
    ) -> None:
        super().__init__(window)
        self._parts = parts
        self._window = window
        self._over = over
        self._more = {action.objectName(): action for action in more}
        self._people: tuple[Person, ...] = ()
        self._came_from: QWidget | None = None
        self._search = finder.searcher(self)
        self._search.found.connect(self._found)
        self.setObjectName("palette")
        self.setAccessibleName(tr("Commands"))
        self.setProperty("panel", "floating")
        self._field = QLineEdit(self)
        self._field.setObjectName("palette-field")
        self._field.setAccessibleName(tr("Search commands, calls and people"))
        self._field.setPlaceholderText(tr("Search commands, calls and people"))
        self._field.installEventFilter(self)
        self._field.textChanged.connect(self._typed)
        lens = self._field.addAction(parts.icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        parts.icons.dress(lens, "search")
        self._rows: Rows[PaletteRow] = Rows(lambda row: row.key, lambda row: row.spoken, self)
        self._list = QListView(self)
        self._list.setObjectName("palette-list")
        self._list.setAccessibleName(tr("Found"))
        self._list.setModel(self._rows)
        self._list.setItemDelegate(PaletteDelegate(parts.icons, self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(self._do)
        self._nothing = PlainLabel(tr("Nothing found."), role="muted", parent=self)
        self._nothing.setContentsMargins(GAP_WIDE, GAP, GAP_WIDE, GAP_WIDE)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self._field)
        column.addWidget(self._nothing)
        column.addWidget(self._list, 1)
        window.installEventFilter(self)
        parts.commands.refreshed.connect(self._refresh)
        self.hide()

    @property
    def rows(self) -> tuple[PaletteRow, ...]:
        return self._rows.rows

    def open(self) -> None:
        """Come up with an empty field."""
        if not self.isVisible():
            self._came_from = QApplication.focusWidget()
        self._people = ()
        self._field.clear()
        self._place()
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._show()

    def dismiss(self) -> None:
        """Go away and give the keyboard back."""
        self._search.cancel()
        came_from, self._came_from = self._came_from, None
        # Before hiding: Qt would otherwise hand the keyboard to whatever comes next in the tab order.
        if came_from is not None and came_from.isVisible():
            came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() is QEvent.Type.Resize:
            self._place()
        elif watched is self._field and self.isVisible():
            if event.type() is QEvent.Type.FocusOut and not self._window_left():
                self.hide()
            elif event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._key(event)
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._list.scrollTo(self._list.currentIndex())

    # -- inside ------------------------------------------------------------------------------------

    def _key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}
        key = Qt.Key(event.key())
        if key in steps:
            self._move(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do(self._list.currentIndex())
        elif key is Qt.Key.Key_Escape:
            self.dismiss()
        else:
            return False
        return True

    def _move(self, step: int) -> None:
        count = self._rows.rowCount()
        if count:
            place = self._list.currentIndex().row() + step
            wrapped = place % count if abs(step) == 1 else min(max(0, place), count - 1)
            self._list.setCurrentIndex(self._rows.index(wrapped))

    def _typed(self, text: str) -> None:
        if text.strip():
            self._search.begin(text)
        else:
            self._search.cancel()
            self._people = ()
        self._show(first=True)

    def _found(self, words: str, people: tuple[Person, ...]) -> None:
        if words == " ".join(self._field.text().split()):
            self._people = people
            self._show()

    def _refresh(self) -> None:
        if not self.isHidden():
            self._show()

    def _show(self, *, first: bool = False) -> None:
        words = self._field.text()
        commands = self._parts.commands
        promise = tr("Enter: {verb}", verb=commands.person_verb().title)
        rows = [
            *action_rows(words, commands, tuple(self._more.values()))[: 30 if not words.strip() else 6],
            *call_rows(words, self._parts.store.view),
            *(person_rows(words, self._people, promise) if words.strip() else ()),
        ]
        self._rows.show(rows)
        self._nothing.setVisible(not rows)
        if rows and (first or not self._list.currentIndex().isValid()):
            self._list.setCurrentIndex(self._rows.index(0))
            self._list.scrollToTop()

    def _do(self, index: QModelIndex) -> None:
        row = self._rows.row(index)
        if row is None:
            return
        self.dismiss()
        match row.kind:
            case "call":
                self._parts.selection.call = CallId(row.id)
                self.call_shown.emit()
            case "person" if row.person is not None:
                self._parts.commands.with_person(row.person)
            case "action" if row.id in self._more:
                self._more[row.id].trigger()
            case "action":
                self._parts.commands.trigger(row.id)

    def _window_left(self) -> bool:
        """True when the keyboard went to another window: coming back finds the palette as it was."""
        return not self._window.isActiveWindow()

    def _place(self) -> None:
        """Over the field in the top bar that leads here."""
        width = min(scaled(self, _WIDTH), self._window.width() - 32)
        height = min(scaled(self, _HEIGHT), self._window.height() - 96)
        middle = self._window.width() // 2
        if self._over is not None:
            middle = self._over.mapTo(self._window, self._over.rect().center()).x()
        left = max(16, min(middle - width // 2, self._window.width() - width - 16))
        self.setGeometry(left, _TOP, width, height)
