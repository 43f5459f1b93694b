"""Who came to a meeting, after it (REFERENCE §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Report:
    """One sitting of a meeting; a meeting that was held twice has two."""

    id: str
    people: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Attendee:
    """`seconds` is how long they were there in all; `role` is Graph's word ("Presenter")."""

    name: str
    mail: str
    role: str
    seconds: int
