"""What may be said about one's own presence, and a sentence beside it (REFERENCE §6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Session(Enum):
    """Presence of one program, for up to four hours; Graph takes these pairs and no others."""

    AVAILABLE = ("Available", "Available")
    IN_A_CALL = ("Busy", "InACall")
    IN_A_CONFERENCE = ("Busy", "InAConferenceCall")
    AWAY = ("Away", "Away")
    PRESENTING = ("DoNotDisturb", "Presenting")


class Preferred(Enum):
    """Presence a person chooses; it outweighs every session and shows only while one exists."""

    AVAILABLE = ("Available", "Available")
    BUSY = ("Busy", "Busy")
    DO_NOT_DISTURB = ("DoNotDisturb", "DoNotDisturb")
    BE_RIGHT_BACK = ("BeRightBack", "BeRightBack")
    AWAY = ("Away", "Away")
    OFFLINE = ("Offline", "OffWork")


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """A sentence beside one's presence; an empty one takes it away. `until` is an aware datetime or None."""

    text: str
    until: datetime | None = None
