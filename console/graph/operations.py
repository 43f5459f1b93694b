"""Every operation we use, once: path, whose identity it needs, permission, success and what confirms it.

The console sends the operator's operations straight to Graph and the bot's to the relay, which offers the
same paths. The relay sends the bot's to Graph. Permissions are Microsoft's least privileged (REFERENCE §1.1).
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


_READING_POSTS = frozenset({"presence.many"})
_CALL = "/communications/calls/{call}"
_PARTICIPANT = _CALL + "/participants/{participant}"


def _bot(name: str, method: str, path: str, permission: str, *success: int, **more: object) -> Operation:
    return Operation(
        name=name,
        method=method,
        path=path,
        identity=Identity.BOT,
        permission=permission,
        success=success,
        **more,  # type: ignore[arg-type]
    )


def _operator(name: str, method: str, path: str, permission: str, *success: int) -> Operation:
    return Operation(
        name=name,
        method=method,
        path=path,
        identity=Identity.OPERATOR,
        permission=permission,
        success=success,
    )


_INITIATE, _GROUP, _JOIN = "Calls.Initiate.All", "Calls.InitiateGroupCall.All", "Calls.JoinGroupCall.All"

_TABLE = (
    _bot("call.create", "POST", "/communications/calls", _INITIATE, 201, confirmed_by="call established"),
    _bot("call.get", "GET", _CALL, _INITIATE, 200),
    _bot("call.answer", "POST", _CALL + "/answer", _JOIN, 202, deadline=6.0, confirmed_by="call established"),
    _bot("call.reject", "POST", _CALL + "/reject", "", 202, deadline=6.0, confirmed_by="call deleted"),
    _bot(
        "call.redirect",
        "POST",
        _CALL + "/redirect",
        _INITIATE,
        202,
        deadline=6.0,
        confirmed_by="call deleted",
    ),
    _bot("call.transfer", "POST", _CALL + "/transfer", _INITIATE, 202, confirmed_by="call deleted"),
    _bot("call.hangUp", "DELETE", _CALL, _INITIATE, 204, confirmed_by="call deleted"),
    _bot("call.keepAlive", "POST", _CALL + "/keepAlive", _INITIATE, 200),
    _bot("call.playPrompt", "POST", _CALL + "/playPrompt", _INITIATE, 200, confirmed_by="operation deleted"),
    _bot("call.cancelMedia", "POST", _CALL + "/cancelMediaProcessing", _INITIATE, 200),
    _bot("call.mute", "POST", _CALL + "/mute", _INITIATE, 200, confirmed_by="roster updated"),
    _bot("call.unmute", "POST", _CALL + "/unmute", _INITIATE, 200, confirmed_by="roster updated"),
    _bot("call.park", "POST", _CALL + "/park", _INITIATE, 202, confirmed_by="call parked", relay_only=True),
    _bot("participant.list", "GET", _CALL + "/participants", _INITIATE, 200),
    _bot("participant.get", "GET", _PARTICIPANT, _JOIN, 200),
    _bot(
        "participant.invite",
        "POST",
        _CALL + "/participants/invite",
        _GROUP,
        200,
        confirmed_by="operation deleted",
    ),
    _bot("participant.mute", "POST", _PARTICIPANT + "/mute", _JOIN, 200, confirmed_by="roster updated"),
    _bot("participant.remove", "DELETE", _PARTICIPANT, _JOIN, 204, confirmed_by="roster updated"),
    _bot(
        "participant.hold",
        "POST",
        _PARTICIPANT + "/startHoldMusic",
        _JOIN,
        202,
        confirmed_by="roster updated",
    ),
    _bot(
        "participant.resume",
        "POST",
        _PARTICIPANT + "/stopHoldMusic",
        _JOIN,
        202,
        confirmed_by="roster updated",
    ),
    _operator("person.me", "GET", "/me", "User.Read", 200),
    _operator("person.search", "GET", "/users", "User.ReadBasic.All", 200),
    _operator("presence.many", "POST", "/communications/getPresencesByUserId", "Presence.Read.All", 200),
    _operator("meeting.create", "POST", "/me/onlineMeetings", "OnlineMeetings.ReadWrite", 201),
    _operator("meeting.get", "GET", "/me/onlineMeetings/{meeting}", "OnlineMeetings.Read", 200),
    _operator("meeting.find", "GET", "/me/onlineMeetings", "OnlineMeetings.Read", 200),
)

OPERATIONS: dict[str, Operation] = {o.name: o for o in _TABLE}
