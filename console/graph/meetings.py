"""Online meetings in the operator's own name (REFERENCE §5)."""

from __future__ import annotations

from datetime import UTC, datetime

from console.domain.ids import IntentId
from console.domain.meetings import Meeting, MeetingRequest
from console.graph.client import GraphClient
from console.wire.meetings import read_meeting, read_meetings, write_meeting


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
