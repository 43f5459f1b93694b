"""Graph's routes on attendance reports, for the organizer (REFERENCE §5)."""

from __future__ import annotations

from starlette.routing import Route

from console.simulator.attendance import Attendance
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.meetings import Meeting, Meetings

READ = ("OnlineMeetingArtifact.Read.All",)
REPORTS = "/me/onlineMeetings/{meeting_id}/attendanceReports"


def attendance_routes(gate: Gate, meetings: Meetings, attendance: Attendance) -> list[Route]:
    """The reports of a meeting, one of them, and who came."""

    def find(ask: Ask) -> Meeting:
        return meetings.find(ask.principal.require_user(READ), ask.path["meeting_id"])

    def context(ask: Ask, meeting: Meeting, rest: str) -> dict[str, str]:
        path = f"users('{meeting.organizer_id}')/onlineMeetings('{meeting.id}')/attendanceReports{rest}"
        return {"@odata.context": f"{ask.root}/$metadata#{path}"}

    async def many(ask: Ask) -> Reply:
        meeting = find(ask)
        reports = [sitting.report() for sitting in attendance.of(meeting)]
        return Reply(200, {**context(ask, meeting, ""), "value": reports})

    async def one(ask: Ask) -> Reply:
        meeting = find(ask)
        report = attendance.find(meeting, ask.path["report_id"]).report()
        return Reply(200, {**context(ask, meeting, "/$entity"), **report})

    async def records(ask: Ask) -> Reply:
        meeting = find(ask)
        sitting = attendance.find(meeting, ask.path["report_id"])
        rest = f"('{sitting.id}')/attendanceRecords"
        return Reply(200, {**context(ask, meeting, rest), "value": attendance.records(meeting, sitting)})

    return [
        gate.route("GET", REPORTS, "attendanceReports.list", many),
        gate.route("GET", f"{REPORTS}/{{report_id}}", "attendanceReports.get", one),
        gate.route("GET", f"{REPORTS}/{{report_id}}/attendanceRecords", "attendanceReports.records", records),
    ]
