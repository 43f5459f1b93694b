"""The list of found people: worked with the arrow keys from the search field, or by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QWidget

from console.domain.ids import UserId
from console.domain.people import Person
from console.ui.icons import Icons
from console.ui.language import tr
from console.ui.people_delegate import PeopleDelegate
from console.ui.people_rows import PersonRow
from console.ui.rows import Rows

_PAGE = 5


class PeopleList(QListView):
    """`chosen` is the row under the marker; `confirmed` comes with Enter and with a double click."""

    chosen = Signal()
    confirmed = Signal()
    menu_wanted = Signal(QPoint)
    """Where on the screen a menu for the chosen person is wanted."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("people-results")
        self.setAccessibleName(tr("People found"))
        self._rows: Rows[PersonRow] = Rows(lambda r: r.key, lambda r: r.spoken, self)
        self.setModel(self._rows)
        self.setItemDelegate(PeopleDelegate(icons, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.selectionModel().currentChanged.connect(self.chosen)
        self.doubleClicked.connect(self._double_clicked)
        icons.changed.connect(self._rows.touch)

    @property
    def rows(self) -> tuple[PersonRow, ...]:
        return self._rows.rows

    @property
    def current(self) -> PersonRow | None:
        """The chosen row."""
        return self._rows.row(self.currentIndex())

    def show_rows(self, rows: Sequence[PersonRow], *, choose_first: bool) -> None:
        """Show `rows`; the chosen person stays chosen, else the first is, when `choose_first`."""
        before = self.current
        self._rows.show(rows)
        kept = self._rows.at(before.key) if before else QModelIndex()
        if choose_first and rows:
            self._mark(0)
        elif kept.isValid():
            self._mark(kept.row())
        else:
            self.let_go()

    def refresh_rows(self, rows: Sequence[PersonRow]) -> None:
        """Show news about the same people: nothing moves."""
        self._rows.show(rows)

    def let_go(self) -> None:
        """Choose nobody."""
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())

    def step(self, key: Qt.Key) -> None:
        """Move the marker as an arrow or page key says."""
        count = self._rows.rowCount()
        if not count:
            return
        place = self.currentIndex().row()
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _PAGE,
            Qt.Key.Key_PageUp: -_PAGE,
        }
        self._mark(min(count - 1, max(0, place + steps[key])))

    def visible_users(self) -> tuple[UserId, ...]:
        """The directory persons that can be seen now."""
        view = self.viewport().rect()
        rows = enumerate(self._rows.rows)
        return tuple(
            r.person.id
            for i, r in rows
            if r.presence is not None and self.visualRect(self._rows.index(i)).intersects(view)
        )

    def person(self) -> Person | None:
        """The chosen person, when something can be done with them."""
        row = self.current
        return row.person if row and not row.problem else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            self.confirmed.emit()
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters belong to the search field, not to the list."""

    def _mark(self, place: int) -> None:
        index = self._rows.index(place)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def _double_clicked(self, index: QModelIndex) -> None:
        self.confirmed.emit()

    def _menu(self, at: QPoint) -> None:
        if self.person() is not None:
            self.menu_wanted.emit(self.viewport().mapToGlobal(at))
