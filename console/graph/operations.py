"""The desk's operations, once: path, whose identity they need, permission, success and what confirms them.

The console sends the operator's operations straight to Graph and the bot's to the relay, which offers the
same paths. The relay sends the bot's to Graph. Permissions are Microsoft's least privileged (REFERENCE §1.1).
The console asks an operator to consent to the permissions of exactly these; all others that the Graph layer
can do are in `catalogue.py`, and a row moves here when an action of the desk first needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Identity(StrEnum):
    """Whose token an operation is sent with."""

    OPERATOR = "operator"
    BOT = "bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`deadline` is seconds for the whole exchange. `confirmed_by`: what shows that it really happened."""

    name: str
    method: str
    path: str
    identity: Identity
    permission: str
    success: tuple[int, ...]
    deadline: float = 10.0
    confirmed_by: str = "the answer"
    relay_only: bool = False

    @property
    def reads(self) -> bool:
        """True when it may be sent again without changing anything."""
        return self.method == "GET" or self.name in _READING_POSTS


_READING_POSTS = frozenset({"presence.many", "calendar.schedule", "batch.read"})
CALL = "/communications/calls/{call}"
PARTICIPANT = CALL + "/participants/{participant}"


def by_bot(name: str, method: str, path: str, permission: str, *success: int, **more: object) -> Operation:
    """Return an operation that only the bot's token may do."""
    return Operation(
        name=name,
        method=method,
        path=path,
        identity=Identity.BOT,
        permission=permission,
        success=success,
        **more,  # type: ignore[arg-type]
    )


def by_operator(name: str, method: str, path: str, permission: str, *success: int) -> Operation:
    """Return an operation that an operator's own token may do."""
    return Operation(
        name=name,
        method=method,
        path=path,
        identity=Identity.OPERATOR,
        permission=permission,
        success=success,
    )


INITIATE, GROUP, JOIN = "Calls.Initiate.All", "Calls.InitiateGroupCall.All", "Calls.JoinGroupCall.All"

_TABLE = (
    by_bot("call.create", "POST", "/communications/calls", INITIATE, 201, confirmed_by="call established"),
    by_bot("call.get", "GET", CALL, INITIATE, 200),
    by_bot("call.answer", "POST", CALL + "/answer", JOIN, 202, deadline=6.0, confirmed_by="call established"),
    by_bot("call.reject", "POST", CALL + "/reject", "", 202, deadline=6.0, confirmed_by="call deleted"),
    by_bot(
        "call.redirect",
        "POST",
        CALL + "/redirect",
        INITIATE,
        202,
        deadline=6.0,
        confirmed_by="call deleted",
    ),
    by_bot("call.transfer", "POST", CALL + "/transfer", INITIATE, 202, confirmed_by="call deleted"),
    by_bot("call.hangUp", "DELETE", CALL, INITIATE, 204, confirmed_by="call deleted"),
    by_bot("call.keepAlive", "POST", CALL + "/keepAlive", INITIATE, 200),
    by_bot("call.playPrompt", "POST", CALL + "/playPrompt", INITIATE, 200, confirmed_by="operation deleted"),
    by_bot("call.cancelMedia", "POST", CALL + "/cancelMediaProcessing", INITIATE, 200),
    by_bot("call.mute", "POST", CALL + "/mute", INITIATE, 200, confirmed_by="roster updated"),
    by_bot("call.unmute", "POST", CALL + "/unmute", INITIATE, 200, confirmed_by="roster updated"),
    by_bot("call.park", "POST", CALL + "/park", INITIATE, 202, confirmed_by="call parked", relay_only=True),
    by_bot("participant.list", "GET", CALL + "/participants", INITIATE, 200),
    by_bot("participant.get", "GET", PARTICIPANT, JOIN, 200),
    by_bot(
        "participant.invite",
        "POST",
        CALL + "/participants/invite",
        GROUP,
        200,
        confirmed_by="operation deleted",
    ),
    by_bot("participant.mute", "POST", PARTICIPANT + "/mute", JOIN, 200, confirmed_by="roster updated"),
    by_bot("participant.remove", "DELETE", PARTICIPANT, JOIN, 204, confirmed_by="roster updated"),
    by_bot(
        "participant.hold",
        "POST",
        PARTICIPANT + "/startHoldMusic",
        JOIN,
        202,
        confirmed_by="roster updated",
    ),
    by_bot(
        "participant.resume",
        "POST",
        PARTICIPANT + "/stopHoldMusic",
        JOIN,
        202,
        confirmed_by="roster updated",
    ),
    by_operator("person.me", "GET", "/me", "User.Read", 200),
    by_operator("person.search", "GET", "/users", "User.ReadBasic.All", 200),
    by_operator("presence.many", "POST", "/communications/getPresencesByUserId", "Presence.Read.All", 200),
    by_operator("meeting.create", "POST", "/me/onlineMeetings", "OnlineMeetings.ReadWrite", 201),
    by_operator("meeting.get", "GET", "/me/onlineMeetings/{meeting}", "OnlineMeetings.Read", 200),
    by_operator("meeting.find", "GET", "/me/onlineMeetings", "OnlineMeetings.Read", 200),
)

OPERATIONS: dict[str, Operation] = {o.name: o for o in _TABLE}
