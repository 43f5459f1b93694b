"""Who came to a meeting, after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.attendance import Attendee
from console.graph import attendance
from console.simulator.identities import Party
from console.simulator.meetings import Meeting
from tests.graph.stand import ANNA, LENA, NOW, Stand


async def held(stand: Stand) -> Meeting:
    """A meeting of Lena's to which she and Anna came, Anna for its first minute only."""
    meeting = stand.meeting(LENA)
    id = await stand.joined(meeting)
    call = stand.exchange.board.calls[id]
    for user in (LENA, ANNA):
        stand.exchange.lobby.arrive(call, Party("user", user.id), waits=False)
    await stand.pass_time(60)
    stand.exchange.callers.leave(call, ANNA.id)
    await stand.pass_time(60)
    stand.exchange.outgoing.hang_up(call)
    await stand.pass_time(1)
    return meeting


@pytest.mark.exchange("attendanceReports/list", "attendance.list")
async def test_reports(stand: Stand) -> None:
    (report,) = await attendance.reports(stand.graph, (await held(stand)).id)
    assert (report.people, report.start) == (2, NOW)
    assert timedelta(minutes=2) < report.end - report.start < timedelta(minutes=3)


async def test_a_meeting_that_runs_has_no_report(stand: Stand) -> None:
    stand.allow("attendance.list")
    meeting = stand.meeting(LENA)
    await stand.joined(meeting)
    assert await attendance.reports(stand.graph, meeting.id) == ()


@pytest.mark.exchange("attendanceReports/get", "attendance.get", "attendance.list")
async def test_report(stand: Stand) -> None:
    meeting = await held(stand)
    (listed,) = await attendance.reports(stand.graph, meeting.id)
    assert await attendance.report(stand.graph, meeting.id, listed.id) == listed


@pytest.mark.exchange("attendanceReports/records", "attendance.people", "attendance.list")
async def test_attendees(stand: Stand) -> None:
    meeting = await held(stand)
    (report,) = await attendance.reports(stand.graph, meeting.id)
    assert await attendance.attendees(stand.graph, meeting.id, report.id) == (
        Attendee("Lena Ortiz", LENA.mail, "Organizer", 120),
        Attendee("Anna Berg", ANNA.mail, "Attendee", 60),
    )
