"""What the relay itself should do next for a call: derived from the facts, so a restart changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.domain.calls import Call, CallState, Direction
from console.domain.events import CallTold, Event, RosterChanged, RosterRead
from console.domain.ids import OperationId
from console.relay.bot import ASKED
from console.relay.claims import claimed_at, is_lost
from console.relay.settings import Rescue, Settings

LATE = 5.0
"""Seconds after the deadline for which an answer is still tried: clocks and networks are not exact."""
DOUBT = "doubt:"
"""How the key of a fact begins that only says: there may be such a call, ask Graph."""
PROMPT_LIMIT = 120.0
"""Seconds after which a prompt counts as over, although its end was never notified."""


class Step(StrEnum):
    """In the order in which they are taken."""

    READ = "read the call"
    ANSWER = "answer the claimed call"
    RESCUE = "answer for nobody"
    INVITE = "invite the operator"
    RELEASE = "release the claim"
    HUSH = "stop the prompt"
    PLAY = "play a prompt"
    ROSTER = "read the roster"
    KEEP_ALIVE = "keep the call alive"


@dataclass(slots=True)
class Memory:
    """What this process remembers of a call beyond the facts. All times are steady UTC seconds.

    `orphan`: whoever claimed the call may be unable to answer it. `hushed`: the prompt that was told to stop.
    """

    heard: float
    kept: float
    read_at: float | None = None
    roster_at: float | None = None
    hushed: OperationId | None = None
    orphan: bool = False


def due(
    call: Call, memory: Memory, now: float, settings: Settings, *, answered: bool, grace: float = 0.0
) -> list[Step]:
    """Return what to do for `call` now.

    `answered`: this relay has sent an answer to Graph already. `grace` is for how many seconds after a claim
    another relay may be about to send one.
    """
    if not call.live:
        # One that is ending is done with, but its end may have been lost on the way.
        return [Step.READ] if not call.ended and _should_read(call, memory, now, settings) else []
    state = call.state
    left = not answered and is_left(call, now, grace)
    checks = [(Step.READ, _should_read(call, memory, now, settings))]
    if state is CallState.INCOMING and not answered:
        checks += [
            (Step.ANSWER, left and _is_orphan(call, memory, now)),
            (Step.RESCUE, should_rescue(call, now, settings)),
        ]
    if state is CallState.ESTABLISHED:
        checks += [(Step.INVITE, should_invite(call))]
    if call.claim is not None:
        in_vain = left and _in_vain(call, memory)
        checks += [(Step.RELEASE, in_vain or is_lost(call, now, settings.claim_lease))]
    if state is CallState.ESTABLISHED:
        wanted = wanted_prompt(call)
        playing = is_playing(call, now) and (call.prompt is None or call.prompt.operation != memory.hushed)
        checks += [
            (Step.HUSH, playing and not wanted),
            (Step.PLAY, bool(wanted) and not playing),
            (Step.ROSTER, memory.roster_at is not None and now >= memory.roster_at),
            (Step.KEEP_ALIVE, now - memory.kept >= settings.keep_alive),
        ]
    return [step for step, is_due in checks if is_due]


def should_rescue(call: Call, now: float, settings: Settings) -> bool:
    """True when a caller rings, nobody acts, and the line does not want it to ring out."""
    if call.claim is not None or call.direction is not Direction.INCOMING or not _rings(call, now):
        return False
    match rescue_rule(call, settings):
        case Rescue.AT_ONCE:
            return True
        case Rescue.RESCUE:
            return now >= call.deadline - settings.rescue_seconds_left
        case Rescue.RING_OUT:
            return False


def rescue_rule(call: Call, settings: Settings) -> Rescue:
    return settings.rescue_for(call.line.id if call.line else "")


def should_invite(call: Call) -> bool:
    """True when an operator has an established call, but has not been asked in since they took it."""
    if call.state is not CallState.ESTABLISHED or call.claim is None:
        return False
    own, since = call.claim.operator.id, claimed_at(call)
    if any(p.identity.id == own for p in call.people):
        return False
    if call.returned is not None and call.returned.at >= since:
        return False  # a transfer gave the caller back; who transferred has gone, and is not rung again
    return not any(i.identity.id == own and i.at >= since for i in call.invitations.values())


def is_left(call: Call, now: float, grace: float) -> bool:
    """True when the claim is old enough for its own relay to have answered."""
    return call.claim is not None and now - claimed_at(call) >= grace


def is_playing(call: Call, now: float) -> bool:
    """True while the last prompt has neither been told to have ended nor must have."""
    prompt = call.prompt
    return prompt is not None and prompt.operation not in call.outcomes and now - prompt.at < PROMPT_LIMIT


def wanted_prompt(call: Call) -> str:
    """Return the prompt that a caller who is alone should hear next; "" for silence."""
    if call.state is not CallState.ESTABLISHED or not call.identified:
        return ""
    if call.direction is Direction.OUTGOING and call.parked is None:
        return ""
    caller = call.caller_participant
    if caller is not None and caller.on_hold:
        return ""
    if any(p is not caller and not p.in_lobby for p in call.people):
        return ""
    if call.parked is None:
        first = "rescue" if call.rescued_at is not None else "welcome"
        if first not in call.played and "hold" not in call.played:
            return first
    return "hold"


def has_gap(before: Call | None, event: Event) -> bool:
    """True when a roster change says that an earlier one was missed (REFERENCE §3.4)."""
    if not isinstance(event, RosterChanged) or not event.participants:
        return False
    told = [p.sequence for p in event.participants]
    known = max((p.sequence for p in before.participants.values()), default=0) if before else 0
    return min(told) > 0 and max(told) > known + 1


def is_unordered(event: Event) -> bool:
    """True for a roster as clouds without delta rosters tell it (REFERENCE §8): who is there, in no order.

    An old one that comes late would bring back who has left, so Graph is asked. That the array holds
    everybody is only inferred (§3.4); asking also mends an array that does not.
    """
    return isinstance(event, RosterRead) and not event.key.startswith(ASKED)


def is_doubtful(event: Event) -> bool:
    """True for a notification that was not believed, because nobody had told us of its call."""
    return isinstance(event, CallTold) and event.key.startswith(DOUBT)


def _is_orphan(call: Call, memory: Memory, now: float) -> bool:
    """True when a claimed call still rings although its relay has stopped or started anew."""
    looked = memory.read_at is None or memory.read_at > now
    return memory.orphan and looked and call.claim is not None and _rings(call, now)


def _in_vain(call: Call, memory: Memory) -> bool:
    """True when Graph says that a call still rings although its operator has acted: that came to nothing.

    The claim would keep everybody else, and the rescue, from the caller.
    """
    if call.claim is None or call.state is not CallState.INCOMING or memory.orphan:
        return False
    return call.checked_at is not None and call.checked_at > claimed_at(call)


def _rings(call: Call, now: float) -> bool:
    return call.state is CallState.INCOMING and now < call.deadline + LATE


def _should_read(call: Call, memory: Memory, now: float, settings: Settings) -> bool:
    if not call.identified:
        return True
    asked = memory.read_at is not None and now >= memory.read_at
    return asked or now - memory.heard >= settings.silence
