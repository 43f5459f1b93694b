"""Calls that begin otherwise than by ringing one person: meetings, guests, groups, phones (§1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.domain.ids import CallId, IntentId, plain_id
from console.domain.joining import Way
from console.domain.people import Identity, IdentityKind
from console.graph import calls
from console.graph.client import GraphClient
from console.wire.joining import write_way
from console.wire.people import write_identity
from console.wire.values import member, text

MOST_RUNG = 5
"""People whom one group call of the bot can hold (REFERENCE §1.2)."""


async def join(
    client: GraphClient,
    way: Way,
    *,
    intent: IntentId,
    tenant_id: str = "",
    callback: str = "",
    guest: Identity | None = None,
) -> CallId:
    """Join a meeting and return the call's id; `established` is notified later.

    Without the meeting's `tenant_id` Graph answers 7505. Each join needs an identity of its own: `guest`
    shows the bot under another name.
    """
    body: dict[str, Any] = {**_outgoing(callback, tenant_id), **write_way(way)}
    if guest is not None:
        body["source"] = _source(guest)
    reply = await client.send("call.joinAsGuest" if guest else "call.join", body=body, request_id=intent)
    return CallId(plain_id(text(member(reply.body, "id"))))


async def ring_group(
    client: GraphClient,
    targets: Sequence[Identity],
    *,
    intent: IntentId,
    subject: str = "",
    tenant_id: str = "",
    callback: str = "",
) -> CallId:
    """Ring two to five people into one call, which has no chat; return its id (REFERENCE §1.2 b)."""
    body = {**_outgoing(callback, tenant_id), "targets": [calls.invitation(t) for t in targets[:MOST_RUNG]]}
    if subject:
        body["subject"] = subject
    reply = await client.send("call.createGroup", body=body, request_id=intent)
    return CallId(plain_id(text(member(reply.body, "id"))))


async def ring_phone(
    client: GraphClient, number: str, line: str, *, intent: IntentId, tenant_id: str, callback: str = ""
) -> CallId:
    """Ring an E.164 `number` from `line`, the object id of our resource account with a number (§1.2 g)."""
    target, source = Identity(IdentityKind.PHONE, number), Identity(IdentityKind.APPLICATION_INSTANCE, line)
    return await calls.create(
        client, [target], intent=intent, callback=callback, tenant_id=tenant_id, source=source
    )


def guest(id: str, name: str) -> Identity:
    """Return a name to join under; `id` is a new GUID that we choose (REFERENCE §1.2 f)."""
    return Identity(IdentityKind.GUEST, id, name)


def _outgoing(callback: str, tenant_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "@odata.type": "#microsoft.graph.call",
        "direction": "outgoing",
        "requestedModalities": ["audio"],
        "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
        "callOptions": {"@odata.type": "#microsoft.graph.outgoingCallOptions", "isDeltaRosterEnabled": True},
    }
    if callback:
        body["callbackUri"] = callback
    if tenant_id:
        body["tenantId"] = tenant_id
    return body


def _source(identity: Identity) -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.participantInfo", "identity": write_identity(identity)}
