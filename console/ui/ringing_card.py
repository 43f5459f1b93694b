"""One ringing call: who, on which line, how long still, and what can be done about it."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.domain.calls import Call, Situation
from console.ui.avatar import Avatar
from console.ui.buttons import VerbButton
from console.ui.call_rows import line_text, verified
from console.ui.countdown import Countdown
from console.ui.labels import PlainLabel, one_line, tooltip
from console.ui.language import listed, say, tr
from console.ui.numbers import picture_name, shown_name
from console.ui.painting import focus_ring, ground
from console.ui.parts import Parts
from console.ui.tokens import GAP, GAP_WIDE, RADIUS_LARGE

_VERBS = ("call.answer", "call.redirect", "call.reject")
_STRIPE = 4
_BY_TAB = frozenset({Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})


class RingingCard(QWidget):
    """A card that can have the keyboard: Enter answers. A card whose call is gone says what became of it."""

    chosen = Signal(str)
    moved = Signal(int)
    """Up (-1) or Down (1) was pressed; Home is -1000, End 1000."""

    def __init__(self, parts: Parts, call: Call, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self.call = call
        self.gone_at: float | None = None
        self._beside = True
        self.reached_by_tab = False
        self._selected = self._first = False
        self.setObjectName("ringing-card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._avatar = Avatar(parts.icons, 36, self)
        self._name = PlainLabel(role="strong", elide=True, parent=self)
        self._detail = PlainLabel(role="caption", elide=True, parent=self)
        self._countdown = Countdown(parts.icons, 40, self)
        self._verbs = [
            VerbButton(id, parts.commands, parts.icons, compact=True, parent=self) for id in _VERBS
        ]
        self._lay_out()
        self.show_call(call)
        parts.icons.changed.connect(self.update)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch()
        words.addWidget(self._name)
        words.addWidget(self._detail)
        words.addStretch()
        head = QHBoxLayout()
        head.setSpacing(GAP_WIDE)
        head.addWidget(self._avatar)
        head.addLayout(words, 1)
        head.addWidget(self._countdown)
        self._places = QGridLayout()
        self._places.setSpacing(GAP)
        for place, button in enumerate(self._verbs):
            # Ignored: their words must not force a width on the column; `fit` gives them room instead.
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self._places.addWidget(button, 0, place * 2, 1, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(_STRIPE + GAP_WIDE, GAP + 2, GAP_WIDE, GAP + 2)
        whole.setSpacing(GAP)
        whole.addLayout(head)
        whole.addLayout(self._places)

    def fit(self, width: int) -> None:
        """Put the verbs side by side, or Answer above the others when `width` is too little for the words."""
        inner = width - _STRIPE - 2 * GAP_WIDE
        needed = max(button.sizeHint().width() for button in self._verbs)
        beside = needed * 3 + GAP * 2 <= inner
        if beside is self._beside:
            return
        self._beside = beside
        answer, *others = self._verbs
        self._places.addWidget(answer, 0, 0, 1, 2 if beside else 6)
        for place, button in enumerate(others):
            row, column = (0, 2 + place * 2) if beside else (1, place * 3)
            self._places.addWidget(button, row, column, 1, 2 if beside else 3)

    def show_call(self, call: Call) -> None:
        """Show `call` as it is now."""
        self.call = call
        claimed = call.claim.operator.name if call.claim else ""
        where = tr("{who} is answering", who=claimed) if claimed else line_text(call)
        self._name.setText(shown_name(call.caller))
        self._detail.setText(where or tr("Rings the front desk"))
        self._avatar.show_person(picture_name(call.caller), call.caller.id or call.id)
        self.setToolTip(
            "" if verified(call) else tooltip(f"{shown_name(call.caller)}\n{tr('Number not verified')}")
        )
        for button in self._verbs:
            button.show_call(call.id)
            button.setAccessibleName(f"{button.accessible_title} {one_line(shown_name(call.caller))}")
        rings = tr("{who} is ringing", who=one_line(shown_name(call.caller)))
        self.setAccessibleName(listed(rings, self._detail.text()))
        self.tick(self._parts.now())

    def show_gone(self, now: float) -> None:
        """Keep the place for a moment and say what became of the call: nothing slides under the pointer."""
        if self.gone_at is not None:
            return
        self.gone_at = now
        call = self._parts.store.view.calls.get(self.call.id)
        self._detail.setText(_fate(call))
        self._countdown.hide()
        name = one_line(shown_name(self.call.caller))
        self.setAccessibleName(tr("{name}: {text}", name=name, text=self._detail.text()))
        self.setAccessibleDescription("")
        if self.focused:  # a button that hides would hand the keyboard to whatever comes next
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setFixedHeight(self.height())
        for button in self._verbs:
            button.setVisible(False)
        self.update()

    def mark(self, *, selected: bool, first: bool) -> None:
        """`selected`: it is the chosen call; `first`: F2 answers it."""
        if (selected, first) == (self._selected, self._first):
            return
        self._selected, self._first = selected, first
        self._verbs[0].set_kind("primary" if selected or first else "")
        self.update()

    def tick(self, now: float) -> None:
        """Move the countdown on."""
        if self.gone_at is not None:
            return
        hurried = self._countdown.hurry
        self._countdown.show_left(self.call.deadline - now)
        # A screen reader is told about every fifth second only: more would drown everything else.
        left = math.ceil(max(0.0, self.call.deadline - now) / 5) * 5
        self.setAccessibleDescription(tr("Less than {seconds} seconds left. Enter answers.", seconds=left))
        if hurried is not self._countdown.hurry:
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -1000, Qt.Key.Key_End: 1000}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.answer()
        elif event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def choose(self) -> None:
        """Make this the chosen call, unless it is gone."""
        if self.gone_at is None:
            self.chosen.emit(self.call.id)

    def answer(self) -> None:
        """Take the call, unless it is gone."""
        if self.gone_at is None:
            self._parts.commands.trigger("call.answer", self.call.id)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.reached_by_tab = event.reason() in _BY_TAB
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.choose()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.answer()

    @property
    def focused(self) -> bool:
        """True while the keyboard is on the card or on one of its buttons."""
        return self.hasFocus() or any(button.hasFocus() for button in self._verbs)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._parts.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self.gone_at is not None:
            ground(painter, box, theme.surface_sunken, theme.border, RADIUS_LARGE)
            if self.hasFocus():
                focus_ring(painter, box, theme, RADIUS_LARGE)
            return
        fill = theme.selected if self._selected else theme.surface_raised
        edge = theme.accent if self._selected else theme.border
        ground(painter, box, fill, edge, RADIUS_LARGE)
        stripe = theme.danger if self._countdown.hurry else theme.accent
        ground(painter, QRectF(6, 12, _STRIPE, box.height() - 24), stripe, "", 2)
        if self.hasFocus():
            focus_ring(painter, box, theme, RADIUS_LARGE)


def _fate(call: Call | None) -> str:
    """What became of a call that rings no more."""
    if call is None or not call.live:
        return say(call.result.sentence) if call and call.result else tr("The call has ended.")
    if call.rescued_at is not None:
        return tr("Was greeted and is waiting")
    if call.claim:
        return tr("{who} answered", who=call.claim.operator.name)
    return tr("Redirected") if call.situation is Situation.TRANSFERRING else tr("Answered")
