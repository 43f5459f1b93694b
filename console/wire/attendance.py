"""Attendance reports from JSON."""

from __future__ import annotations

from console.domain.attendance import Attendee, Report
from console.wire.times import read_time
from console.wire.values import member, text, whole


def read_report(resource: object) -> Report:
    """Return a `meetingAttendanceReport` without its records, which lists leave empty."""
    return Report(
        id=text(member(resource, "id")),
        people=whole(member(resource, "totalParticipantCount")),
        start=read_time(member(resource, "meetingStartDateTime")),
        end=read_time(member(resource, "meetingEndDateTime")),
    )


def read_attendee(resource: object) -> Attendee:
    """Return an `attendanceRecord`."""
    return Attendee(
        name=text(member(member(resource, "identity"), "displayName")),
        mail=text(member(resource, "emailAddress")),
        role=text(member(resource, "role")),
        seconds=whole(member(resource, "totalAttendanceInSeconds")),
    )
