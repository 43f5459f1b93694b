"""The participants of a call as rows to show: who, in which part, and in what state. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.domain.calls import Call, Situation
from console.domain.ids import ParticipantId
from console.domain.participants import Invitation, Participant
from console.domain.people import Identity, IdentityKind, Operator
from console.domain.text import Text
from console.ui.labels import one_line
from console.ui.language import listed, say
from console.ui.numbers import shown_name


class Part(StrEnum):
    """What somebody is in the call, in the order in which they are listed."""

    CALLER = "caller"
    YOU = "you"
    COLLEAGUE = "colleague"
    BY_TELEPHONE = "by-telephone"
    GUEST = "guest"
    FRONT_DESK = "front-desk"

    @property
    def word(self) -> str:
        return say(_WORDS[self])


_WORDS = {
    Part.CALLER: Text("caller"),
    Part.YOU: Text("you"),
    Part.COLLEAGUE: Text("colleague"),
    Part.BY_TELEPHONE: Text("by telephone"),
    Part.GUEST: Text("guest"),
    Part.FRONT_DESK: Text("front desk"),
}


@dataclass(frozen=True, slots=True)
class State:
    """A word about a participant, with its icon and colour role."""

    word: Text
    icon: str
    role: str = "text_muted"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of the roster. `invited_at` is UTC seconds while the person has not joined."""

    key: str
    participant: ParticipantId | None
    identity: Identity
    part: Part
    states: tuple[State, ...] = ()
    invited_at: float | None = None
    dimmed: bool = False

    @property
    def invited(self) -> bool:
        return self.invited_at is not None

    @property
    def withdrawable(self) -> bool:
        return self.invited and self.participant is not None

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        return listed(
            one_line(shown_name(self.identity)), self.part.word, *(say(s.word) for s in self.states)
        )


MUTED = State(Text("muted"), "mic-off", "danger")
HELD = State(Text("on hold"), "hold", "warning")
LOBBY = State(Text("in the lobby"), "clock", "warning")
JOINING = State(Text("joining in Teams…"), "headset", "accent")
INVITED = State(Text("invited…"), "bell", "accent")


def roster_rows(call: Call, me: Operator | None) -> tuple[RosterRow, ...]:
    """Return the rows for `call`: the caller, you, the others, who was asked, and the front desk's bot last.

    A peer-to-peer call has no roster (REFERENCE §0.6); the caller is shown all the same.
    """
    if call.ended:
        return ()
    rows = [_joined(call, p, me) for p in call.present]
    rows += [_asked(i, me) for i in call.pending]
    if not any(r.part is Part.CALLER for r in rows) and call.situation is not Situation.ENDED:
        rows.append(RosterRow("caller", None, call.caller, Part.CALLER))
    return tuple(sorted(rows, key=_place))


def _joined(call: Call, participant: Participant, me: Operator | None) -> RosterRow:
    states = [
        state
        for state, holds in (
            (LOBBY, participant.in_lobby),
            (HELD, participant.on_hold),
            (MUTED, participant.muted),
        )
        if holds
    ]
    machine = not participant.identity.human or participant.id == call.my_participant
    return RosterRow(
        key=participant.id,
        participant=participant.id,
        identity=participant.identity,
        part=Part.FRONT_DESK if machine else _part(participant.identity, call, me),
        states=() if machine else tuple(states),
        dimmed=machine,
    )


def _asked(invitation: Invitation, me: Operator | None) -> RosterRow:
    mine = me is not None and invitation.identity.id == me.id
    return RosterRow(
        key=f"asked:{invitation.identity.kind}:{invitation.identity.id}",
        participant=invitation.participant,
        identity=invitation.identity,
        part=Part.YOU if mine else Part.COLLEAGUE,
        states=(JOINING if mine else INVITED,),
        invited_at=invitation.at,
    )


def _part(identity: Identity, call: Call, me: Operator | None) -> Part:
    if identity.same(call.caller):
        return Part.CALLER
    if me is not None and identity.kind is IdentityKind.USER and identity.id == me.id:
        return Part.YOU
    known = {IdentityKind.USER: Part.COLLEAGUE, IdentityKind.PHONE: Part.BY_TELEPHONE}
    return known.get(identity.kind, Part.GUEST)


def _place(row: RosterRow) -> tuple[int, str]:
    return (tuple(Part).index(row.part) + (10 if row.invited else 0) + (20 if row.dimmed else 0), row.key)
