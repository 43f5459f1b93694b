"""Ways into a meeting as Graph's meetingInfo and chatInfo (REFERENCE §1.2)."""

from __future__ import annotations

from typing import Any, assert_never

from console.domain.joining import ById, ByOrganizer, ByToken, Way
from console.wire.people import write_identity

_GRAPH = "#microsoft.graph."


def write_way(way: Way) -> dict[str, Any]:
    """Return the properties of a `call` that say which meeting is joined, and how."""
    match way:
        case ById(meeting_id, passcode):
            return {
                "meetingInfo": {
                    "@odata.type": _GRAPH + "joinMeetingIdMeetingInfo",
                    "joinMeetingId": "".join(meeting_id.split()),  # people read and type it in groups
                    "passcode": passcode or None,
                }
            }
        case ByOrganizer(organizer, thread_id, message_id):
            return {
                "chatInfo": {
                    "@odata.type": _GRAPH + "chatInfo",
                    "threadId": thread_id,
                    "messageId": message_id,
                },
                "meetingInfo": {
                    "@odata.type": _GRAPH + "organizerMeetingInfo",
                    "organizer": write_identity(organizer),
                },
            }
        case ByToken(token):
            return {"meetingInfo": {"@odata.type": _GRAPH + "tokenMeetingInfo", "token": token}}
    assert_never(way)
