"""Who may do what to a call, and when: one table, one pure function."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.domain.calls import Call, Situation
from console.domain.errors import ConsoleError, Refused, Taken
from console.domain.text import Text
from console.relay.doorkeeper import Principal


class Action(StrEnum):
    """What an operator can ask of the relay for a call; the values are the names of Graph's operations."""

    LOOK = "call.get"
    ANSWER = "call.answer"
    REJECT = "call.reject"
    REDIRECT = "call.redirect"
    TRANSFER = "call.transfer"
    HANG_UP = "call.hangUp"
    PLAY = "call.playPrompt"
    PARK = "call.park"
    INVITE = "participant.invite"
    MUTE = "participant.mute"
    REMOVE = "participant.remove"
    HOLD = "participant.hold"
    RESUME = "participant.resume"


@dataclass(frozen=True, slots=True)
class Rule:
    """`while_` are the situations in which it makes sense.

    `step_in`: a supervisor of the call's line may do it to another operator's call.
    """

    while_: frozenset[Situation]
    step_in: bool = True


_RINGING = frozenset({Situation.RINGING})
_UP = frozenset({Situation.WAITING, Situation.TALKING, Situation.ON_HOLD})
_LIVE = frozenset(Situation) - {Situation.ENDED}
# A ringing call goes to whoever was first, whatever their role: two answers make no sense.
RULES: dict[Action, Rule] = {
    Action.LOOK: Rule(frozenset(Situation)),
    Action.ANSWER: Rule(_LIVE - {Situation.TALKING, Situation.TRANSFERRING}, step_in=False),
    Action.REJECT: Rule(_RINGING, step_in=False),
    Action.REDIRECT: Rule(_RINGING, step_in=False),
    Action.TRANSFER: Rule(_UP),
    Action.HANG_UP: Rule(_LIVE - _RINGING),
    Action.PLAY: Rule(_UP),
    Action.PARK: Rule(_UP),
    Action.INVITE: Rule(_UP),
    Action.MUTE: Rule(_UP),
    Action.REMOVE: Rule(_UP),
    Action.HOLD: Rule(_UP),
    Action.RESUME: Rule(_UP),
}

_NOT_NOW = {
    Situation.RINGING: Text("The call is still ringing."),
    Situation.CONNECTING: Text("The call is being connected."),
    Situation.WAITING: Text("The call has been answered; the caller is waiting."),
    Situation.TALKING: Text("Somebody is talking to this caller."),
    Situation.ON_HOLD: Text("The caller is on hold."),
    Situation.TRANSFERRING: Text("The call is being transferred."),
    Situation.ENDED: Text("The call has ended."),
}


def refusal(action: Action, call: Call, who: Principal) -> ConsoleError | None:
    """Return why `who` may not do `action` to `call` as it is now, or None.

    Another operator's claim comes first: "taken by Lena" says more than "not now".
    """
    rule = RULES[action]
    claim = call.claim
    if action is not Action.LOOK and call.live and claim and claim.operator.id != who.operator.id:
        if not rule.step_in:
            return Taken(claim.operator.name)
        if not who.supervises(call.line.id if call.line else ""):
            return Refused(
                Text("{who} has this call.", who=claim.operator.name),
                "Only they or a supervisor can do this.",
            )
    if call.situation not in rule.while_:
        return Refused(_NOT_NOW[call.situation])
    if action is Action.PARK and call.parked:
        return Refused("The caller is already parked.")
    return None
