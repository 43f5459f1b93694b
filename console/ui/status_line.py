"""The line at the bottom: how the connection is, how old presence is, who waits, and what just happened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from console.feed.link import LinkState
from console.ui.budget import alarms
from console.ui.call_rows import Queue
from console.ui.labels import PlainLabel
from console.ui.lamp import Lamp
from console.ui.language import tr
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.status_button import PAD, StatusButton
from console.ui.times import age_text, clock_text
from console.ui.tokens import GAP_PAGE

MESSAGE_KEPT = 8.0
"""Seconds that a message stays."""
_PRESENCE_SHOWN = 600.0
_TONES = {"": "muted", "refused": "warning", "done": "success"}


class StatusLine(QFrame):
    """Facts on the left, the last message on the right. The lamp and a limit that is near lead to details."""

    details_wanted = Signal()

    def __init__(self, parts: Parts, finder: PeopleFinder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._finder = finder
        self._read_at: float | None = None
        self._queue_now = Queue()
        self._said_at = 0.0
        self._tip = ""
        self.setObjectName("status-line")
        self.setAccessibleName(tr("Status"))
        self.setProperty("panel", "sunken")
        self._lamp = Lamp(parts.icons, self)
        self._limit = StatusButton(parts.icons, "limit", self)
        self._limit.hide()
        for button in (self._lamp, self._limit):
            button.clicked.connect(self.details_wanted)
        self._presence = PlainLabel(role="caption", parent=self)
        self._queue = PlainLabel(role="caption", parent=self)
        self._queue.setObjectName("queue")
        self._message = PlainLabel(role="caption", elide=True, parent=self)
        self._message.setObjectName("status-message")
        self._message.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_PAGE - PAD, 0, GAP_PAGE, 0)
        row.setSpacing(GAP_PAGE)
        for fact in (self._lamp, self._limit, self._queue, self._presence):
            row.addWidget(fact)
        row.addWidget(self._message, 1)
        self.setMinimumHeight(32)
        finder.presences_changed.connect(self._presences)
        parts.frames.ticked.connect(self._tick)
        self._tick(parts.now())

    def show_link(self, state: LinkState) -> None:
        """Say how the line to the relay is."""
        self._lamp.show_link(state)

    def say(self, text: str, kind: str = "") -> None:
        """Show a message for a few seconds; `kind` is "refused", "done" or nothing."""
        self._said_at = self._parts.now()
        self._message.setText(text)
        self._message.set_tone(_TONES[kind])

    def show_tip(self, text: str) -> None:
        """What the pointer rests on; an empty text brings the last message back."""
        if not text and self._tip and self._message.text() == self._tip:
            self._message.setText("")
        elif text and not self._fresh():
            self._message.setText(text)
            self._message.set_tone("muted")
        self._tip = text

    def text(self) -> str:
        return self._message.text()

    def _fresh(self) -> bool:
        return self._said_at > 0 and self._parts.now() - self._said_at < MESSAGE_KEPT

    def _presences(self) -> None:
        if not self._finder.presence_problem:
            self._read_at = self._parts.now()
        self._say_presence(self._parts.now())

    def _say_presence(self, now: float) -> None:
        if self._finder.presence_problem:
            self._presence.setText(tr("presence not updated"))
            self._presence.set_tone("warning")
            return
        old = None if self._read_at is None else now - self._read_at
        shown = old is not None and old < _PRESENCE_SHOWN and self._parts.runner.me is not None
        self._presence.setText(tr("presence {age}", age=age_text(old)) if shown and old is not None else "")
        self._presence.set_tone("")

    def show_queue(self, queue: Queue) -> None:
        """Say how many callers wait, and how long the first of them has."""
        self._queue_now = queue
        self._say_queue(self._parts.now())

    def _say_limit(self) -> None:
        worst = next(iter(alarms(self._parts.usage())), None)
        if worst is None:
            self._limit.hide()
        else:
            self._limit.say(worst.short, icon="alert", role=worst.role, tip=worst.text)
            self._limit.show()

    def _say_queue(self, now: float) -> None:
        if self._parts.runner.me is None or self._parts.without_calls:
            self._queue.setText("")
        elif self._queue_now.since is None:
            self._queue.setText(tr("nobody is waiting"))
        else:
            longest = clock_text(now - self._queue_now.since)
            self._queue.setText(
                tr("{count} waiting, longest {time}", count=self._queue_now.all, time=longest)
            )

    def _tick(self, now: float) -> None:
        self._say_queue(now)
        self._say_presence(now)
        self._say_limit()
        if self._said_at and not self._fresh():
            self._said_at = 0.0
            self._message.setText(self._tip)
            self._message.set_tone("muted")
