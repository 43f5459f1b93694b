"""What the verbs on calls have in common: when they may not be, what they change, and how they ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from console.actions.registry import Desk
from console.domain.calls import Call, CallState, Claim, Situation
from console.domain.ids import CallId
from console.domain.people import Identity, IdentityKind
from console.domain.text import Text
from console.domain.world import World
from console.store.intents import Verdict

DONE = Verdict()
RINGING = frozenset({Situation.RINGING})
UP = frozenset({Situation.WAITING, Situation.TALKING, Situation.ON_HOLD})
_NOT_NOW = {
    Situation.RINGING: Text("The call is still ringing."),
    Situation.CONNECTING: Text("The call is being connected."),
    Situation.WAITING: Text("The caller is waiting."),
    Situation.TALKING: Text("The caller is talking."),
    Situation.ON_HOLD: Text("The caller is on hold."),
    Situation.TRANSFERRING: Text("The call is being transferred."),
    Situation.ENDED: Text("The call has ended."),
}


def refusal(desk: Desk, id: CallId, allowed: frozenset[Situation]) -> Text | None:
    """Say why a verb for calls in an `allowed` situation cannot be used on this call now, or None."""
    call = desk.world.calls.get(id)
    if call is None or not call.identified:
        return Text("This call is not here any more.")
    if call.situation not in allowed:
        return _NOT_NOW[call.situation]
    if call.claim and call.claim.operator.id != desk.me.id and not desk.supervises(call):
        return Text("{who} has this call.", who=call.claim.operator.name)
    return None


def changed(world: World, id: CallId, change: Callable[[Call], Call]) -> World:
    """Return the world with one call changed, or as it was when the call is gone."""
    call = world.calls.get(id)
    return world if call is None or call.ended else world.with_call(change(call))


def ended(call: Call | None) -> Verdict | None:
    """The verdict when a call ended before what was wanted could happen."""
    if call is None:
        return Verdict(Text("The call is not here any more."))
    if call.ended:
        return Verdict(call.result.sentence if call.result else Text("The call has ended."))
    return None


def told(call: Call, state: CallState) -> Mapping[CallState, int]:
    return {**call.told, state: call.told.get(state, 0) + 1}


def me(desk: Desk) -> Identity:
    return Identity(IdentityKind.USER, desk.me.id, desk.me.name)


def mine(desk: Desk) -> Claim:
    return Claim(desk.me, desk.now + 30)


def with_caller(call: Call, *, held: bool) -> Call:
    caller = call.caller_participant
    if caller is None or caller.on_hold is held:
        return call
    return replace(call, participants={**call.participants, caller.id: replace(caller, on_hold=held)})


def has_ended(before: World, truth: World, desk: Desk, id: CallId, *_: object) -> Verdict | None:
    call = truth.calls.get(id)
    return DONE if call is None or call.ended else None


def no_target(target: Identity | None) -> Text | None:
    return None if target and target.id else Text("Choose a person first.")
