"""What can be done to the participants of a group call (REFERENCE §2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.ids import CallId, IntentId, OperationId, ParticipantId, plain_id
from console.domain.participants import Participant
from console.domain.people import Identity
from console.graph.calls import invitation, prompt
from console.graph.client import GraphClient
from console.wire.participants import read_participants
from console.wire.values import items, member, text


@dataclass(frozen=True, slots=True)
class Invited:
    """Graph's first answer to an invitation: the operation to wait for and the ids the invitees will have."""

    operation: OperationId
    participants: tuple[ParticipantId | None, ...]


async def roster(client: GraphClient, call: CallId) -> tuple[Participant, ...]:
    """Return who is in a group call. Peer-to-peer calls have no roster (REFERENCE §0.6)."""
    reply = await client.send("participant.list", call=call)
    return read_participants(member(reply.body, "value"))


async def get(client: GraphClient, call: CallId, participant: ParticipantId) -> Participant | None:
    """Return one participant, None when Graph's answer names nobody. Raises CallGone when they left."""
    reply = await client.send("participant.get", call=call, participant=participant)
    return next(iter(read_participants(reply.body)), None)


async def invite(
    client: GraphClient, call: CallId, targets: Sequence[Identity], *, intent: IntentId
) -> Invited:
    """Ask up to 5 people to join; a peer-to-peer call becomes a group call for good (REFERENCE §2.1)."""
    body = {"clientContext": intent, "participants": [invitation(t) for t in targets]}
    reply = await client.send("participant.invite", call=call, body=body, request_id=intent)
    ids = [text(member(p, "participantId")) for p in items(member(reply.body, "participants"))]
    return Invited(
        operation=OperationId(plain_id(text(member(reply.body, "id")))),
        participants=tuple(ParticipantId(plain_id(i)) if i else None for i in ids),
    )


async def mute(client: GraphClient, call: CallId, participant: ParticipantId, *, intent: IntentId) -> None:
    """Mute one participant at the server. They can unmute themselves; there is no way to do it for them."""
    body = {"clientContext": intent}
    await client.send("participant.mute", call=call, participant=participant, body=body, request_id=intent)


async def remove(client: GraphClient, call: CallId, participant: ParticipantId, *, intent: IntentId) -> None:
    """Remove a participant, or withdraw an invitation that is still pending (REFERENCE §2.2)."""
    await client.send("participant.remove", call=call, participant=participant, request_id=intent)


async def hold(
    client: GraphClient, call: CallId, participant: ParticipantId, *, intent: IntentId, music: str = ""
) -> None:
    """Let one participant hear music instead of the call; one at a time per call (REFERENCE §2.3)."""
    body: dict[str, object] = {"clientContext": intent}
    if music:
        body["customPrompt"] = prompt(music)
    await client.send("participant.hold", call=call, participant=participant, body=body, request_id=intent)


async def resume(client: GraphClient, call: CallId, participant: ParticipantId, *, intent: IntentId) -> None:
    """Take a participant off hold."""
    body = {"clientContext": intent}
    await client.send("participant.resume", call=call, participant=participant, body=body, request_id=intent)
