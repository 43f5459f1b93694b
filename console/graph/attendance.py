"""Who came to the operator's meetings (REFERENCE §5)."""

from __future__ import annotations

from console.domain.attendance import Attendee, Report
from console.graph.client import GraphClient
from console.graph.paging import pages
from console.wire.attendance import read_attendee, read_report


async def reports(client: GraphClient, meeting_id: str) -> tuple[Report, ...]:
    """Return a report for each time the meeting was held; none while it runs."""
    found = pages(client, "attendance.list", meeting=meeting_id)
    return tuple([read_report(entry) async for page in found for entry in page])


async def report(client: GraphClient, meeting_id: str, report_id: str) -> Report:
    """Return one report."""
    reply = await client.send("attendance.get", meeting=meeting_id, report=report_id)
    return read_report(reply.body)


async def attendees(client: GraphClient, meeting_id: str, report_id: str) -> tuple[Attendee, ...]:
    """Return everyone who was there."""
    found = pages(client, "attendance.people", meeting=meeting_id, report=report_id)
    return tuple([read_attendee(entry) async for page in found for entry in page])
