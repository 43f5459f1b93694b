"""What can be done to a call. Bodies are Graph's own; the relay rebuilds those it gets from a console."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.domain.ids import CallId, IntentId, OperationId, plain_id
from console.domain.participants import Participant
from console.domain.people import Identity
from console.graph.client import GraphClient
from console.wire.people import write_identity
from console.wire.values import member, text

_SERVICE_MEDIA = {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"}


def invitation(target: Identity) -> dict[str, Any]:
    """Return `target` as Graph's invitationParticipantInfo."""
    return {"@odata.type": "#microsoft.graph.invitationParticipantInfo", "identity": write_identity(target)}


def prompt(uri: str) -> dict[str, Any]:
    """Return a mediaPrompt for a WAV file (mono, 16-bit, 16 kHz) at `uri`."""
    return {
        "@odata.type": "#microsoft.graph.mediaPrompt",
        "mediaInfo": {"@odata.type": "#microsoft.graph.mediaInfo", "uri": uri},
    }


async def create(
    client: GraphClient,
    targets: Sequence[Identity],
    *,
    intent: IntentId,
    callback: str = "",
    tenant_id: str = "",
    source: Identity | None = None,
) -> CallId:
    """Ring `targets` and return the new call's id; `established` is notified later (REFERENCE §1.2)."""
    body: dict[str, Any] = {
        "@odata.type": "#microsoft.graph.call",
        "direction": "outgoing",
        "requestedModalities": ["audio"],
        "mediaConfig": _SERVICE_MEDIA,
        "targets": [invitation(t) for t in targets],
        "callOptions": {"@odata.type": "#microsoft.graph.outgoingCallOptions", "isDeltaRosterEnabled": True},
    }
    if callback:
        body["callbackUri"] = callback
    if tenant_id:
        body["tenantId"] = tenant_id
    if source is not None:
        body["source"] = {
            "@odata.type": "#microsoft.graph.participantInfo",
            "identity": write_identity(source),
        }
    reply = await client.send("call.create", body=body, request_id=intent)
    return CallId(plain_id(text(member(reply.body, "id"))))


async def get(client: GraphClient, call: CallId) -> Any:
    """Return the `call` resource. Raises CallGone when Graph no longer knows it."""
    return (await client.send("call.get", call=call)).body


async def answer(client: GraphClient, call: CallId, *, intent: IntentId, callback: str = "") -> None:
    """Answer with service-hosted media and a delta roster; 202 only means accepted (REFERENCE §1.3)."""
    body: dict[str, Any] = {
        "acceptedModalities": ["audio"],
        "mediaConfig": _SERVICE_MEDIA,
        "callOptions": {"@odata.type": "#microsoft.graph.incomingCallOptions", "isDeltaRosterEnabled": True},
    }
    if callback:
        body["callbackUri"] = callback
    await client.send("call.answer", call=call, body=body, request_id=intent)


async def reject(client: GraphClient, call: CallId, reason: str, *, intent: IntentId) -> None:
    """Reject a ringing call. `reason`: "busy", "forbidden" or "none" (REFERENCE §1.4)."""
    await client.send("call.reject", call=call, body={"reason": reason}, request_id=intent)


async def redirect(
    client: GraphClient,
    call: CallId,
    targets: Sequence[Identity],
    *,
    intent: IntentId,
    timeout: int = 30,  # noqa: ASYNC109 - Graph's own parameter: how long the targets ring
    callback: str = "",
) -> None:
    """Send a ringing call to 1 to 25 targets, who ring for `timeout` seconds, 15 to 90 (REFERENCE §1.5)."""
    body: dict[str, Any] = {"targets": [invitation(t) for t in targets], "timeout": timeout}
    if callback:
        body["callbackUri"] = callback
    await client.send("call.redirect", call=call, body=body, request_id=intent)


async def transfer(
    client: GraphClient,
    call: CallId,
    target: Identity,
    *,
    intent: IntentId,
    transferee: Participant | None = None,
    replaces: CallId | None = None,
) -> None:
    """Transfer an established call: blind, or consultative with `replaces`, our call with the target.

    A group call needs `transferee`, the participant who is handed over (REFERENCE §1.6).
    """
    to: dict[str, Any] = {**invitation(target), "endpointType": "default"}
    if replaces is not None:
        to["replacesCallId"] = replaces
    body: dict[str, Any] = {"transferTarget": to}
    if transferee is not None:
        body["transferee"] = {
            "@odata.type": "#microsoft.graph.participantInfo",
            "identity": write_identity(transferee.identity),
            "participantId": transferee.id,
        }
    await client.send("call.transfer", call=call, body=body, request_id=intent)


async def hang_up(client: GraphClient, call: CallId, *, intent: IntentId) -> None:
    """Leave the call; a call with one person ends with it (REFERENCE §1.13)."""
    await client.send("call.hangUp", call=call, request_id=intent)


async def park(client: GraphClient, call: CallId, reason: str, *, intent: IntentId) -> None:
    """Set the caller aside with hold music. The relay's own operation; Graph has none."""
    await client.send("call.park", call=call, body={"reason": reason}, request_id=intent)


async def keep_alive(client: GraphClient, call: CallId) -> None:
    """Tell Graph we still have the call; at least every 45 minutes. Raises CallGone (REFERENCE §1.7)."""
    await client.send("call.keepAlive", call=call)


async def play_prompt(
    client: GraphClient, call: CallId, uris: Sequence[str], *, intent: IntentId
) -> OperationId:
    """Play up to 20 WAV files in a row and return the operation that ends with them (REFERENCE §1.8)."""
    body = {"clientContext": intent, "prompts": [prompt(u) for u in uris]}
    reply = await client.send("call.playPrompt", call=call, body=body, request_id=intent)
    return OperationId(plain_id(text(member(reply.body, "id"))))


async def cancel_media(client: GraphClient, call: CallId, *, intent: IntentId) -> None:
    """Stop the prompt that is playing and those that wait behind it (REFERENCE §1.10)."""
    await client.send("call.cancelMedia", call=call, body={"clientContext": intent}, request_id=intent)
