"""What an operator can do to one participant of a call."""

from __future__ import annotations

from msgspec.structs import replace

from console.actions.judging import DONE, UP, changed, ended, refusal
from console.actions.registry import ACTIONS, Context, Desk
from console.domain.calls import Call
from console.domain.ids import CallId, OperationId, ParticipantId
from console.domain.participants import Invitation
from console.domain.people import Identity
from console.domain.text import Text
from console.domain.world import World
from console.graph import participants
from console.store.intents import Verdict


def _cannot_mute(desk: Desk, call: CallId, id: ParticipantId) -> Text | None:
    if why := refusal(desk, call, UP):
        return why
    match desk.world.calls[call].participants.get(id):
        case None:
            return Text("They have not joined yet.")
        case found if found.left:
            return Text("They are not in the call any more.")
        case found if found.muted:
            return Text("Already muted. They can unmute themselves.")
    return None


def _muted(desk: Desk, world: World, call: CallId, id: ParticipantId) -> World:
    def change(before: Call) -> Call:
        found = before.participants.get(id)
        if found is None:
            return before
        return replace(before, participants={**before.participants, id: replace(found, muted=True)})

    return changed(world, call, change)


def _is_muted(before: World, truth: World, desk: Desk, call: CallId, id: ParticipantId) -> Verdict | None:
    found = truth.calls.get(call)
    if found is None or found.ended:
        return ended(found)
    participant = found.participants.get(id)
    return DONE if participant is None or participant.left or participant.muted else None


@ACTIONS.declare(
    "participant.mute",
    title="Mute",
    doing="Muting…",
    icon="mic-off",
    keys="M",
    operation="participant.mute",
    needs=("call", "participant"),
    places=("participant", "menu"),
    refuse=_cannot_mute,
    predict=_muted,
    judge=_is_muted,
)
async def mute(context: Context, call: CallId, id: ParticipantId) -> None:
    """Mute one participant. They can unmute themselves; Teams gives no way to do it for them."""
    await participants.mute(context.graph, call, id, intent=context.intent)


def _cannot_remove(desk: Desk, call: CallId, id: ParticipantId) -> Text | None:
    if why := refusal(desk, call, UP):
        return why
    found = desk.world.calls[call]
    if any(i.participant == id for i in found.pending):
        return None
    participant = found.participants.get(id)
    if participant is None or participant.left:
        return Text("They are not in the call any more.")
    return Text("This is the front desk itself.") if participant.id == found.my_participant else None


def _removed(desk: Desk, world: World, call: CallId, id: ParticipantId) -> World:
    def change(before: Call) -> Call:
        gone = {p.id: replace(p, left=True) for p in before.present if p.id == id}
        withdrawn = {k: replace(i, ended=True) for k, i in before.invitations.items() if i.participant == id}
        return replace(
            before,
            participants={**before.participants, **gone},
            invitations={**before.invitations, **withdrawn},
        )

    return changed(world, call, change)


def _is_removed(before: World, truth: World, desk: Desk, call: CallId, id: ParticipantId) -> Verdict | None:
    found = truth.calls.get(call)
    if found is None or found.ended:
        return DONE
    here = any(p.id == id for p in found.present) or any(i.participant == id for i in found.pending)
    return None if here else DONE


@ACTIONS.declare(
    "participant.remove",
    title="Remove",
    doing="Removing…",
    icon="user-minus",
    keys="Delete",
    operation="participant.remove",
    needs=("call", "participant"),
    places=("participant", "menu"),
    refuse=_cannot_remove,
    predict=_removed,
    judge=_is_removed,
    dangerous=True,
)
async def remove(context: Context, call: CallId, id: ParticipantId) -> None:
    """Take a participant out of the call, or withdraw an invitation nobody has answered yet."""
    await participants.remove(context.graph, call, id, intent=context.intent)


def _cannot_invite(desk: Desk, call: CallId, target: Identity | None = None) -> Text | None:
    if why := refusal(desk, call, UP):
        return why
    if target is None or not target.id:
        return Text("Choose a person first.")
    found = desk.world.calls[call]
    if any(p.identity.same(target) for p in found.people):
        return Text("{who} is already in the call.", who=target.label)
    if any(i.identity.same(target) for i in found.pending):
        return Text("{who} has already been asked.", who=target.label)
    return None


def _invited(desk: Desk, world: World, call: CallId, target: Identity) -> World:
    def change(before: Call) -> Call:
        known = any(i.identity.same(target) for i in before.pending)
        if known or any(p.identity.same(target) for p in before.people):
            return before
        asked = Invitation(OperationId(f"predicted:{target.id}"), target, desk.now, by=desk.me.name)
        return replace(before, invitations={**before.invitations, asked.operation: asked})

    return changed(world, call, change)


def _is_invited(before: World, truth: World, desk: Desk, call: CallId, target: Identity) -> Verdict | None:
    found = truth.calls.get(call)
    if found is None or found.ended:
        return ended(found)
    if any(p.identity.same(target) for p in found.people):
        return DONE
    known = before.calls[call].invitations if call in before.calls else {}
    for operation, invitation in found.invitations.items():
        if operation in known or not invitation.identity.same(target) or not invitation.ended:
            continue
        if invitation.failed is None:
            return DONE
        return Verdict(Text("{who}: {why}", who=target.label, why=invitation.failed.sentence))
    return None


@ACTIONS.declare(
    "participant.invite",
    title="Invite",
    doing="Inviting…",
    icon="user-plus",
    keys="Ctrl+Return",
    operation="participant.invite",
    needs=("call", "person"),
    places=("call", "person", "menu"),
    refuse=_cannot_invite,
    predict=_invited,
    judge=_is_invited,
    patience=75.0,
)
async def invite(context: Context, call: CallId, target: Identity) -> None:
    """Ask a colleague or a number to join the call. The invitation can be withdrawn until they do."""
    await participants.invite(context.graph, call, [target], intent=context.intent)
