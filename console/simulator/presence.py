"""Who is available: the directory's presence, unless somebody is in a call just now (REFERENCE §6.1)."""

from __future__ import annotations

from console.simulator.calls import CallState
from console.simulator.directory import User
from console.simulator.identities import Json
from console.simulator.switchboard import Switchboard


def presence_of(user: User, board: Switchboard) -> Json:
    """The `presence` of a user; values are PascalCase strings, as payloads have them."""
    talking = user.id in in_calls(board)
    availability, activity = ("Busy", "InACall") if talking else (user.availability, user.activity)
    changes = sum(
        1
        for call in board.calls.values()
        for member in [*call.roster.values(), *(gone for gone, _ in call.past)]
        if member.party.id == user.id
    )
    return {
        "@odata.type": "#microsoft.graph.presence",
        "id": user.id,
        "availability": availability,
        "activity": activity,
        "outOfOfficeSettings": {"message": None, "isOutOfOffice": activity == "OffWork"},
        "sequenceNumber": f"A{changes * 2 + (0 if talking else 1):09d}",
    }


def in_calls(board: Switchboard) -> set[str]:
    """Ids of the users who are in a live call that has been answered."""
    return {
        member.party.id
        for call in board.calls.values()
        if call.alive and call.state is not CallState.INCOMING
        for member in call.people
    }
