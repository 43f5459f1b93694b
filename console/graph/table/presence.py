"""Who is free, and what others see of the operator (REFERENCE §6.1)."""

from __future__ import annotations

from console.graph.operations import Feature, Identity, by_operator
from console.graph.table.subscriptions import watching

_OTHERS = "Presence.Read.All"
_SEEN = (_OTHERS,)
_OWN = ("Presence.ReadWrite",)
_THEIRS = "/users/{user}/presence"

PRESENCE = Feature(
    "presence",
    "Who is free",
    "Green, red or away beside a colleague's name before a caller is handed over.",
    (
        by_operator(
            "presence.many",
            "POST /communications/getPresencesByUserId 200",
            _SEEN,
            "Read whether colleagues are free, up to 650 at once.",
        ),
        by_operator("presence.get", f"GET {_THEIRS} 200", _SEEN, "Read whether one colleague is free."),
    ),
    basic=True,
)
OWN_PRESENCE = Feature(
    "own-presence",
    "The operator's own presence",
    "The desk shows others that its operator is speaking, and lets the operator say more.",
    (
        by_operator(
            "presence.mine", "GET /me/presence 200", ("Presence.Read", _OTHERS), "Read one's own presence."
        ),
        by_operator(
            "presence.set", f"POST {_THEIRS}/setPresence 200", _OWN, "Show what one does in this program."
        ),
        by_operator(
            "presence.clear",
            f"POST {_THEIRS}/clearPresence 200",
            _OWN,
            "Show nothing of this program any more.",
        ),
        by_operator(
            "presence.prefer",
            f"POST {_THEIRS}/setUserPreferredPresence 200",
            _OWN,
            "Show what one wishes, such as do not disturb.",
        ),
        by_operator(
            "presence.clearPreferred",
            f"POST {_THEIRS}/clearUserPreferredPresence 200",
            _OWN,
            "Take that wish back.",
        ),
        by_operator(
            "presence.say",
            f"POST {_THEIRS}/setStatusMessage 200",
            _OWN,
            "Set the sentence beside one's name.",
        ),
    ),
)
PRESENCE_NEWS = Feature(
    "presence-news",
    "Presence as it changes",
    "Being told instead of asking every few seconds.",
    watching("presenceWatch", Identity.OPERATOR, "communications/presences", _OTHERS),
)
