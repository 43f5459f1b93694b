"""Calendar events and schedules between JSON and values (REFERENCE §5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from console.domain.calendar import Busy, CalendarEvent, Schedule, Show
from console.domain.meetings import MeetingRequest
from console.wire.times import read_zoned, write_zoned
from console.wire.values import choice, items, member, text


def write_event(request: MeetingRequest) -> dict[str, Any]:
    """Return the body of `POST /me/events` for a Teams meeting in the calendar.

    A calendar event has no lobby of its own, so `request.lobby` says nothing here.
    """
    body: dict[str, Any] = {
        "subject": request.subject,
        "start": write_zoned(request.start),
        "end": write_zoned(request.end),
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
    }
    if request.attendees:
        body["attendees"] = [
            {"type": "required", "emailAddress": {"address": p.mail, "name": p.name}}
            for p in request.attendees
        ]
    return body


def write_question(mails: Sequence[str], start: datetime, end: datetime, minutes: int) -> dict[str, Any]:
    """Return the body of getSchedule: who, from when to when, in steps of `minutes` (5 to 1440)."""
    return {
        "schedules": list(mails),
        "startTime": write_zoned(start),
        "endTime": write_zoned(end),
        "availabilityViewInterval": minutes,
    }


def read_calendar_event(resource: object) -> CalendarEvent:
    """Return an `event`; its times are read when Graph wrote them in UTC, as we ask."""
    link = member(member(resource, "onlineMeeting"), "joinUrl")
    return CalendarEvent(
        id=text(member(resource, "id")),
        subject=text(member(resource, "subject")),
        start=read_zoned(member(resource, "start")),
        end=read_zoned(member(resource, "end")),
        join_url=link if isinstance(link, str) and link.startswith("https://") else "",
    )


def read_schedules(page: object) -> tuple[Schedule, ...]:
    """Return the schedules of a getSchedule answer. One with an `error` is not known."""
    return tuple(
        Schedule(
            mail=text(member(s, "scheduleId")),
            times=tuple(
                Busy(
                    choice(Show, member(i, "status")) or Show.UNKNOWN,
                    read_zoned(member(i, "start")),
                    read_zoned(member(i, "end")),
                )
                for i in items(member(s, "scheduleItems"))
            ),
            known=member(s, "error") is None,
        )
        for s in items(member(page, "value"))
    )
