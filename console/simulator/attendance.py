"""Who came to a meeting: a report for each time that it was held (REFERENCE §5)."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulator import errors
from console.simulator.calls import Call
from console.simulator.directory import Directory
from console.simulator.identities import Json
from console.simulator.ids import Ids
from console.simulator.meetings import Meeting, Meetings
from console.simulator.participants import Participant
from console.simulator.switchboard import Switchboard
from console.simulator.times import written


@dataclass(frozen=True, slots=True)
class Sitting:
    """One time that a meeting was held, as far as the bot was there to see it."""

    id: str
    call: Call

    @property
    def people(self) -> list[Participant]:
        """Everybody who came, in the order in which they did."""
        call = self.call
        came = [*(member for member, _ in call.past), *call.roster.values()]
        return sorted((m for m in came if m.is_person and not m.in_lobby), key=lambda m: int(m.source_id))

    def report(self) -> Json:
        """The `meetingAttendanceReport`; its records are read by themselves."""
        return {
            "@odata.type": "#microsoft.graph.meetingAttendanceReport",
            "id": self.id,
            "totalParticipantCount": len(self.people),
            "meetingStartDateTime": written(self.call.started_at),
            "meetingEndDateTime": written(self.call.ended_at or 0.0),
            "attendanceRecords": [],
        }


class Attendance:
    """All reports. A sitting is over when the bot's leg in the meeting ends (assumption "attendance")."""

    def __init__(self, ids: Ids, board: Switchboard, meetings: Meetings) -> None:
        self._ids = ids
        self._meetings = meetings
        self._directory = board.directory
        self._sittings: dict[str, list[Sitting]] = {}
        self._seen: set[str] = set()
        board.watch(self._review)

    def of(self, meeting: Meeting) -> list[Sitting]:
        """The sittings of a meeting, the latest first."""
        return self._sittings.get(meeting.id, [])[::-1]

    def find(self, meeting: Meeting, report_id: str) -> Sitting:
        """One sitting. Raises 404."""
        found = next((sitting for sitting in self.of(meeting) if sitting.id == report_id), None)
        if found is None:
            raise errors.not_found("The attendance report")
        return found

    def records(self, meeting: Meeting, sitting: Sitting) -> list[Json]:
        """The `attendanceRecord`s of a sitting."""
        end = sitting.call.ended_at or 0.0
        return [_record(member, end, meeting, self._directory) for member in sitting.people]

    def _review(self, call: Call) -> None:
        if call.alive or call.established_at is None or call.id in self._seen or call.chat_info is None:
            return
        self._seen.add(call.id)
        if (meeting := self._meetings.of_thread(call.chat_info["threadId"])) is not None:
            self._sittings.setdefault(meeting.id, []).append(Sitting(self._ids.new(), call))


def _record(member: Participant, end: float, meeting: Meeting, directory: Directory) -> Json:
    party, left = member.party, member.left_at or end
    user = directory.user(party.id)
    seconds = int(left - member.joined_at)
    identity: Json = {"@odata.type": "#microsoft.graph.identity", "id": party.id}
    return {
        "@odata.type": "#microsoft.graph.attendanceRecord",
        "id": party.id,
        "emailAddress": user.mail if user else None,
        "identity": {**identity, "displayName": party.display_name, "tenantId": party.tenant_id},
        "role": "Organizer" if party.id == meeting.organizer_id else "Attendee",
        "totalAttendanceInSeconds": seconds,
        "attendanceIntervals": [
            {
                "joinDateTime": written(member.joined_at),
                "leaveDateTime": written(left),
                "durationInSeconds": seconds,
            }
        ],
    }
