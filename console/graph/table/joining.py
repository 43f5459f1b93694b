"""Calls that begin otherwise than by ringing one person (REFERENCE §1.2)."""

from __future__ import annotations

from console.graph.operations import (
    AS_GUEST,
    ESTABLISHED,
    GROUP,
    JOIN,
    NOT_AT_THE_DESK,
    Feature,
    by_bot,
)

_NEW_CALL = "POST /communications/calls 201"
BY_A_CHATS_OWNER = "Calls.JoinGroupCalls.Chat"
"""Given for one meeting's chat by its owner, not for a tenant."""

JOINING = Feature(
    "joining",
    "Group calls and meetings",
    "The bot rings several people at once, or joins a meeting by its number, its organizer or a token.",
    (
        by_bot(
            "call.createGroup",
            _NEW_CALL,
            (GROUP,),
            "Ring two to five people into one call.",
            confirmed_by=ESTABLISHED,
            withheld=NOT_AT_THE_DESK,
        ),
        by_bot(
            "call.join",
            _NEW_CALL,
            (JOIN, BY_A_CHATS_OWNER),
            "Join a meeting.",
            confirmed_by=ESTABLISHED,
            withheld=NOT_AT_THE_DESK,
        ),
    ),
)
GUESTS = Feature(
    "guests",
    "Joining as a guest",
    "The bot joins a meeting under a name that it chooses.",
    (
        by_bot(
            "call.joinAsGuest",
            _NEW_CALL,
            (AS_GUEST,),
            "Join a meeting as a guest.",
            confirmed_by=ESTABLISHED,
            withheld=NOT_AT_THE_DESK,
        ),
    ),
)
