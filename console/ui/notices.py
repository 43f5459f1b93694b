"""What became of the presses: failures as cards above the status line, the rest in the line itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.actions.runner import Notice, NoticeKind
from console.domain.ids import CallId
from console.ui.language import tr
from console.ui.painting import scaled
from console.ui.parts import Parts
from console.ui.toast import Toast
from console.ui.tokens import GAP, GAP_PAGE
from console.ui.undo_bar import UndoBar

MOST = 3
KEPT = {NoticeKind.FAILED: 20.0, NoticeKind.UNCONFIRMED: 20.0, NoticeKind.REFUSED: 8.0}
"""Seconds that a notice stays in sight; kinds that are not here get no card."""
_WIDTH = 520


class Notices(QWidget):
    """Floats over the lower middle of `ground`; it takes no clicks but on its cards."""

    left = Signal()
    """The keyboard belongs to the calls again."""
    told = Signal(object)
    """Every Notice, also those without a card."""

    def __init__(self, parts: Parts, ground: QWidget) -> None:
        super().__init__(ground)
        self._parts = parts
        self._ground = ground
        self._toasts: list[Toast] = []
        self.setObjectName("notices")
        self.setAccessibleName(tr("Notices"))
        self.undo_bar = UndoBar(parts, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self._column.addWidget(self.undo_bar)
        self.undo_bar.changed.connect(self._place)
        ground.installEventFilter(self)
        parts.runner.listen(self.tell)
        parts.frames.ticked.connect(self._tick)
        self._place()

    @property
    def toasts(self) -> tuple[Toast, ...]:
        return tuple(self._toasts)

    def tell(self, notice: Notice) -> None:
        """Take one notice."""
        self.told.emit(notice)
        kept = KEPT.get(notice.kind)
        if kept is None:
            return
        same = next((t for t in self._toasts if t.notice == notice), None)
        if same is not None:  # said twice: the fresh one counts
            self._close(same)
        while len(self._toasts) >= MOST:
            self._close(self._toasts[0])
        toast = Toast(notice, self._parts.icons, self._parts.now() + kept, self)
        toast.about_live_call = not self._ended(notice)
        toast.closed.connect(lambda: self._close(toast))
        toast.wanted.connect(lambda call: self._show_call(toast, call))
        self._toasts.append(toast)
        self._column.insertWidget(len(self._toasts) - 1, toast)
        toast.show()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def _settled(self, toast: Toast) -> bool:
        """True when the notice was about a live call that is over now: nothing is left to do about it."""
        return toast.about_live_call and self._ended(toast.notice) and not toast.focused

    def _ended(self, notice: Notice) -> bool:
        call = self._parts.store.truth.calls.get(notice.call) if notice.call else None
        return call is None or call.ended

    def _show_call(self, toast: Toast, call: str) -> None:
        self._parts.selection.call = CallId(call)
        self._close(toast)
        self.left.emit()  # the keyboard goes with the choice

    def _close(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            if toast.focused:  # not to whatever comes next in the tab order
                self.left.emit()
            self._column.removeWidget(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _tick(self, now: float) -> None:
        for toast in tuple(self._toasts):
            if toast.over(now) or self._settled(toast):
                self._close(toast)

    def _place(self) -> None:
        """Above the lower edge of the ground, in its middle, as large as what is shown."""
        shown = bool(self._toasts) or not self.undo_bar.isHidden()
        self.setVisible(shown)
        if not shown:
            return
        width = min(scaled(self, _WIDTH), self._ground.width() - 2 * GAP_PAGE)
        height = self._column.heightForWidth(width) if self._column.hasHeightForWidth() else -1
        height = max(height, self._column.sizeHint().height()) if height < 0 else height
        left = (self._ground.width() - width) // 2
        self.setGeometry(left, self._ground.height() - height - GAP_PAGE, width, height)
        self._column.activate()
        self.raise_()
