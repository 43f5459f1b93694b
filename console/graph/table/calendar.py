"""Calendars: when colleagues are busy, and meetings that stand in them (REFERENCE §5.3)."""

from __future__ import annotations

from console.graph.operations import Feature, by_operator

_WRITE = "Calendars.ReadWrite"
_READ = ("Calendars.ReadBasic", "Calendars.Read", _WRITE)

FREE_TIMES = Feature(
    "free-times",
    "Free times",
    "When a colleague will be free again.",
    (
        by_operator(
            "calendar.schedule",
            "POST /me/calendar/getSchedule 200",
            _READ,
            "Read when up to twenty colleagues are busy.",
        ),
    ),
)
CALENDAR = Feature(
    "calendar",
    "Meetings in calendars",
    "A meeting that stands in the calendars of those who are asked to come.",
    (
        by_operator(
            "calendar.create",
            "POST /me/events 201",
            (_WRITE,),
            "Put a Teams meeting into the calendar and invite people.",
        ),
        by_operator("calendar.get", "GET /me/events/{event} 200", _READ, "Read an event and its link."),
    ),
)
