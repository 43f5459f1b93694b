"""The whole operations table: all features, and every operation by its name.

From it come the routing of the typed functions, the relay's routes, the list of consents and a help page.
"""

from __future__ import annotations

from console.graph.operations import Feature, Operation
from console.graph.table import (
    calendar,
    calls,
    joining,
    media,
    meetings,
    participants,
    people,
    presence,
    records,
    routing,
)

FEATURES: tuple[Feature, ...] = (
    people.SIGN_IN,
    people.PEOPLE,
    presence.PRESENCE,
    meetings.MEETINGS,
    calls.CALLS,
    participants.PARTICIPANTS,
    people.SUGGESTIONS,
    people.PHOTOS,
    people.SEVERAL,
    presence.OWN_PRESENCE,
    presence.PRESENCE_NEWS,
    calendar.FREE_TIMES,
    calendar.CALENDAR,
    meetings.ATTENDANCE,
    joining.JOINING,
    joining.GUESTS,
    media.KEYS,
    media.SCREENS,
    media.GALLERY,
    routing.ROUTING,
    routing.SHARING,
    records.RECORDS,
)
"""First what every desk has, then what can be added to it."""

CATALOGUE: dict[str, Operation] = {o.name: o for feature in FEATURES for o in feature.operations}

DESK: dict[str, Operation] = {o.name: o for feature in FEATURES if feature.basic for o in feature.operations}
"""The operations of every desk: what they need is consented to from the start."""
