"""Presence in words: what Graph says about a person, and what an operator makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.people import Presence
from console.ui.avatar import Badge, badge_of


@dataclass(frozen=True, slots=True)
class PresenceWord:
    """The word that always stands beside the badge; no badge when nothing is known."""

    text: str
    badge: Badge | None = None


NOT_KNOWN = PresenceWord("Presence not known")

_WORDS = {
    Badge.FREE: "Available",
    Badge.BUSY: "Busy",
    Badge.DO_NOT_DISTURB: "Do not disturb",
    Badge.AWAY: "Away",
    Badge.OFFLINE: "Offline",
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
    """Return the word for a presence. The activity refines it; the badge still says how reachable they are.

    Values nobody documented count as not known (REFERENCE §6.1: compared without case).
    """
    badge = badge_of(presence)
    if presence is None or badge is None:
        return NOT_KNOWN
    return PresenceWord(_ACTIVITIES.get(presence.activity.casefold(), _WORDS[badge]), badge)
