"""The middle of the window: everything about the chosen call and everything that can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from console.actions import ACTIONS
from console.domain.calls import Call
from console.domain.text import NOTHING
from console.domain.world import World
from console.ui.banner import Banner
from console.ui.call_empty import CallEmpty, NoCalls
from console.ui.call_header import CallHeader
from console.ui.call_pending import PendingLine
from console.ui.call_story import CallStory
from console.ui.call_words import Phrase, came_back, ended_phrase, parked_phrase
from console.ui.labels import PlainLabel, tooltip
from console.ui.language import say, tr
from console.ui.parts import Parts
from console.ui.roster import Roster
from console.ui.times import clock_text
from console.ui.verbs import VerbRow


class CallPane(QWidget):
    """Shows the selected call; follows the selection, the frames and the clock."""

    find_wanted = Signal()
    """The operator wants to find a colleague."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("call-pane")
        self.setAccessibleName(tr("The chosen call"))
        self._parts = parts
        self._call: Call | None = None
        self._empty = CallEmpty(parts.icons, self)
        self._sheet = QFrame(self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._sheet)
        self._nothing: QWidget = self._empty
        if lacking := parts.without_calls:
            self._nothing = nowhere = NoCalls(lacking, parts.icons, self)
            nowhere.find_wanted.connect(self.find_wanted)
            self._stack.addWidget(nowhere)

        self._header = CallHeader(parts.icons)
        self._returned = Banner(parts.icons, "came-back")
        self._parked = Banner(parts.icons, "parked")
        self._ended = Banner(parts.icons, "call-ended")
        self._call_back = self._make_call_back()
        self._pending = PendingLine(parts)
        self._verbs = VerbRow(parts.commands, parts.icons)
        self._participants = PlainLabel(role="caption")
        self._card = QFrame()
        self._roster = Roster(parts)
        self._story = CallStory(parts.icons)
        self._lay_out()

        self._roster.counted.connect(self._count)
        parts.selection.changed.connect(self.refresh)
        parts.frames.changed.connect(self._changed)
        parts.frames.ticked.connect(self._tick)
        self.refresh()

    def refresh(self) -> None:
        """Show the selected call as it is now."""
        id = self._parts.selection.call
        call = self._parts.store.view.calls.get(id) if id else None
        if call is None or not call.identified:
            self._call = None
            self._roster.show_call(None)
            self._empty.show_day(self._parts.store.view, self._parts.now())
            self._stack.setCurrentWidget(self._nothing)
            return
        self._stack.setCurrentWidget(self._sheet)
        if call is self._call:
            return
        self._call = call
        self._show(call)

    def _show(self, call: Call) -> None:
        parts = self._parts
        self._header.show_call(call, parts.store.view, parts.runner.me, parts.now())
        _say(self._returned, came_back(call))
        _say(self._parked, parked_phrase(call))
        self._pending.show_call(call)
        self._verbs.show_call(call)
        over = not call.live
        ended = ended_phrase(call)
        self._ended.say(
            ended.text if call.ended else "",
            _length(call),
            icon=ended.icon,
            role=ended.role,
            button=tr("Call back"),
        )
        self._judge_call_back(call)
        self._roster.show_call(call)
        self._card.setVisible(not over)
        self._participants.setVisible(not over)
        self._story.show_call(call)

    def _changed(self, before: World, after: World) -> None:
        if self._call is None or after.calls.get(self._call.id) is not self._call:
            self.refresh()
        else:
            self._pending.refresh()

    def _tick(self, now: float) -> None:
        if self._call is None:
            self._empty.show_day(self._parts.store.view, now)
            return
        self._header.tick(now)
        self._pending.refresh()
        if self._call.ended:
            self._judge_call_back(self._call)

    def _count(self, people: int) -> None:
        self._participants.setText(tr("Participants ({count})", count=people))

    # -- an ended call -----------------------------------------------------------------------------

    def _make_call_back(self) -> QPushButton:
        button = self._ended.button
        button.setObjectName("call-back")
        self._parts.icons.dress(button, "phone")
        button.clicked.connect(self._ring_back)
        return button

    def _judge_call_back(self, call: Call) -> None:
        refused = self._parts.runner.refusal(ACTIONS["person.call"], call.caller)
        why = say(refused or NOTHING) if call.caller.id else tr("The number was withheld.")
        self._call_back.setEnabled(not why)
        self._call_back.setToolTip(
            tooltip(why or tr("Ring {who} from the front desk", who=call.caller.label))
        )
        self._call_back.setStatusTip(why)
        self._call_back.setAccessibleDescription(why)

    def _ring_back(self) -> None:
        if self._call is not None:
            self._parts.runner.start(ACTIONS["person.call"], self._call.caller)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._sheet)
        column.setContentsMargins(20, 16, 20, 8)
        column.setSpacing(12)
        column.addWidget(self._header)
        for banner in (self._returned, self._parked, self._ended):
            column.addWidget(banner)
        column.addWidget(self._verbs)
        column.addWidget(self._pending)
        column.addSpacing(4)
        self._card.setProperty("panel", "card")
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(4, 4, 4, 4)
        inside.addWidget(self._roster)
        lists = QVBoxLayout()
        lists.setSpacing(6)
        lists.addWidget(self._participants)
        lists.addWidget(self._card)
        column.addLayout(lists)
        told = QVBoxLayout()
        told.setSpacing(4)
        told.addWidget(PlainLabel(tr("What happened"), role="caption"))
        told.addWidget(self._story, 1)
        column.addLayout(told, 1)


def _say(banner: Banner, phrase: Phrase | None) -> None:
    if phrase is None:
        banner.say("")
    else:
        banner.say(phrase.text, icon=phrase.icon, role=phrase.role)


def _length(call: Call) -> str:
    """How long an ended call was."""
    ended = call.ended_at
    if ended is None:
        return ""
    if call.established_at is None:
        return tr("Rang {time}, not answered", time=clock_text(ended - call.first_seen))
    waited = clock_text(call.established_at - call.first_seen)
    lasted = clock_text(ended - call.established_at)
    return tr("Lasted {time}, answered after {waited}", time=lasted, waited=waited)
