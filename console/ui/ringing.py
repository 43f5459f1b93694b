"""The ringing calls at the top of the column, always in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from console.domain.calls import Call
from console.domain.ids import CallId
from console.ui.language import tr
from console.ui.parts import Parts
from console.ui.ringing_card import RingingCard
from console.ui.tokens import GAP

GONE_KEPT = 3.0
"""Seconds that the place of a call that is gone is kept while the pointer is among the cards."""
MOST_SHOWN = 3
"""Cards before the area scrolls."""


class Ringing(QScrollArea):
    """One card per ringing call, the one with the least time first. Cards never change places."""

    left_below = Signal()
    """Down was pressed on the last card."""
    left_above = Signal()
    homeless = Signal()
    """The card that had the keyboard is gone."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._cards: list[RingingCard] = []
        self.setObjectName("ringing")
        self.setAccessibleName(tr("Ringing calls"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self)
        inner.installEventFilter(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(GAP, 0, GAP, GAP)
        self._column.setSpacing(GAP)
        self.setWidget(inner)
        self.hide()
        parts.frames.ticked.connect(self._tick)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_changed)

    @property
    def cards(self) -> tuple[RingingCard, ...]:
        """The cards of calls that still ring, from the top."""
        return tuple(card for card in self._cards if card.gone_at is None)

    def show_calls(self, calls: Sequence[Call], chosen: CallId | None) -> bool:
        """Show exactly these calls, in this order as far as cards that are already there allow.

        Returns True when the keyboard was on a card that has gone and should go where its call went.
        """
        homeless = False
        wanted = {call.id: call for call in calls}
        here = self._pointer_here()
        for card in tuple(self._cards):
            if card.call.id in wanted:
                if card.gone_at is not None:  # undone: it rings again
                    self._drop(card)
                elif card.call is not wanted[card.call.id]:
                    card.show_call(wanted[card.call.id])
            elif card.gone_at is None:
                own = self._own(card.call.id)
                homeless |= card.focused and own
                # Nothing slides under the pointer, nor under a finger that is about to press Enter.
                if here or (card.focused and not own):
                    card.show_gone(self._parts.now())
                else:
                    self._drop(card)
        shown = {card.call.id for card in self._cards}
        for place, call in enumerate(calls):
            if call.id not in shown:
                self._insert(len(self._cards) if here else place, call)
        self.mark(chosen)
        self._fit()
        return homeless

    def mark(self, chosen: CallId | None) -> None:
        """Show which card is the chosen call and which one F2 answers."""
        able = [card for card in self.cards if not card.call.claim]
        picked = any(card.call.id == chosen for card in self.cards)
        for card in self._cards:
            first = not picked and bool(able) and card is able[0]
            card.mark(selected=card.call.id == chosen, first=first)

    def focus(self, place: int) -> bool:
        """Give the keyboard to a card, counted from the end when `place` is negative; False without cards."""
        if not self.cards:
            return False
        card = self.cards[place]
        card.setFocus(Qt.FocusReason.ShortcutFocusReason)
        card.choose()
        self.ensureWidgetVisible(card)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._clear_gone()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            for card in self._cards:
                card.fit(self.viewport().width() - 2 * GAP)
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # a scroll area would take the arrow keys for itself

    def _focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        """Tab onto a card chooses its call. Focus that only falls here because something closed does not."""
        if isinstance(now, RingingCard) and now in self._cards and now.reached_by_tab:
            if old is not None and old.isVisible():
                now.choose()
            self.ensureWidgetVisible(now)

    def _pointer_here(self) -> bool:
        return self.isVisible() and self.rect().contains(self.mapFromGlobal(QCursor.pos()))

    def _insert(self, place: int, call: Call) -> None:
        card = RingingCard(self._parts, call, self.widget())
        card.chosen.connect(self._choose)
        card.moved.connect(lambda step: self._move(card, step))
        card.fit(self.viewport().width() - 2 * GAP)
        self._cards.insert(place, card)
        self._column.insertWidget(place, card)

    def _drop(self, card: RingingCard) -> None:
        self._cards.remove(card)
        self._column.removeWidget(card)
        focus = QApplication.focusWidget()
        if focus is not None and card.focused:  # or Qt hands the keyboard to whatever comes next
            focus.clearFocus()
        card.hide()
        card.deleteLater()

    def _choose(self, call: str) -> None:
        self._parts.selection.call = CallId(call)

    def _move(self, card: RingingCard, step: int) -> None:
        cards = self.cards
        before = [c for c in self._cards[: self._cards.index(card)] if c.gone_at is None]
        # Down from a card that is gone leads to the card that stands below it.
        place = len(before) + (step if card.gone_at is None or step < 0 else step - 1)
        if abs(step) == 1 and place >= len(cards):
            self.left_below.emit()
        elif abs(step) == 1 and place < 0:
            self.left_above.emit()
        elif step > 1:
            self.left_below.emit()
        else:
            self.focus(max(0, place))

    def _tick(self, now: float) -> None:
        for card in self._cards:
            card.tick(now)
        if any(card.gone_at is not None and now - card.gone_at >= GONE_KEPT for card in self._cards):
            self._clear_gone()

    def _clear_gone(self) -> None:
        gone = [card for card in self._cards if card.gone_at is not None]
        focused = any(card.focused for card in gone)
        for card in gone:
            self._drop(card)
        if gone:
            self._fit()
        if focused:
            self.homeless.emit()

    def _own(self, call: CallId) -> bool:
        """True when this desk did something to the call: its operator knows where it went."""
        found, me = self._parts.store.view.calls.get(call), self._parts.runner.me
        claimed = bool(found and found.claim and me and found.claim.operator.id == me.id)
        return claimed or bool(self._parts.store.pending(call))

    def _fit(self) -> None:
        """As high as the cards, up to MOST_SHOWN of them."""
        shown = self._cards[:MOST_SHOWN]
        height = sum(max(card.sizeHint().height(), card.minimumHeight()) + GAP for card in shown)
        if len(self._cards) > MOST_SHOWN:
            height += 28  # the next card peeps out, so that it is plain that there are more
        self.setFixedHeight(height)
        self.setVisible(bool(self._cards))
