"""Online meetings in the operator's own name (REFERENCE §5)."""

from __future__ import annotations

from datetime import UTC, datetime

from console.domain.ids import IntentId
from console.domain.meetings import Meeting, MeetingChange, MeetingRequest
from console.graph.client import GraphClient
from console.wire.meetings import (
    read_meeting,
    read_meetings,
    write_change,
    write_meeting,
    write_meeting_once,
)


async def create(client: GraphClient, request: MeetingRequest, *, intent: IntentId) -> Meeting:
    """Make a stand-alone meeting and return it with its join link."""
    reply = await client.send("meeting.create", body=write_meeting(request), request_id=intent)
    return read_meeting(reply.body, now=datetime.now(UTC))


async def get(client: GraphClient, meeting_id: str) -> Meeting:
    """Return one of the operator's meetings."""
    return read_meeting((await client.send("meeting.get", meeting=meeting_id)).body, now=datetime.now(UTC))


async def find(client: GraphClient, join_url: str) -> Meeting | None:
    """Return the operator's meeting behind a join link, or None."""
    quoted = join_url.replace("'", "''")
    reply = await client.send("meeting.find", query={"$filter": f"JoinWebUrl eq '{quoted}'"})
    return next(iter(read_meetings(reply.body, now=datetime.now(UTC))), None)


async def find_by_id(client: GraphClient, join_meeting_id: str) -> Meeting | None:
    """Return the operator's meeting with the number that people dial or type, or None."""
    quoted = "".join(join_meeting_id.split()).replace("'", "''")
    query = {"$filter": f"joinMeetingIdSettings/joinMeetingId eq '{quoted}'"}
    reply = await client.send("meeting.findById", query=query)
    return next(iter(read_meetings(reply.body, now=datetime.now(UTC))), None)


async def create_once(
    client: GraphClient, request: MeetingRequest, external_id: str, *, intent: IntentId
) -> Meeting:
    """Return the meeting of `external_id` (a case, a call), made now when there is none yet."""
    body = write_meeting_once(request, external_id)
    reply = await client.send("meeting.createOrGet", body=body, request_id=intent)
    return read_meeting(reply.body, now=datetime.now(UTC))


async def change(client: GraphClient, meeting_id: str, change: MeetingChange, *, intent: IntentId) -> Meeting:
    """Change a meeting. In a running one only the lobby takes effect (REFERENCE §5.1)."""
    body = write_change(change)
    reply = await client.send("meeting.change", meeting=meeting_id, body=body, request_id=intent)
    return read_meeting(reply.body, now=datetime.now(UTC))


async def delete(client: GraphClient, meeting_id: str, *, intent: IntentId) -> None:
    """Delete a meeting; its join link works no more."""
    await client.send("meeting.delete", meeting=meeting_id, request_id=intent)
