"""Presence in words: what Graph says about a person, and what an operator makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.domain.people import Presence


class Standing(StrEnum):
    """How reachable a person is. One mark and one colour each; the word beside it always says it too."""

    FREE = "free"
    BUSY = "busy"
    DO_NOT_DISTURB = "do not disturb"
    AWAY = "away"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PresenceWord:
    text: str
    standing: Standing

    @property
    def worth_ringing(self) -> bool:
        """True when a call put through now has a fair chance of being picked up."""
        return self.standing in (Standing.FREE, Standing.UNKNOWN)


NOT_KNOWN = PresenceWord("Presence not known", Standing.UNKNOWN)

_STANDINGS = {
    "available": Standing.FREE,
    "availableidle": Standing.FREE,
    "busy": Standing.BUSY,
    "busyidle": Standing.BUSY,
    "donotdisturb": Standing.DO_NOT_DISTURB,
    "away": Standing.AWAY,
    "berightback": Standing.AWAY,
    "offline": Standing.OFFLINE,
}
_WORDS = {
    Standing.FREE: "Available",
    Standing.BUSY: "Busy",
    Standing.DO_NOT_DISTURB: "Do not disturb",
    Standing.AWAY: "Away",
    Standing.OFFLINE: "Offline",
}
_ACTIVITIES = {
    "berightback": "Be right back",
    "inacall": "Busy – in a call",
    "inaconferencecall": "Busy – in a call",
    "inameeting": "Busy – in a meeting",
    "presenting": "Do not disturb – presenting",
    "focusing": "Do not disturb – focusing",
    "urgentinterruptionsonly": "Only urgent calls",
    "outofoffice": "Out of office",
    "offwork": "Offline – off work",
}


def presence_word(presence: Presence | None) -> PresenceWord:
    """Return the word for a presence. The activity refines it, but never hides how reachable they are.

    Values nobody documented count as not known (REFERENCE §6.1: compared without case).
    """
    if presence is None:
        return NOT_KNOWN
    standing = _STANDINGS.get(presence.availability.casefold(), Standing.UNKNOWN)
    if standing is Standing.UNKNOWN:
        return NOT_KNOWN
    return PresenceWord(_ACTIVITIES.get(presence.activity.casefold(), _WORDS[standing]), standing)
