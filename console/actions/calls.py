"""What an operator can do to a call that is up: hang up, hold, resume, transfer, park."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from console.actions.judging import DONE, UP, changed, ended, has_ended, no_target, refusal, told, with_caller
from console.actions.registry import ACTIONS, Context, Desk
from console.domain.calls import Call, CallState, Parked, Situation
from console.domain.ids import CallId
from console.domain.people import Identity, Operator
from console.domain.text import Text
from console.domain.world import World
from console.graph import calls, participants
from console.store.intents import Verdict


def _cannot_hang_up(desk: Desk, id: CallId) -> Text | None:
    return refusal(desk, id, UP | {Situation.CONNECTING})


def _leaving(desk: Desk, world: World, id: CallId) -> World:
    return changed(world, id, lambda c: replace(c, told=told(c, CallState.TERMINATING)))


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
    judge=has_ended,
    dangerous=True,
)
async def hang_up(context: Context, id: CallId) -> None:
    """End the call for the front desk. People who are already talking with each other stay connected."""
    await calls.hang_up(context.graph, id, intent=context.intent)


def _cannot_hold(desk: Desk, id: CallId) -> Text | None:
    why = refusal(desk, id, UP)
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
        return changed(world, id, lambda call: with_caller(call, held=held))

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
    if call and call.situation in UP and call.situation is not Situation.ON_HOLD:
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
    return refusal(desk, id, UP) or no_target(target)


def _names_transferee(world: World, id: CallId, *_: object) -> tuple[str, ...]:
    call = world.calls.get(id)
    return ("transferee",) if call and call.group else ()


def _transferring(desk: Desk, world: World, id: CallId, target: Identity) -> World:
    return changed(world, id, lambda c: replace(c, told=told(c, CallState.TRANSFERRING)))


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
    return refusal(desk, id, UP)


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
        return with_caller(parked, held=True)

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
