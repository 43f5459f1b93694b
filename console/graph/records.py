"""Call records, which only the bot may read, some time after a call's end (REFERENCE §6.3)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from console.domain.ids import UserId
from console.domain.records import CallRecord, Session
from console.graph.client import GraphClient
from console.graph.paging import pages
from console.wire.records import read_record, read_session
from console.wire.times import write_time

_PREFER = {"Prefer": "omit-values=nulls"}


async def get(client: GraphClient, record: str, *, sessions: bool = True) -> CallRecord:
    """Return a record by its id, the call's chain id. Raises NotFound before it is written."""
    query = {"$expand": "sessions($expand=segments)"} if sessions else None
    return read_record((await client.send("record.get", record=record, query=query)).body)


async def since(
    client: GraphClient, start: datetime, *, until: datetime | None = None, user: UserId | None = None
) -> AsyncIterator[CallRecord]:
    """Yield the records of calls that began from `start` on, page by page; at most the last thirty days.

    `user` keeps only calls that this user was in. Lists carry no sessions.
    """
    clauses = [f"startDateTime ge {write_time(start)}"]
    if until is not None:
        clauses.append(f"startDateTime lt {write_time(until)}")
    if user is not None:
        clauses.append(f"participants_v2/any(p:p/id eq '{user}')")
    query = {"$filter": " and ".join(clauses)}
    async for page in pages(client, "record.list", query=query, headers=_PREFER):
        for entry in page:
            yield read_record(entry)


async def sessions(client: GraphClient, record: str) -> tuple[Session, ...]:
    """Return the sessions of a record, all pages of them."""
    found = pages(client, "record.sessions", record=record)
    return tuple([read_session(entry) async for page in found for entry in page])
