"""The short time in which a press can be taken back: "Transfer Amelia Ward to Anna Berg in 3 s"."""

from __future__ import annotations

import math

from PySide6.QtCore import QAbstractAnimation, QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from console.actions.runner import Waiting
from console.domain.ids import CallId
from console.domain.people import Identity
from console.domain.world import World
from console.ui.labels import PlainLabel, one_line
from console.ui.language import say, tr
from console.ui.numbers import shown_name
from console.ui.painting import ground
from console.ui.parts import Parts
from console.ui.tokens import GAP, GAP_WIDE, RADIUS_LARGE


def undo_words(waiting: Waiting, world: World) -> str:
    """What is about to happen: the verb, the caller and whom they are going to."""
    verb = waiting.action.title
    call = world.calls.get(CallId(waiting.args[0])) if waiting.action.needs[:1] == ("call",) else None
    if call is None:
        return say(verb)
    who = one_line(shown_name(call.caller), 40)
    target = next((arg for arg in waiting.args if isinstance(arg, Identity)), None)
    if target is None:
        return tr("{verb} {who}", verb=verb, who=who)
    return tr("{verb} {who} to {target}", verb=verb, who=who, target=one_line(shown_name(target), 40))


class UndoBar(QWidget):
    """Shows the newest press that can be undone; hidden when there is none."""

    changed = Signal()
    """It appeared, went away or needs another width."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._waiting: tuple[Waiting, ...] = ()
        self.setObjectName("undo")
        self._mark = QLabel(self)
        self._words = PlainLabel(elide=True, parent=self)
        self._button = QPushButton(tr("Undo  (Backspace)"), self)
        self._button.setObjectName("undo-button")
        self._button.setAccessibleName(tr("Undo"))
        self._button.clicked.connect(parts.commands.undo)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_WIDE + 4, GAP, GAP, GAP + 2)
        row.setSpacing(GAP_WIDE)
        row.addWidget(self._mark)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(1.0)
        self._fade.setEndValue(0.0)
        self._fade.valueChanged.connect(lambda _: self.update())
        parts.icons.changed.connect(self._draw)
        parts.runner.listen_undo(self.show_waiting)
        parts.frames.ticked.connect(lambda now: self._count())
        self._draw()
        self.hide()

    def text(self) -> str:
        return self._words.text()

    def show_waiting(self, waiting: tuple[Waiting, ...]) -> None:
        """Show the newest of these, or nothing."""
        newest = waiting[-1].intent if waiting else None
        same = bool(self._waiting) and self._waiting[-1].intent == newest
        self._waiting = waiting
        if not waiting:
            self._fade.stop()
            self.hide()
            self.changed.emit()
            return
        self._count()
        if not same:
            self._fade.stop()
            self._fade.setDuration(max(1, int((waiting[-1].until - self._parts.now()) * 1000)))
            self._fade.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)
        self.show()
        self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._parts.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        ground(painter, box, theme.surface_raised, theme.border_strong, RADIUS_LARGE)
        share = float(self._fade.currentValue() or 0.0)
        inset = float(RADIUS_LARGE)
        width = (box.width() - 2 * inset) * share
        ground(painter, QRectF(inset, box.height() - 4, width, 3), theme.accent, "", 1)

    def _count(self) -> None:
        if not self._waiting:
            return
        newest = self._waiting[-1]
        left = max(1, math.ceil(newest.until - self._parts.now()))
        what = undo_words(newest, self._parts.store.truth)
        others = len(self._waiting) - 1
        more = f"  {tr('(+{count} more)', count=others)}" if others else ""
        self._words.setText(tr("{what} in {seconds} s", what=what, seconds=left) + more)
        self.setAccessibleName(tr("{what}: Backspace undoes", what=what))

    def _draw(self) -> None:
        self._mark.setPixmap(self._parts.icons.pixmap("undo", "accent", 16))
        self.update()
