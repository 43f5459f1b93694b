"""What an operator can do with meetings."""

from __future__ import annotations

from console.actions.registry import ACTIONS, Context, Desk
from console.domain.meetings import Meeting, MeetingRequest
from console.domain.text import Text
from console.graph import meetings


def _cannot_schedule(desk: Desk, request: MeetingRequest | None = None) -> Text | None:
    if request is None:
        return None
    if not request.subject.strip():
        return Text("Give the meeting a subject.")
    if request.end <= request.start:
        return Text("The meeting must end after it starts.")
    return None


@ACTIONS.declare(
    "meeting.schedule",
    title="Schedule meeting",
    doing="Scheduling…",
    icon="calendar-plus",
    keys="Ctrl+N",
    operation="meeting.create",
    needs=("meeting",),
    places=("window", "menu"),
    refuse=_cannot_schedule,
)
async def schedule(context: Context, request: MeetingRequest) -> Meeting:
    """Make a Teams meeting in your own name and get its join link, ready to copy."""
    return await meetings.create(context.graph, request, intent=context.intent)
