"""Online meetings in the operator's name, and who came to them (REFERENCE §5)."""

from __future__ import annotations

from console.graph.operations import Feature, by_operator

_ALL = "/me/onlineMeetings"
_ONE = _ALL + "/{meeting}"
_REPORTS = _ONE + "/attendanceReports"
_WRITE = ("OnlineMeetings.ReadWrite",)
_READ = ("OnlineMeetings.Read", "OnlineMeetings.ReadWrite")
_ATTENDED = ("OnlineMeetingArtifact.Read.All",)

MEETINGS = Feature(
    "meetings",
    "Online meetings",
    "Callers and colleagues meet under a link and a number.",
    (
        by_operator("meeting.create", f"POST {_ALL} 201", _WRITE, "Make a meeting."),
        by_operator(
            "meeting.createOrGet",
            f"POST {_ALL}/createOrGet 200 201",
            _WRITE,
            "Make a meeting for a case, or find the one that was made for it.",
        ),
        by_operator("meeting.get", f"GET {_ONE} 200", _READ, "Read a meeting."),
        by_operator("meeting.find", f"GET {_ALL} 200", _READ, "Find a meeting by its link."),
        by_operator("meeting.findById", f"GET {_ALL} 200", _READ, "Find a meeting by its number."),
        by_operator("meeting.change", f"PATCH {_ONE} 200", _WRITE, "Change a meeting, or who may enter it."),
        by_operator("meeting.delete", f"DELETE {_ONE} 204", _WRITE, "Delete a meeting."),
    ),
    basic=True,
)
ATTENDANCE = Feature(
    "attendance",
    "Who came",
    "Who came to a meeting of the operator's, and for how long.",
    (
        by_operator("attendance.list", f"GET {_REPORTS} 200", _ATTENDED, "Read when a meeting was held."),
        by_operator("attendance.get", f"GET {_REPORTS}/{{report}} 200", _ATTENDED, "Read about one sitting."),
        by_operator(
            "attendance.people",
            f"GET {_REPORTS}/{{report}}/attendanceRecords 200",
            _ATTENDED,
            "Read who was there.",
        ),
    ),
)
