"""Speaks to screen readers: a ringing call interrupts, everything else waits its turn."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from console.actions.runner import Notice
from console.domain.calls import Call, Situation
from console.domain.world import World
from console.ui.call_rows import line_text, return_reason
from console.ui.frames import Frames
from console.ui.labels import clean, one_line
from console.ui.numbers import shown_name


class Announcer(QObject):
    """Announces on behalf of `window`. `spoken` keeps the last sentence, to be said again on request."""

    def __init__(self, window: QWidget, frames: Frames) -> None:
        super().__init__(window)
        self._window = window
        self.spoken: tuple[str, bool] | None = None
        frames.changed.connect(self._changed)

    def say(self, text: str, *, urgent: bool = False) -> None:
        """Announce `text`; `urgent` interrupts what is being read."""
        if not text:
            return
        self.spoken = (clean(text), urgent)
        event = QAccessibleAnnouncementEvent(self._window, clean(text))
        levels = QAccessible.AnnouncementPoliteness
        event.setPoliteness(levels.Assertive if urgent else levels.Polite)
        QAccessible.updateAccessibility(event)

    def notice(self, notice: Notice) -> None:
        """Announce what became of a press."""
        self.say(f"{notice.text} {notice.remedy}".strip())

    def _changed(self, before: World, after: World) -> None:
        ringing = _fresh(before, after, Situation.RINGING)
        if len(ringing) == 1:
            call = ringing[0]
            self.say(_sentence(one_line(shown_name(call.caller)), "is ringing", line_text(call)), urgent=True)
        elif ringing:
            self.say(f"{len(ringing)} new calls are ringing.", urgent=True)
        for call in _fresh(before, after, Situation.WAITING):
            if reason := return_reason(call):
                self.say(_sentence(one_line(shown_name(call.caller)), "is back", reason))


def _fresh(before: World, after: World, situation: Situation) -> list[Call]:
    """The calls that have come into `situation`."""
    found = []
    for id, call in after.calls.items():
        old = before.calls.get(id)
        if old is call or not call.identified or call.situation is not situation:
            continue
        if old is None or not old.identified or old.situation is not situation:
            found.append(call)
    return found


def _sentence(who: str, what: str, more: str) -> str:
    return f"{who} {what}. {more.rstrip('.')}." if more else f"{who} {what}."
