"""The participants of a call as rows to show: who, in which part, and in what state. Pure values."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.calls import Call, Situation
from console.domain.ids import ParticipantId
from console.domain.participants import Invitation, Participant
from console.domain.people import Identity, IdentityKind, Operator
from console.ui.labels import one_line
from console.ui.numbers import shown_name


@dataclass(frozen=True, slots=True)
class State:
    """A word about a participant, with its icon and colour role."""

    word: str
    icon: str
    role: str = "text_muted"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of the roster. `invited_at` is UTC seconds while the person has not joined."""

    key: str
    participant: ParticipantId | None
    identity: Identity
    part: str
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
        return ", ".join([one_line(shown_name(self.identity)), self.part, *(s.word for s in self.states)])


MUTED = State("muted", "mic-off", "danger")
HELD = State("on hold", "hold", "warning")
LOBBY = State("in the lobby", "clock", "warning")
INVITED = State("invited…", "bell", "accent")


def roster_rows(call: Call, me: Operator | None) -> tuple[RosterRow, ...]:
    """Return the rows for `call`: the caller, you, the others, who was asked, and the front desk's bot last.

    A peer-to-peer call has no roster (REFERENCE §0.6); the caller is shown all the same.
    """
    if call.ended:
        return ()
    rows = [_joined(call, p, me) for p in call.present]
    rows += [_asked(i, me) for i in call.pending]
    if not any(r.part == "caller" for r in rows) and call.situation is not Situation.ENDED:
        rows.append(RosterRow("caller", None, call.caller, "caller"))
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
        part="front desk" if machine else _part(participant.identity, call, me),
        states=() if machine else tuple(states),
        dimmed=machine,
    )


def _asked(invitation: Invitation, me: Operator | None) -> RosterRow:
    mine = me is not None and invitation.identity.id == me.id
    return RosterRow(
        key=f"asked:{invitation.identity.kind}:{invitation.identity.id}",
        participant=invitation.participant,
        identity=invitation.identity,
        part="you" if mine else "colleague",
        states=(State("joining in Teams…", "headset", "accent") if mine else INVITED,),
        invited_at=invitation.at,
    )


def _part(identity: Identity, call: Call, me: Operator | None) -> str:
    if identity.same(call.caller):
        return "caller"
    if me is not None and identity.kind is IdentityKind.USER and identity.id == me.id:
        return "you"
    return {IdentityKind.USER: "colleague", IdentityKind.PHONE: "by telephone"}.get(identity.kind, "guest")


def _place(row: RosterRow) -> tuple[int, str]:
    order = ("caller", "you", "colleague", "by telephone", "guest", "front desk")
    return (order.index(row.part) + (10 if row.invited else 0) + (20 if row.dimmed else 0), row.key)
