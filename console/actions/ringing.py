"""What an operator can do to a call that rings: answer (also who waits), reject, redirect."""

from __future__ import annotations

from msgspec.structs import replace

from console.actions.judging import (
    DONE,
    RINGING,
    changed,
    ended,
    has_ended,
    me,
    mine,
    no_target,
    refusal,
    told,
    with_caller,
)
from console.actions.registry import ACTIONS, Context, Desk
from console.domain.calls import Call, CallState, Situation
from console.domain.ids import CallId, OperationId
from console.domain.participants import Invitation
from console.domain.people import Identity
from console.domain.text import Text
from console.domain.world import World
from console.graph import calls
from console.store.intents import Verdict


def _cannot_answer(desk: Desk, id: CallId) -> Text | None:
    call = desk.world.calls.get(id)
    if call and call.situation is Situation.ON_HOLD and call.parked is None:
        return Text("The caller is on hold; resume the call instead.")
    return refusal(desk, id, frozenset({Situation.RINGING, Situation.WAITING, Situation.ON_HOLD}))


def _answered(desk: Desk, world: World, id: CallId) -> World:
    def change(call: Call) -> Call:
        states = call.told if CallState.ESTABLISHED in call.told else told(call, CallState.ESTABLISHING)
        call = with_caller(replace(call, told=states, claim=mine(desk), parked=None), held=False)
        own = me(desk)
        if any(i.identity.same(own) for i in call.pending) or any(p.identity.same(own) for p in call.people):
            return call  # the relay has asked already: nobody is shown twice
        asked = Invitation(OperationId("predicted"), own, desk.now, by=desk.me.name)
        return replace(call, invitations={**call.invitations, asked.operation: asked})

    return changed(world, id, change)


def _is_answered(before: World, truth: World, desk: Desk, id: CallId) -> Verdict | None:
    call = truth.calls.get(id)
    if call is None or call.ended:
        return ended(call)
    own = me(desk)
    if any(p.identity.same(own) for p in call.people):
        return DONE
    known = before.calls[id].invitations if id in before.calls else {}
    for operation, invitation in call.invitations.items():
        if operation not in known and invitation.identity.same(own) and invitation.failed:
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
    return refusal(desk, id, RINGING)


def _rejected(desk: Desk, world: World, id: CallId) -> World:
    def change(call: Call) -> Call:
        return replace(call, told=told(call, CallState.TERMINATING), claim=mine(desk))

    return changed(world, id, change)


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
    judge=has_ended,
    undoable=True,
    dangerous=True,
)
async def reject(context: Context, id: CallId) -> None:
    """Turn a ringing call away: the caller hears that the line is busy.

    It waits a moment first, so that Backspace can undo it; never past the time the call has left.
    """
    await calls.reject(context.graph, id, "busy", intent=context.intent)


def _cannot_redirect(desk: Desk, id: CallId, target: Identity | None = None) -> Text | None:
    return refusal(desk, id, RINGING) or no_target(target)


def _redirecting(desk: Desk, world: World, id: CallId, target: Identity) -> World:
    def change(call: Call) -> Call:
        return replace(call, told=told(call, CallState.REDIRECTING), claim=mine(desk))

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
