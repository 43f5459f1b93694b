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
    Operation,
    by_bot,
)

_MEDIA, _GUEST = "Calls.AccessMedia.All", "Calls.JoinGroupCallAsGuest.All"
_AUDIO = CALL + "/audioRoutingGroups"
_SHARED = CALL + "/contentSharingSessions"
_MEETINGS = "/me/onlineMeetings"
_REPORTS = _MEETINGS + "/{meeting}/attendanceReports"
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

_OTHERS: tuple[Operation, ...] = ()

CATALOGUE: dict[str, Operation] = OPERATIONS | {o.name: o for o in _CALLS + _OTHERS}
