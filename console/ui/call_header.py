"""The head of the chosen call: who it is, where they come from, how it stands and how long it takes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.calls import Call, Situation
from console.domain.people import IdentityKind, Operator
from console.domain.text import NOTHING, Text, counted
from console.domain.world import World
from console.ui.avatar import Avatar
from console.ui.call_words import forwarded_text, origin_text, situation_phrase
from console.ui.icons import Icons
from console.ui.labels import PlainLabel, tooltip
from console.ui.language import listed, say, tr
from console.ui.numbers import picture_name, shown_name
from console.ui.pill import Pill
from console.ui.times import clock_text, time_of_day
from console.ui.today import same_day

_NOT_VERIFIED = Text("Telephone numbers can be forged. Nobody has checked that this caller is who it says.")


_ORDINALS = (
    NOTHING,
    Text("first"),
    Text("second"),
    Text("third"),
    Text("fourth"),
    Text("fifth"),
    Text("sixth"),
    Text("seventh"),
    Text("eighth"),
    Text("ninth"),
)

_ROOMY = 460
"""From this width there is room for the words of every pill."""


class CallHeader(QWidget):
    """Avatar, name, origin and facts at the left; the situation and its clock at the right."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._call: Call | None = None
        self._avatar = Avatar(icons, 56, self)
        self._name = PlainLabel(role="title", elide=True, parent=self)
        self._name.setObjectName("call-name")
        self._origin = PlainLabel(role="muted", elide=True, parent=self)
        self._origin.setObjectName("call-origin")
        self._unverified = Pill(icons, self)
        self._unverified.setObjectName("not-verified")
        self._unverified.show_words(tr("Not verified"), "shield", "warning")
        self._unverified.setToolTip(tooltip(say(_NOT_VERIFIED)))
        self._situation = Pill(icons, self)
        self._situation.setObjectName("situation")
        self._clock = PlainLabel(role="title", parent=self)
        self._clock.setObjectName("call-clock")
        self._clock.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._about = PlainLabel(role="body", wrap=True, parent=self)
        self._about.setObjectName("call-about")

        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(self._name, 1)
        first.addWidget(self._clock)
        second.setSpacing(8)
        second.addWidget(self._origin, 1)
        second.addWidget(self._unverified)
        second.addWidget(self._situation)
        rows = QVBoxLayout()
        rows.setSpacing(4)
        rows.addLayout(first)
        rows.addLayout(second)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(rows, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._about)

    def show_call(self, call: Call, world: World, me: Operator | None, now: float) -> None:
        """Show `call` as it is in `world`."""
        self._call = call
        caller = call.caller
        self._avatar.show_person(picture_name(caller), caller.id)
        self._name.setText(shown_name(caller))
        phone = caller.kind is IdentityKind.PHONE
        origin = origin_text(caller)
        self._origin.setText(tr("By telephone") if phone and not caller.name else origin)
        self._unverified.setVisible(phone)
        said = listed(self._origin.text(), tr("not verified") if phone else "")
        self._origin.setAccessibleName(said)
        phrase = situation_phrase(call)
        self._situation.show_words(phrase.text, phrase.icon, phrase.role)
        self._about.setText(" · ".join(_about(call, world, me)))
        self._about.setVisible(bool(self._about.text()))
        self.setAccessibleName(listed(self._name.text(), said, phrase.text, self._about.text()))
        self.tick(now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._unverified.set_compact(self.width() < _ROOMY)

    def tick(self, now: float) -> None:
        """Move the clock on."""
        call = self._call
        if call is None:
            return
        text, said = _clock(call, now)
        self._clock.setText(text)
        self._clock.setAccessibleName(said)
        self._clock.setToolTip(tooltip(said))
        late = call.situation is Situation.RINGING and call.deadline - now < 5
        self._clock.set_tone("danger" if late else "")


def _clock(call: Call, now: float) -> tuple[str, str]:
    match call.situation:
        case Situation.RINGING:
            left = round(max(0.0, call.deadline - now))
            said = counted(left, "One second left to answer", "{count} seconds left to answer")
            return tr("{seconds} s left", seconds=left), say(said)
        case Situation.ENDED:
            ended = call.ended_at if call.ended_at is not None else now
            return time_of_day(ended), tr("When it ended")
        case Situation.TALKING if call.established_at is not None:
            return clock_text(now - call.established_at), tr("Since it was answered")
    return clock_text(now - call.waiting_since), tr("Waiting since it rang")


def _about(call: Call, world: World, me: Operator | None) -> list[str]:
    facts = []
    if forwarded := forwarded_text(call):
        facts.append(forwarded)
    if call.line is not None and call.line.name:
        facts.append(call.line.name)
    if call.claim is not None and call.live:
        mine = me is not None and call.claim.operator.id == me.id
        facts.append(
            tr("You have this call") if mine else tr("{who} has this call", who=call.claim.operator.name)
        )
    if call.established_at is not None and call.situation is Situation.TALKING:
        facts.append(tr("waited {time}", time=clock_text(call.established_at - call.first_seen)))
    if (nth := _nth_today(call, world)) > 1:
        facts.append(tr("{nth} call today", nth=_ordinal(nth)))
    return facts


def _nth_today(call: Call, world: World) -> int:
    """The how manieth call of this caller today this is."""
    if call.caller.kind is IdentityKind.ENCRYPTED or not call.caller.id:
        return 1
    return 1 + sum(
        1
        for other in world.calls.values()
        if other.id != call.id
        and other.first_seen < call.first_seen
        and same_day(other.first_seen, call.first_seen)
        and other.caller.same(call.caller)
    )


def _ordinal(number: int) -> Text:
    return _ORDINALS[number] if number < len(_ORDINALS) else Text("{number}th", number=number)
