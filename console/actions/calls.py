"""What an operator can do to a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from console.actions.registry import ACTIONS, Context, Desk
from console.domain.calls import Call, CallState, Claim, Parked, Situation
from console.domain.ids import CallId, OperationId
from console.domain.participants import Invitation
from console.domain.people import Identity, IdentityKind, Operator
from console.domain.text import Text
from console.domain.world import World
from console.graph import calls, participants
from console.store.intents import Verdict

DONE = Verdict()
_RINGING = frozenset({Situation.RINGING})
_UP = frozenset({Situation.WAITING, Situation.TALKING, Situation.ON_HOLD})
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


def _told(call: Call, state: CallState) -> Mapping[CallState, int]:
    return {**call.told, state: call.told.get(state, 0) + 1}


def _me(desk: Desk) -> Identity:
    return Identity(IdentityKind.USER, desk.me.id, desk.me.name)


def _mine(desk: Desk) -> Claim:
    return Claim(desk.me, desk.now + 30)


def _with_caller(call: Call, *, held: bool) -> Call:
    caller = call.caller_participant
    if caller is None or caller.on_hold is held:
        return call
    return replace(call, participants={**call.participants, caller.id: replace(caller, on_hold=held)})


def _cannot_answer(desk: Desk, id: CallId) -> Text | None:
    call = desk.world.calls.get(id)
    if call and call.situation is Situation.ON_HOLD and call.parked is None:
        return Text("The caller is on hold; resume the call instead.")
    return refusal(desk, id, frozenset({Situation.RINGING, Situation.WAITING, Situation.ON_HOLD}))


def _answered(desk: Desk, world: World, id: CallId) -> World:
    def change(call: Call) -> Call:
        told = call.told if CallState.ESTABLISHED in call.told else _told(call, CallState.ESTABLISHING)
        call = _with_caller(replace(call, told=told, claim=_mine(desk), parked=None), held=False)
        me = _me(desk)
        if any(i.identity.same(me) for i in call.pending) or any(p.identity.same(me) for p in call.people):
            return call  # the relay has asked already: nobody is shown twice
        asked = Invitation(OperationId("predicted"), me, desk.now, by=desk.me.name)
        return replace(call, invitations={**call.invitations, asked.operation: asked})

    return changed(world, id, change)


def _is_answered(before: World, truth: World, desk: Desk, id: CallId) -> Verdict | None:
    call = truth.calls.get(id)
    if call is None or call.ended:
        return ended(call)
    me = _me(desk)
    if any(p.identity.same(me) for p in call.people):
        return DONE
    known = before.calls[id].invitations if id in before.calls else {}
    for operation, invitation in call.invitations.items():
        if operation not in known and invitation.identity.same(me) and invitation.failed:
            return Verdict(Text("Your Teams did not join. {why}", why=invitation.failed.sentence))
    return None


@ACTIONS.declare(
    "call.answer",
    title="Answer",
    doing="Answering…",
    icon="phone",
    keys="F2",
    operation="call.answer",
    needs=("call",),
    places=("call", "card", "menu"),
    refuse=_cannot_answer,
    predict=_answered,
    judge=_is_answered,
    patience=40.0,
)
async def answer(context: Context, id: CallId) -> None:
    """Take the call: it is answered and your own Teams is rung, so that you can speak.

    On a caller who waits or is parked this picks the caller up. F2 without a chosen call takes the next one:
    the ringing call with the least time left, then the caller who waits longest.
    """
    await calls.answer(context.graph, id, intent=context.intent)


def _cannot_reject(desk: Desk, id: CallId) -> Text | None:
    return refusal(desk, id, _RINGING)


def _rejected(desk: Desk, world: World, id: CallId) -> World:
    def change(call: Call) -> Call:
        return replace(call, told=_told(call, CallState.TERMINATING), claim=_mine(desk))

    return changed(world, id, change)


def _has_ended(before: World, truth: World, desk: Desk, id: CallId, *_: object) -> Verdict | None:
    call = truth.calls.get(id)
    return DONE if call is None or call.ended else None


@ACTIONS.declare(
    "call.reject",
    title="Reject",
    doing="Rejecting…",
    icon="phone-off",
    keys="F4",
    operation="call.reject",
    needs=("call",),
    places=("call", "card", "menu"),
    refuse=_cannot_reject,
    predict=_rejected,
    judge=_has_ended,
    undoable=True,
    dangerous=True,
)
async def reject(context: Context, id: CallId) -> None:
    """Turn a ringing call away: the caller hears that the line is busy.

    It waits a moment first, so that Backspace can undo it; never past the time the call has left.
    """
    await calls.reject(context.graph, id, "busy", intent=context.intent)


def _cannot_redirect(desk: Desk, id: CallId, target: Identity | None = None) -> Text | None:
    return refusal(desk, id, _RINGING) or _no_target(target)


def _no_target(target: Identity | None) -> Text | None:
    return None if target and target.id else Text("Choose a person first.")


def _redirecting(desk: Desk, world: World, id: CallId, target: Identity) -> World:
    def change(call: Call) -> Call:
        return replace(call, told=_told(call, CallState.REDIRECTING), claim=_mine(desk))

    return changed(world, id, change)


def _is_redirected(before: World, truth: World, desk: Desk, id: CallId, target: Identity) -> Verdict | None:
    call = truth.calls.get(id)
    if call is None or not call.ended:
        return DONE if call is None else None
    return Verdict(call.result.sentence) if call.result and call.result.failed else DONE


@ACTIONS.declare(
    "call.redirect",
    title="Redirect",
    doing="Redirecting…",
    icon="phone-forward",
    keys="F6",
    operation="call.redirect",
    needs=("call", "person"),
    places=("call", "card", "person", "menu"),
    refuse=_cannot_redirect,
    predict=_redirecting,
    judge=_is_redirected,
    patience=100.0,
)
async def redirect(context: Context, id: CallId, target: Identity) -> None:
    """Send a ringing call on to a colleague without answering it. The colleague rings for 30 s."""
    await calls.redirect(context.graph, id, [target], intent=context.intent)


def _cannot_hang_up(desk: Desk, id: CallId) -> Text | None:
    return refusal(desk, id, _UP | {Situation.CONNECTING})


def _leaving(desk: Desk, world: World, id: CallId) -> World:
    return changed(world, id, lambda c: replace(c, told=_told(c, CallState.TERMINATING)))


@ACTIONS.declare(
    "call.hangUp",
    title="Hang up",
    doing="Hanging up…",
    icon="phone-off",
    keys="F4",
    operation="call.hangUp",
    needs=("call",),
    places=("call", "menu"),
    refuse=_cannot_hang_up,
    predict=_leaving,
    judge=_has_ended,
    dangerous=True,
)
async def hang_up(context: Context, id: CallId) -> None:
    """End the call for the front desk. People who are already talking with each other stay connected."""
    await calls.hang_up(context.graph, id, intent=context.intent)


def _cannot_hold(desk: Desk, id: CallId) -> Text | None:
    why = refusal(desk, id, _UP)
    call = desk.world.calls.get(id)
    if why or call is None:
        return why
    if call.situation is Situation.ON_HOLD:
        return Text("The caller is already on hold.")
    if call.caller_participant is None:
        return Text("The caller can be held once somebody has joined the call.")
    return None


def _caller_held(held: bool) -> Callable[[Desk, World, CallId], World]:
    def predict(desk: Desk, world: World, id: CallId) -> World:
        return changed(world, id, lambda call: _with_caller(call, held=held))

    return predict


def _is_held(held: bool) -> Callable[[World, World, Desk, CallId], Verdict | None]:
    def judge(before: World, truth: World, desk: Desk, id: CallId) -> Verdict | None:
        call = truth.calls.get(id)
        if call is None or call.ended:
            return ended(call)
        caller = call.caller_participant
        return DONE if caller is None or caller.on_hold is held else None

    return judge


@ACTIONS.declare(
    "call.hold",
    title="Hold",
    doing="Holding…",
    icon="hold",
    keys="F5",
    operation="participant.hold",
    needs=("call",),
    places=("call", "menu"),
    refuse=_cannot_hold,
    predict=_caller_held(True),
    judge=_is_held(True),
)
async def hold(context: Context, id: CallId) -> None:
    """Let the caller hear music while you talk to somebody else in the call."""
    caller = context.desk.world.calls[id].caller_participant
    if caller is not None:
        await participants.hold(context.graph, id, caller.id, intent=context.intent)


def _cannot_resume(desk: Desk, id: CallId) -> Text | None:
    call = desk.world.calls.get(id)
    if call and call.parked:
        return Text("The caller is parked; answer to pick the caller up.")
    if call and call.situation in _UP and call.situation is not Situation.ON_HOLD:
        return Text("The caller is not on hold.")
    return refusal(desk, id, frozenset({Situation.ON_HOLD}))


@ACTIONS.declare(
    "call.resume",
    title="Resume",
    doing="Resuming…",
    icon="resume",
    keys="F5",
    operation="participant.resume",
    needs=("call",),
    places=("call", "menu"),
    refuse=_cannot_resume,
    predict=_caller_held(False),
    judge=_is_held(False),
)
async def resume(context: Context, id: CallId) -> None:
    """Take the caller off hold; you hear each other again."""
    caller = context.desk.world.calls[id].caller_participant
    if caller is not None:
        await participants.resume(context.graph, id, caller.id, intent=context.intent)


def _cannot_transfer(desk: Desk, id: CallId, target: Identity | None = None) -> Text | None:
    return refusal(desk, id, _UP) or _no_target(target)


def _names_transferee(world: World, id: CallId, *_: object) -> tuple[str, ...]:
    call = world.calls.get(id)
    return ("transferee",) if call and call.group else ()


def _transferring(desk: Desk, world: World, id: CallId, target: Identity) -> World:
    return changed(world, id, lambda c: replace(c, told=_told(c, CallState.TRANSFERRING)))


def _is_transferred(before: World, truth: World, desk: Desk, id: CallId, target: Identity) -> Verdict | None:
    call, old = truth.calls.get(id), before.calls.get(id)
    if call is None:
        return DONE
    if call.ended:
        return Verdict(call.result.sentence) if call.result and call.result.failed else DONE
    if old and call.transfers_failed > old.transfers_failed:
        return Verdict(Text("{who} was not reached. The caller is back with you.", who=target.label))
    return None


@ACTIONS.declare(
    "call.transfer",
    title="Transfer",
    doing="Transferring…",
    icon="transfer",
    keys="F6",
    operation="call.transfer",
    needs=("call", "person"),
    places=("call", "person", "menu"),
    refuse=_cannot_transfer,
    sends=_names_transferee,
    predict=_transferring,
    judge=_is_transferred,
    undoable=True,
    patience=60.0,
)
async def transfer(context: Context, id: CallId, target: Identity) -> None:
    """Hand the caller to a colleague. If the colleague is not reached, the caller comes back to you.

    It waits a moment first, so that Backspace can undo it.
    """
    caller = context.desk.world.calls[id].caller_participant
    await calls.transfer(context.graph, id, target, intent=context.intent, transferee=caller)


def _cannot_park(desk: Desk, id: CallId, reason: str = "") -> Text | None:
    call = desk.world.calls.get(id)
    if call and call.parked and call.live:
        return Text("The caller is already parked.")
    return refusal(desk, id, _UP)


def _owner(desk: Desk, id: CallId) -> Operator:
    """Whom parking takes out of the call: who had it, which need not be who presses."""
    call = desk.world.calls.get(id)
    return call.claim.operator if call and call.claim else desk.me


def _parked(desk: Desk, world: World, id: CallId, reason: str = "") -> World:
    owner = _owner(desk, id)

    def change(call: Call) -> Call:
        left = {p.id: replace(p, left=True) for p in call.people if p.identity.id == owner.id}
        own = {k: replace(i, ended=True) for k, i in call.invitations.items() if i.identity.id == owner.id}
        parked = replace(
            call,
            parked=Parked(desk.me, reason, desk.now),
            claim=None,
            participants={**call.participants, **left},
            invitations={**call.invitations, **own},
        )
        return _with_caller(parked, held=True)

    return changed(world, id, change)


def _is_parked(before: World, truth: World, desk: Desk, id: CallId, reason: str = "") -> Verdict | None:
    call = truth.calls.get(id)
    if call is None or call.ended:
        return ended(call)
    # The relay's word comes before Graph's about who has left.
    owner = _owner(desk, id).id
    there = any(p.identity.id == owner for p in call.people)
    asked = any(i.identity.id == owner for i in call.pending)
    return DONE if call.parked and not there and not asked else None


@ACTIONS.declare(
    "call.park",
    title="Park",
    doing="Parking…",
    icon="park",
    keys="F8",
    operation="call.park",
    needs=("call", "reason"),
    places=("call", "menu"),
    refuse=_cannot_park,
    predict=_parked,
    judge=_is_parked,
)
async def park(context: Context, id: CallId, reason: str = "") -> None:
    """Set the caller aside with music and step out, with a word about why. Any operator can pick them up."""
    await calls.park(context.graph, id, reason, intent=context.intent)
