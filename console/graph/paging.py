"""Lists that come in pages; the next page is fetched only from Graph's own origin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from console.graph.client import GraphClient
from console.wire.values import Json, items, member

MOST_PAGES = 100
"""Pages read of one list; a list that never ends is a fault, not a list."""


async def pages(
    client: GraphClient,
    name: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    **ids: str,
) -> AsyncIterator[list[Json]]:
    """Yield the entries of each page of the operation `name`, in order, as they come.

    Raises what `GraphClient.send` and `follow` raise. Stopping early asks for nothing more.
    """
    reply = await client.send(name, query=query, headers=headers, **ids)
    seen: set[str] = set()
    while True:
        yield items(member(reply.body, "value"))
        link = next_link(reply.body)
        if not link or link in seen or len(seen) == MOST_PAGES:
            return
        seen.add(link)
        reply = await client.follow(name, link, headers=headers)


def next_link(page: Any) -> str:
    """Return where the next page is, empty on the last one. Some pages write NextLink (REFERENCE §6.3)."""
    link = member(page, "@odata.nextLink")
    return link if isinstance(link, str) else ""
