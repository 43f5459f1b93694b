"""Presence in words: what Graph says about a person, and what an operator makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.people import Presence
from console.domain.text import NOTHING, Text
from console.ui.avatar import Badge, badge_of
from console.ui.language import say


@dataclass(frozen=True, slots=True)
class PresenceWord:
    """The word that always stands beside the badge; no badge when nothing is known."""

    word: Text
    badge: Badge | None = None

    @property
    def text(self) -> str:
        return say(self.word)


NOT_KNOWN = PresenceWord(Text("Presence not known"))
NO_PRESENCE = PresenceWord(NOTHING)
"""For everybody in a cloud without presence: there is nothing to know."""

_WORDS = {
    Badge.FREE: Text("Available"),
    Badge.BUSY: Text("Busy"),
    Badge.DO_NOT_DISTURB: Text("Do not disturb"),
    Badge.AWAY: Text("Away"),
    Badge.OFFLINE: Text("Offline"),
}
_ACTIVITIES = {
    "berightback": Text("Be right back"),
    "inacall": Text("Busy – in a call"),
    "inaconferencecall": Text("Busy – in a call"),
    "inameeting": Text("Busy – in a meeting"),
    "presenting": Text("Do not disturb – presenting"),
    "focusing": Text("Do not disturb – focusing"),
    "urgentinterruptionsonly": Text("Only urgent calls"),
    "outofoffice": Text("Out of office"),
    "offwork": Text("Offline – off work"),
}


def presence_word(presence: Presence | None) -> PresenceWord:
    """Return the word for a presence. The activity refines it; the badge still says how reachable they are.

    Values nobody documented count as not known (REFERENCE §6.1: compared without case).
    """
    badge = badge_of(presence)
    if presence is None or badge is None:
        return NOT_KNOWN
    return PresenceWord(_ACTIVITIES.get(presence.activity.casefold(), _WORDS[badge]), badge)
