"""What is sent to and comes back from each address of Graph, by Microsoft's actions and by entity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.contract.microsoft import Types

BOUND = {
    "graph.call": ("/communications/calls/{}/",),
    "graph.participant": ("/communications/calls/{}/participants/{}/",),
    "Collection(graph.participant)": ("/communications/calls/{}/participants/",),
    "graph.cloudCommunications": ("/communications/",),
    "graph.onlineMeeting": ("/me/onlineMeetings/{}/", "/users/{}/onlineMeetings/{}/"),
    "Collection(graph.onlineMeeting)": ("/me/onlineMeetings/", "/users/{}/onlineMeetings/"),
    "graph.presence": ("/me/presence/", "/users/{}/presence/", "/communications/presences/{}/"),
}
"""Where the actions bound to a type are found below Graph's root."""

_CALL, _MEETING, _EVENT = "graph.call", "graph.onlineMeeting", "graph.event"
_SCHEDULE = "graph.calendar/getSchedule"
_GROUP, _SUBSCRIPTION = "graph.audioRoutingGroup", "graph.subscription"
_ENTITIES = (
    ("POST", "/communications/calls", _CALL, _CALL),
    ("GET", "/communications/calls/{}", "", _CALL),
    ("GET", "/communications/calls/{}/operations/{}", "", "any type"),
    ("GET", "/communications/calls/{}/participants", "", "Collection(graph.participant)"),
    ("GET", "/communications/calls/{}/participants/{}", "", "graph.participant"),
    ("GET", "/communications/calls/{}/audioRoutingGroups", "", f"Collection({_GROUP})"),
    ("POST", "/communications/calls/{}/audioRoutingGroups", _GROUP, _GROUP),
    ("GET", "/communications/calls/{}/audioRoutingGroups/{}", "", _GROUP),
    ("PATCH", "/communications/calls/{}/audioRoutingGroups/{}", _GROUP, _GROUP),
    ("GET", "/communications/calls/{}/contentSharingSessions", "", "Collection(graph.contentSharingSession)"),
    ("GET", "/communications/calls/{}/contentSharingSessions/{}", "", "graph.contentSharingSession"),
    ("GET", "/communications/callRecords", "", "Collection(graph.callRecords.callRecord)"),
    ("GET", "/communications/callRecords/{}", "", "graph.callRecords.callRecord"),
    ("GET", "/communications/callRecords/{}/sessions", "", "Collection(graph.callRecords.session)"),
    ("GET", "/communications/presences/{}", "", "graph.presence"),
    ("GET", "/users/{}/presence", "", "graph.presence"),
    ("GET", "/me/presence", "", "graph.presence"),
    ("POST", "/me/onlineMeetings", _MEETING, _MEETING),
    ("GET", "/me/onlineMeetings", "", f"Collection({_MEETING})"),
    ("GET", "/me/onlineMeetings/{}", "", _MEETING),
    ("PATCH", "/me/onlineMeetings/{}", _MEETING, _MEETING),
    ("GET", "/me/onlineMeetings/{}/attendanceReports", "", "Collection(graph.meetingAttendanceReport)"),
    ("GET", "/me/onlineMeetings/{}/attendanceReports/{}", "", "graph.meetingAttendanceReport"),
    (
        "GET",
        "/me/onlineMeetings/{}/attendanceReports/{}/attendanceRecords",
        "",
        "Collection(graph.attendanceRecord)",
    ),
    ("GET", "/me", "", "graph.user"),
    ("GET", "/me/people", "", "Collection(graph.person)"),
    ("GET", "/users", "", "Collection(graph.user)"),
    ("GET", "/users/{}", "", "graph.user"),
    ("GET", "/me/photo/$value", "", "Edm.Stream"),
    ("GET", "/users/{}/photo/$value", "", "Edm.Stream"),
    ("GET", "/users/{}/photos/{}/$value", "", "Edm.Stream"),
    ("POST", "/me/events", _EVENT, _EVENT),
    ("GET", "/me/events/{}", "", _EVENT),
    ("POST", "/me/calendar/getSchedule", _SCHEDULE, "Collection(graph.scheduleInformation)"),
    ("GET", "/subscriptions", "", f"Collection({_SUBSCRIPTION})"),
    ("POST", "/subscriptions", _SUBSCRIPTION, _SUBSCRIPTION),
    ("GET", "/subscriptions/{}", "", _SUBSCRIPTION),
    ("PATCH", "/subscriptions/{}", _SUBSCRIPTION, _SUBSCRIPTION),
    ("POST", "/subscriptions/{}/reauthorize", "", ""),
    ("POST", "/$batch", "graph batch", "graph batch answers"),
    ("DELETE", "/communications/calls/{}", "", ""),
    ("DELETE", "/communications/calls/{}/participants/{}", "", ""),
    ("DELETE", "/communications/calls/{}/audioRoutingGroups/{}", "", ""),
    ("DELETE", "/me/onlineMeetings/{}", "", ""),
    ("DELETE", "/subscriptions/{}", "", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """One method of one address: the type of what it takes and gives, empty for no body."""

    method: str
    path: str
    takes: str
    gives: str


class Places:
    """Finds the place of a request."""

    def __init__(self, types: Types) -> None:
        self._exact: dict[tuple[str, str], Place] = {}
        self._open: list[tuple[str, re.Pattern[str], Place]] = []
        for place in (*(Place(*row) for row in _ENTITIES), *_actions(types)):
            if "{}" in place.path:
                pattern = re.escape(place.path).replace(r"\{\}", "[^/]+")
                self._open.append((place.method, re.compile(pattern), place))
            else:
                self._exact[place.method, place.path] = place

    def find(self, method: str, path: str) -> Place | None:
        """Return the place of a request to `path` below Graph's root, None when we know of none there."""
        if (exact := self._exact.get((method, path))) is not None:
            return exact
        for has, pattern, place in self._open:
            if has == method and pattern.fullmatch(path):
                return place
        return None


def _actions(types: Types) -> Iterator[Place]:
    for action in types.operations:
        name, method = action["name"], "GET" if action["kind"] == "function" else "POST"
        for parent in BOUND[action["bound_to"]]:
            for spelling in (name, f"microsoft.graph.{name}"):  # §1.10: a page's example has the longer form
                yield Place(
                    method, parent + spelling, f"{action['bound_to']}/{name}", action["returns"] or ""
                )
