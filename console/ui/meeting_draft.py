"""A meeting being written down, and the words for it. Pure values: the dialog only shows and edits them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.meetings import LobbyBypass, Meeting, MeetingRequest
from console.domain.people import Person
from console.domain.text import Text
from console.ui.language import day_text, listed, tr

DURATIONS = (15, 30, 45, 60, 90, 120, 180, 240)
"""Minutes offered in the dialog."""

LOBBY_WORDS: dict[LobbyBypass, Text] = {
    LobbyBypass.ORGANIZATION: Text("Colleagues enter at once, others wait"),
    LobbyBypass.ORGANIZATION_AND_FEDERATED: Text("Colleagues and trusted organizations enter at once"),
    LobbyBypass.EVERYONE: Text("Everyone enters at once"),
    LobbyBypass.ORGANIZER: Text("Everyone but you waits in the lobby"),
}


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """What the operator has typed so far; `start` is an aware datetime in the desk's own time zone."""

    start: datetime
    subject: str = ""
    minutes: int = 30
    attendees: tuple[Person, ...] = ()
    lobby: LobbyBypass = LobbyBypass.ORGANIZATION

    @property
    def request(self) -> MeetingRequest:
        return MeetingRequest(
            subject=self.subject.strip(),
            start=self.start,
            end=self.start + timedelta(minutes=self.minutes),
            attendees=self.attendees,
            lobby=self.lobby,
        )


def next_half_hour(now: datetime) -> datetime:
    """Return the coming full or half hour, never now itself."""
    start = now.replace(minute=0, second=0, microsecond=0)
    while start <= now:
        start += timedelta(minutes=30)
    return start


def duration_text(minutes: int) -> str:
    """Return 30 min, 1 h, 1 h 30 min."""
    hours, rest = divmod(minutes, 60)
    parts = [tr("{count} h", count=hours)] if hours else []
    return " ".join([*parts, tr("{count} min", count=rest)] if rest or not parts else parts)


def zone_text(time: datetime) -> str:
    """Name the time zone of `time`: "CET, UTC+1"."""
    offset = time.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign = "+" if minutes >= 0 else "−"
    hours, rest = divmod(abs(minutes), 60)
    plain = "UTC" if minutes == 0 else f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")
    name = time.tzname() or ""
    return plain if not name or name == "UTC" or name[0] in "+-" else listed(name, plain)


def when_text(meeting: Meeting) -> str:
    """Return "Monday 23 November 2026, 10:00 – 10:30" in the desk's own time zone."""
    start, end = meeting.start.astimezone(), meeting.end.astimezone()
    last = f"{end:%H:%M}"
    if end.date() != start.date():
        last = listed(day_text(end.date(), tr("d MMMM")), last)
    return f"{listed(day_text(start.date()), f'{start:%H:%M}')} – {last}"
