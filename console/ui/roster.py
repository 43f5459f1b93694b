"""Who is in the chosen call, and who has been asked: a list that can be worked with the keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QListView, QMenu, QWidget

from console.actions import ACTIONS
from console.domain.calls import Call
from console.ui.language import say, tr
from console.ui.parts import Parts
from console.ui.roster_delegate import RosterDelegate
from console.ui.roster_rows import RosterRow, roster_rows
from console.ui.rows import Rows

MOST_SHOWN = 6
"""Rows before the list scrolls; the story below keeps its room."""

_VERBS = ("participant.mute", "participant.remove")


class Roster(QListView):
    """The participants of one call. Choosing a row chooses the participant; M mutes, Delete removes."""

    counted = Signal(int)
    """How many people are in the call, the front desk's bot not counted."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._call: Call | None = None
        self._rows: Rows[RosterRow] = Rows(lambda r: r.key, lambda r: r.spoken, self)
        self._delegate = RosterDelegate(parts.icons, parts.now, self)
        self.setObjectName("roster")
        self.setAccessibleName(tr("Participants"))
        self.setAccessibleDescription(tr("M mutes, Delete removes or withdraws the invitation"))
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.selectionModel().currentChanged.connect(self._chosen)
        parts.commands.listen_participant_keys(self)
        parts.frames.ticked.connect(self._tick)
        parts.icons.changed.connect(self._rows.touch)

    @property
    def rows(self) -> tuple[RosterRow, ...]:
        return self._rows.rows

    def show_call(self, call: Call | None) -> None:
        """Show the participants of `call`; rows that stay keep the choice."""
        other = self._call is None or call is None or self._call.id != call.id
        self._call = call
        if other:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        self._rows.show(roster_rows(call, self._parts.runner.me) if call else ())
        self.counted.emit(sum(1 for r in self._rows.rows if not r.dimmed))
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.currentIndex().isValid():
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        row = self._rows.row(index)
        if event.button() is not Qt.MouseButton.LeftButton or row is None or not row.withdrawable:
            return
        box = self._delegate.withdraw_box(self.visualRect(index))
        if box.contains(event.position().toPoint()):
            self._parts.selection.participant = row.participant
            self._parts.commands.trigger("participant.remove")

    def _chosen(self, current: QModelIndex, previous: QModelIndex) -> None:
        row = self._rows.row(current)
        self._parts.selection.participant = row.participant if row else None

    def _menu(self, at: QPoint) -> None:
        index = self.indexAt(at) if self.viewport().rect().contains(at) else self.currentIndex()
        row = self._rows.row(index)
        if row is None or row.dimmed:
            return
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for id in _VERBS:
            if id == "participant.mute" and row.invited:
                continue
            entry = menu.addAction(self._parts.commands.action(id).icon(), say(ACTIONS[id].title))
            if id == "participant.remove" and row.invited:
                entry.setText(tr("Withdraw invitation"))
            theirs = self._parts.commands.action(id)
            entry.setEnabled(theirs.isEnabled())
            entry.setToolTip(theirs.toolTip())
            entry.triggered.connect(lambda _=False, id=id: self._parts.commands.trigger(id))
        menu.popup(self.viewport().mapToGlobal(at))

    def _tick(self, now: float) -> None:
        if self.isVisible() and any(r.invited for r in self._rows.rows):
            self.viewport().update()

    def _fit(self) -> None:
        count = self._rows.rowCount()
        height = self.sizeHintForRow(0) if count else 44
        # In a low window the list gives way, and scrolls, before the story is pushed out.
        self.setMinimumHeight(min(2, max(1, count)) * height)
        self.setMaximumHeight(max(1, min(MOST_SHOWN, count)) * height)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.maximumHeight())
