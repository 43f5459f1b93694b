"""Content that somebody shares in a call. Microsoft tells only that it is there (REFERENCE §1.1)."""

from __future__ import annotations

from console.domain.ids import CallId
from console.graph.client import GraphClient
from console.wire.values import items, member, text


async def listed(client: GraphClient, call: CallId) -> tuple[str, ...]:
    """Return the ids of the content sharing sessions of a call. Global cloud only."""
    reply = await client.send("sharing.list", call=call)
    return tuple(i for i in (text(member(s, "id")) for s in items(member(reply.body, "value"))) if i)


async def get(client: GraphClient, call: CallId, session: str) -> str:
    """Return the id of one session: it has no other property. Raises NotFound when it is over."""
    return text(member((await client.send("sharing.get", call=call, session=session)).body, "id"))
