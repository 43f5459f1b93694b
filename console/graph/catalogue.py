"""Everything the Graph layer can do: the desk's operations and those that nothing in the desk needs yet.

Kept apart from `operations.py` because operators are asked to consent only to what the desk really uses.
"""

from __future__ import annotations

from console.graph.operations import (
    CALL,
    GROUP,
    INITIATE,
    JOIN,
    OPERATIONS,
    Identity,
    Operation,
    by_bot,
    by_operator,
)

_MEDIA, _GUEST = "Calls.AccessMedia.All", "Calls.JoinGroupCallAsGuest.All"
_AUDIO = CALL + "/audioRoutingGroups"
_SHARED = CALL + "/contentSharingSessions"
_MEETINGS = "/me/onlineMeetings"
_REPORTS = _MEETINGS + "/{meeting}/attendanceReports"
_ATTENDED = "OnlineMeetingArtifact.Read.All"
_PRESENCE = "/users/{user}/presence"
_RECORDS = "/communications/callRecords"
_ENDS = "operation deleted"

_CALLS = (
    by_bot("call.createGroup", "POST", "/communications/calls", GROUP, 201, confirmed_by="call established"),
    by_bot("call.join", "POST", "/communications/calls", JOIN, 201, confirmed_by="call established"),
    by_bot("call.joinAsGuest", "POST", "/communications/calls", _GUEST, 201, confirmed_by="call established"),
    by_bot("call.recordResponse", "POST", CALL + "/recordResponse", _MEDIA, 200, confirmed_by=_ENDS),
    by_bot("call.subscribeToTone", "POST", CALL + "/subscribeToTone", _MEDIA, 200),
    by_bot("call.sendTones", "POST", CALL + "/sendDtmfTones", _MEDIA, 200, confirmed_by=_ENDS),
    by_bot(
        "call.shareScreen",
        "POST",
        CALL + "/changeScreenSharingRole",
        _MEDIA,
        202,
        confirmed_by="roster updated",
    ),
    by_bot("call.tellRecording", "POST", CALL + "/updateRecordingStatus", _MEDIA, 200, confirmed_by=_ENDS),
    by_bot("call.showGallery", "POST", CALL + "/addLargeGalleryView", _GUEST, 202, confirmed_by=_ENDS),
    # No page and no permission names it; the Location of every operation points there (REFERENCE §1.1).
    by_bot("operation.get", "GET", CALL + "/operations/{operation}", INITIATE, 200),
    by_bot("routing.list", "GET", _AUDIO, JOIN, 200),
    by_bot("routing.get", "GET", _AUDIO + "/{group}", JOIN, 200),
    by_bot("routing.create", "POST", _AUDIO, JOIN, 201),
    by_bot("routing.change", "PATCH", _AUDIO + "/{group}", JOIN, 200),
    by_bot("routing.delete", "DELETE", _AUDIO + "/{group}", JOIN, 204),
    by_bot("sharing.list", "GET", _SHARED, _GUEST, 200),
    by_bot("sharing.get", "GET", _SHARED + "/{session}", _GUEST, 200),
)

_OPERATORS = (
    by_operator(
        "meeting.createOrGet", "POST", _MEETINGS + "/createOrGet", "OnlineMeetings.ReadWrite", 200, 201
    ),
    by_operator("meeting.change", "PATCH", _MEETINGS + "/{meeting}", "OnlineMeetings.ReadWrite", 200),
    by_operator("meeting.delete", "DELETE", _MEETINGS + "/{meeting}", "OnlineMeetings.ReadWrite", 204),
    by_operator("meeting.findById", "GET", _MEETINGS, "OnlineMeetings.Read", 200),
    by_operator("attendance.list", "GET", _REPORTS, _ATTENDED, 200),
    by_operator("attendance.get", "GET", _REPORTS + "/{report}", _ATTENDED, 200),
    by_operator("attendance.people", "GET", _REPORTS + "/{report}/attendanceRecords", _ATTENDED, 200),
    by_operator("presence.mine", "GET", "/me/presence", "Presence.Read", 200),
    by_operator("presence.get", "GET", _PRESENCE, "Presence.Read.All", 200),
    by_operator("presence.set", "POST", _PRESENCE + "/setPresence", "Presence.ReadWrite", 200),
    by_operator("presence.clear", "POST", _PRESENCE + "/clearPresence", "Presence.ReadWrite", 200),
    by_operator(
        "presence.prefer", "POST", _PRESENCE + "/setUserPreferredPresence", "Presence.ReadWrite", 200
    ),
    by_operator(
        "presence.clearPreferred",
        "POST",
        _PRESENCE + "/clearUserPreferredPresence",
        "Presence.ReadWrite",
        200,
    ),
    by_operator("presence.say", "POST", _PRESENCE + "/setStatusMessage", "Presence.ReadWrite", 200),
    by_operator("person.relevant", "GET", "/me/people", "People.Read", 200),
    by_operator("person.photo", "GET", "/users/{user}/photo/$value", "ProfilePhoto.Read.All", 200),
    by_operator("calendar.create", "POST", "/me/events", "Calendars.ReadWrite", 201),
    by_operator("calendar.get", "GET", "/me/events/{event}", "Calendars.ReadBasic", 200),
    by_operator("calendar.schedule", "POST", "/me/calendar/getSchedule", "Calendars.ReadBasic", 200),
    by_operator("batch.read", "POST", "/$batch", "", 200),
)
_RECORD = (
    by_bot("record.list", "GET", _RECORDS, "CallRecords.Read.All", 200),
    by_bot("record.get", "GET", _RECORDS + "/{record}", "CallRecords.Read.All", 200),
    by_bot("record.sessions", "GET", _RECORDS + "/{record}/sessions", "CallRecords.Read.All", 200),
)


def _subscriptions(noun: str, whose: Identity, permission: str) -> tuple[Operation, ...]:
    """Presence can be watched only with an operator's token, call records only with the bot's (§6.4)."""
    by = by_operator if whose is Identity.OPERATOR else by_bot
    one = "/subscriptions/{subscription}"
    return (
        by(noun + ".create", "POST", "/subscriptions", permission, 201),
        by(noun + ".list", "GET", "/subscriptions", permission, 200),
        by(noun + ".get", "GET", one, permission, 200),
        by(noun + ".renew", "PATCH", one, permission, 200),
        by(noun + ".reauthorize", "POST", one + "/reauthorize", permission, 200, 202, 204),
        by(noun + ".delete", "DELETE", one, permission, 204),
    )


_WATCHES = _subscriptions("presenceWatch", Identity.OPERATOR, "Presence.Read.All") + _subscriptions(
    "recordWatch", Identity.BOT, "CallRecords.Read.All"
)

CATALOGUE: dict[str, Operation] = OPERATIONS | {o.name: o for o in _CALLS + _OPERATORS + _RECORD + _WATCHES}
