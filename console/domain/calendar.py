"""Calendars: when a colleague is busy, and meetings that stand in a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Show(StrEnum):
    """Graph `freeBusyStatus`."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "oof"
    ELSEWHERE = "workingElsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Busy:
    """A time that is not free. Aware datetimes."""

    show: Show
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """One person's times. `known` is False when their calendar could not be read."""

    mail: str
    times: tuple[Busy, ...] = ()
    known: bool = True

    def free(self, start: datetime, end: datetime) -> bool | None:
        """Return whether nothing stands between `start` and `end`; None when nobody knows."""
        if not self.known:
            return None
        taken = (b for b in self.times if b.show not in (Show.FREE, Show.ELSEWHERE))
        return not any(b.start < end and start < b.end for b in taken)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event; `join_url` is empty until Teams has made the meeting behind it (REFERENCE §5.3)."""

    id: str
    subject: str
    start: datetime
    end: datetime
    join_url: str = ""
