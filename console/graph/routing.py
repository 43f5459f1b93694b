"""Audio groups of a group call: who hears whom. Global cloud only (REFERENCE §1.1)."""

from __future__ import annotations

from console.domain.ids import CallId, IntentId
from console.domain.routing import AudioGroup
from console.graph.client import GraphClient
from console.wire.routing import read_group, read_groups, write_group


async def listed(client: GraphClient, call: CallId) -> tuple[AudioGroup, ...]:
    """Return the audio groups of a call."""
    return read_groups((await client.send("routing.list", call=call)).body)


async def get(client: GraphClient, call: CallId, group: str) -> AudioGroup:
    """Return one audio group."""
    return read_group((await client.send("routing.get", call=call, group=group)).body)


async def create(client: GraphClient, call: CallId, group: AudioGroup, *, intent: IntentId) -> AudioGroup:
    """Make an audio group and return it with its id."""
    reply = await client.send("routing.create", call=call, body=write_group(group), request_id=intent)
    return read_group(reply.body)


async def change(client: GraphClient, call: CallId, group: AudioGroup, *, intent: IntentId) -> AudioGroup:
    """Give the group with `group.id` other sources and receivers, and return what it is then."""
    body = write_group(group)
    reply = await client.send("routing.change", call=call, group=group.id, body=body, request_id=intent)
    return read_group(reply.body)


async def delete(client: GraphClient, call: CallId, group: str, *, intent: IntentId) -> None:
    """Delete an audio group: its members hear everybody again."""
    await client.send("routing.delete", call=call, group=group, request_id=intent)
