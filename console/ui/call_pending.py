"""What has been asked of Teams for the chosen call and is not confirmed yet, with a quiet spinner."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.actions.runner import Waiting
from console.domain.calls import Call
from console.domain.ids import CallId, IntentId
from console.domain.people import Identity
from console.ui.labels import PlainLabel
from console.ui.language import say, tr
from console.ui.numbers import shown_name
from console.ui.parts import Parts
from console.ui.spinner import Spinner


class PendingLine(QWidget):
    """ "Transferring to Anna Berg… (waiting for Teams)", or how long Backspace still undoes it."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pending")
        self._parts = parts
        self._call: Call | None = None
        self._targets: dict[CallId, tuple[IntentId, str]] = {}
        self._waiting: dict[IntentId, Waiting] = {}
        self._text = PlainLabel(role="body", elide=True, parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Spinner(parts.icons, parts.frames, parent=self))
        row.addWidget(self._text, 1)
        parts.runner.listen_undo(self._undoable)

    def text(self) -> str:
        return self._text.text()

    def show_call(self, call: Call) -> None:
        """Show what is pending for `call`."""
        self._call = call
        self.refresh()

    def refresh(self) -> None:
        """Say it again: time has passed."""
        intents = self._parts.store.pending(self._call.id) if self._call else ()
        self.setVisible(bool(intents))
        if not intents:
            return
        newest = intents[-1]
        waiting = self._waiting.get(newest.id)
        what = say(waiting.action.title) if waiting else say(newest.doing).rstrip("…")
        known, target = self._targets.get(newest.call or CallId(""), ("", ""))
        if known == newest.id:
            what = tr("{verb} to {who}", verb=what, who=target)
        if waiting is not None:
            left = round(max(0.0, waiting.until - self._parts.now()))
            self._text.setText(tr("{what} in {seconds} s · Backspace undoes", what=what, seconds=left))
        else:
            self._text.setText(tr("{what}… (waiting for Teams)", what=what))

    def _undoable(self, waiting: tuple[Waiting, ...]) -> None:
        self._waiting = {w.intent: w for w in waiting}
        calls = self._parts.store.view.calls
        self._targets = {call: told for call, told in self._targets.items() if call in calls}
        for press in waiting:
            target = next((a for a in press.args if isinstance(a, Identity)), None)
            if target is not None:
                self._targets[press.args[0]] = (press.intent, shown_name(target))
        self.refresh()
