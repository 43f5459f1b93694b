"""Speaks to screen readers: a ringing call interrupts, everything else waits its turn."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from console.actions.runner import Notice
from console.domain.calls import Call, Situation
from console.domain.text import NOTHING, Text, sentences
from console.domain.world import World
from console.ui.call_rows import line_text, return_reason
from console.ui.frames import Frames
from console.ui.labels import clean, one_line
from console.ui.language import say, tr
from console.ui.numbers import shown_name


class Announcer(QObject):
    """Announces on behalf of `window`. `spoken` keeps the last sentence, to be said again on request."""

    def __init__(self, window: QWidget, frames: Frames) -> None:
        super().__init__(window)
        self._window = window
        self.spoken: tuple[str, bool] | None = None
        self.discreet = False
        """True while the desk is locked: that somebody rings is said, who it is is not."""
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
        self.say(say(sentences(notice.text, notice.remedy)))

    def _changed(self, before: World, after: World) -> None:
        ringing = _fresh(before, after, Situation.RINGING)
        if ringing and self.discreet:
            self.say(tr("A call is ringing."), urgent=True)
            return
        if len(ringing) == 1:
            call = ringing[0]
            rings = Text("{who} is ringing.", who=one_line(shown_name(call.caller)))
            self.say(_with_more(rings, line_text(call)), urgent=True)
        elif ringing:
            self.say(tr("{count} new calls are ringing.", count=len(ringing)), urgent=True)
        for call in () if self.discreet else _fresh(before, after, Situation.WAITING):
            if reason := return_reason(call):
                back = Text("{who} is back.", who=one_line(shown_name(call.caller)))
                self.say(_with_more(back, reason))


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


def _with_more(first: Text, more: str) -> str:
    return say(sentences(first, Text("{more}.", more=more.rstrip(".。")) if more else NOTHING))
