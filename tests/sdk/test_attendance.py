"""Microsoft's SDK on who came to a meeting."""

from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from msgraph.generated.models.attendance_record import AttendanceRecord
from msgraph.generated.models.meeting_attendance_report import MeetingAttendanceReport
from msgraph.generated.models.online_meeting import OnlineMeeting

from console.simulator.identities import Party
from tests.simulator.conftest import MEDIA


async def held(desk, lena):
    """The builder of the reports of a meeting to which Lena came for two minutes, Anna for one."""
    meeting = await lena.me.online_meetings.post(OnlineMeeting(subject="Review"))
    settings = meeting.join_meeting_id_settings
    joined = await desk.graph(
        "POST",
        "/communications/calls",
        {
            "callbackUri": f"{desk.hook.url}/out",
            "mediaConfig": MEDIA,
            "tenantId": desk.running.directory.tenant_id,
            "meetingInfo": {
                "@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo",
                "joinMeetingId": settings.join_meeting_id,
                "passcode": settings.passcode,
            },
        },
    )
    await desk.pass_time(5)
    exchange = desk.simulator.exchange
    call = exchange.board.find(joined.json()["id"])
    for n in (0, 3):
        exchange.lobby.arrive(call, Party("user", desk.users[n].id), waits=False)
    await desk.pass_time(60)
    exchange.callers.leave(call, desk.users[3].id)
    await desk.pass_time(60)
    exchange.outgoing.hang_up(call)
    await desk.pass_time(1)
    return lena.me.online_meetings.by_online_meeting_id(meeting.id).attendance_reports


async def test_attendance_reports_list(desk, lena):
    (report,) = (await (await held(desk, lena)).get()).value
    assert isinstance(report, MeetingAttendanceReport)
    assert (report.total_participant_count, report.attendance_records) == (2, [])
    assert report.meeting_end_date_time - report.meeting_start_date_time > timedelta(minutes=2)


async def test_attendance_reports_get(desk, lena):
    reports = await held(desk, lena)
    (listed,) = (await reports.get()).value
    report = await reports.by_meeting_attendance_report_id(listed.id).get()
    assert (report.id, report.total_participant_count) == (listed.id, 2)


async def test_attendance_reports_records(desk, lena):
    reports = await held(desk, lena)
    (report,) = (await reports.get()).value
    records = (await reports.by_meeting_attendance_report_id(report.id).attendance_records.get()).value
    assert all(isinstance(record, AttendanceRecord) for record in records)
    shown = [(r.identity.display_name, r.role, r.total_attendance_in_seconds) for r in records]
    assert shown == [("Lena Ortiz", "Organizer", 120), ("Anna Berg", "Attendee", 60)]
    assert records[0].attendance_intervals[0].duration_in_seconds == 120
