"""The left column: ringing calls as cards, everybody else as rows below."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from console.domain.calls import Call, Situation
from console.domain.ids import CallId
from console.domain.world import World
from console.ui.call_list_view import CallListView
from console.ui.call_rows import Column, Queue, Section, queue_of
from console.ui.labels import PlainLabel
from console.ui.language import tr
from console.ui.parts import Parts
from console.ui.ringing import Ringing
from console.ui.tokens import GAP, GAP_PAGE, GAP_WIDE

_MENU = ("call.answer", "call.redirect", "call.transfer", "call.hold", "call.resume", "call.park")
_MENU_END = ("call.reject", "call.hangUp")


class CallList(QWidget):
    """Keeps both parts in step with the store and with the chosen call."""

    counted = Signal(object)
    """A Queue, whenever the column was made anew."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self.queue = Queue()
        self._column = Column(parts.now)
        self._shown: World | None = None
        self.setObjectName("calls")
        self.setAccessibleName(tr("Calls"))
        self._title = PlainLabel(tr("Ringing"), role="body", parent=self)
        self._count = PlainLabel("", role="body", parent=self)
        self._head = QWidget(self)
        self.ringing = Ringing(parts, self)
        self.rows = CallListView(parts, self)
        self._lay_out()
        self.ringing.homeless.connect(self.focus_calls)
        self.ringing.left_below.connect(self.rows.focus_first)
        self.rows.left_above.connect(lambda: self.ringing.focus(-1))
        self.rows.topped.connect(self._go_to_top)
        self.rows.opened.connect(self._open)
        self.rows.menu_wanted.connect(self._menu)
        parts.frames.changed.connect(lambda before, after: self._show(after))
        parts.frames.ticked.connect(self._midnight)
        parts.selection.changed.connect(self._mark)
        self._show(parts.store.view)

    def _lay_out(self) -> None:
        font = self._title.font()
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)
        self._count.set_tone("muted")
        head = QHBoxLayout(self._head)
        head.setContentsMargins(GAP_PAGE, GAP_WIDE, GAP_PAGE, GAP)
        head.setSpacing(GAP)
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head)
        whole.addWidget(self.ringing)
        whole.addWidget(self.rows, 1)
        self.setFocusProxy(self.rows)

    def focus_calls(self) -> None:
        """Give the keyboard to the chosen call, else to the most urgent one."""
        chosen = self._parts.selection.call
        card = next((card for card in self.ringing.cards if card.call.id == chosen), None)
        if card is not None:
            card.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.rows.shows(chosen):
            self.rows.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif not self.ringing.focus(0):
            self.rows.focus_first()

    def _go_to_top(self) -> None:
        if not self.ringing.focus(0):
            self.rows.focus_first()

    # -- inside ------------------------------------------------------------------------------------

    def _show(self, world: World) -> None:
        self._shown = world
        sections = self._column.sections(world, self._parts.runner.me)
        ringing = [world.calls[row.id] for row in sections[Section.RINGING]]
        chosen = self._parts.selection.call
        homeless = self.ringing.show_calls(ringing, chosen)
        self._head.setVisible(bool(ringing))
        self._count.setText(str(len(ringing)))
        self.rows.show_sections(sections)
        self.queue = queue_of(sections)
        self.counted.emit(self.queue)
        if homeless:
            self.focus_calls()

    def _mark(self) -> None:
        chosen = self._parts.selection.call
        self.ringing.mark(chosen)
        self.rows.choose(chosen)

    def _open(self, id: str) -> None:
        """Enter on a row: pick up whoever waits; look at any other call."""
        call = self._parts.store.view.calls.get(CallId(id))
        if call is not None and _can_pick_up(call):
            self._parts.commands.trigger("call.answer", call.id)

    def _menu(self, id: str, at: QPoint) -> None:
        commands = self._parts.commands
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        able = [name for name in _MENU if commands.refusal(name, CallId(id)) is None]
        for name in able:
            menu.addAction(commands.action(name))
        if able:
            menu.addSeparator()
        for name in _MENU_END:
            if commands.refusal(name, CallId(id)) is None:
                menu.addAction(commands.action(name))
        if menu.isEmpty():
            menu.addAction(tr("Nothing can be done with this call now")).setEnabled(False)
        menu.popup(at)

    def _midnight(self, now: float) -> None:
        """Who is signed in, and today, may have become another without any call changing."""
        if self._column.stale(self._parts.runner.me, now):
            self._show(self._parts.store.view)


def _can_pick_up(call: Call) -> bool:
    return call.situation is Situation.WAITING or call.parked is not None
