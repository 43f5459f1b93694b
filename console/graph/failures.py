"""Graph's and the relay's failures mapped, once, to our error tree (REFERENCE §7.3)."""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.errors import (
    CallGone,
    ConsoleError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OutcomeUnknown,
    Refused,
    ServiceFailed,
    Taken,
    Throttled,
    Unreachable,
    WrongState,
)
from console.domain.text import NOTHING, Text
from console.graph.operations import Identity, Operation
from console.graph.waiting import asked_wait
from console.wire.text import read_text
from console.wire.values import member, text

DEFAULT_WAIT = 5.0
"""Seconds to wait after a 429 that does not say for how long."""

_BOT_FAULTS = {
    "7503": (
        Text("Calling is not switched on for the bot in Teams."),
        Text("Your administrator can switch it on in the bot's Teams channel."),
    ),
    "7504": (Text("The bot's permission is missing or not consented in this tenant."), NOTHING),
    "7505": (
        Text("The call belongs to another tenant than the bot's sign-in."),
        Text("Your administrator can check the tenant in the relay's settings."),
    ),
    "7507": (
        Text("The call was started in the name of somebody who is not the bot."),
        Text("Your administrator can check the bot's lines in the relay's settings."),
    ),
}
"""The calling service's numbers: what is wrong and what helps; they come with 403, or with 400 (§7.3)."""

_MEETING_MODE = "8523"


def failure(operation: Operation, status: int, body: object, headers: Mapping[str, str]) -> ConsoleError:
    """Return the error for an answer that is no success. Understands every envelope variant that was seen."""
    error = member(body, "error")
    if not isinstance(error, dict):
        error = body
    code = text(member(error, "code")) or text(member(error, "errorCode"))
    inner = member(error, "innerError")
    request_id = (
        text(member(inner, "request-id"))
        or text(member(inner, "requestId"))
        or headers.get("request-id")
        or None
    )
    message = text(member(error, "message"))
    if code == "taken":
        return Taken(text(member(inner, "by")) or Text("Another operator"), request_id=request_id)
    if code == "refused":
        said, remedy = read_text(member(inner, "sentence")), read_text(member(inner, "remedy"))
        return Refused(said or message, remedy, request_id=request_id)
    wait = asked_wait(headers)
    found = _by_status(operation, status, code, wait, request_id)
    found.graph_code = code
    found.retry_after = found.retry_after or wait or 0.0
    return found


def _by_status(
    operation: Operation, status: int, code: str, wait: float | None, request_id: str | None
) -> ConsoleError:
    about_call = operation.path.startswith("/communications/calls/")
    needs = Text("It needs the permission {permission}.", permission=operation.permission)
    needs = needs if operation.permission else NOTHING
    if code in _BOT_FAULTS and status in (400, 403):
        sentence, remedy = _BOT_FAULTS[code]
        return NotAllowed(sentence, remedy or needs, request_id=request_id)
    if code == _MEETING_MODE:
        return WrongState(
            "A group call cannot be transferred as a whole.",
            "Choose the one who is to be transferred.",
            request_id=request_id,
        )
    again = Text("Try again in {seconds} s.", seconds=max(1, round(wait))) if wait else NOTHING
    who = Text("The relay") if operation.relay_only else Text("Microsoft Graph")
    match status, code.casefold():
        case 401, _:
            return NotSignedIn("The sign-in is not accepted any more.", request_id=request_id)
        case 403, _ if operation.name == "participant.remove":
            return NotAllowed(
                "Teams does not let the bot remove people.",
                "Your administrator can allow it with Set-CsApplicationMeetingConfiguration.",
                request_id=request_id,
            )
        case (403 | 405, _) | (400, "notallowed" | "accessdenied"):
            return NotAllowed("This is not allowed.", needs, request_id=request_id)
        case 404, _ if about_call and operation.name.startswith(("call.", "participant.")):
            return CallGone(request_id=request_id)
        case 404, _:
            return NotFound("Microsoft Graph does not know this, or not any more.", request_id=request_id)
        case (429, _) | (_, "activitylimitreached"):
            return Throttled(DEFAULT_WAIT if wait is None else wait, request_id=request_id)
        case (501, _) | (_, "notsupported"):
            return NotAllowed(
                "Microsoft Graph does not offer this.", "Nothing happened.", request_id=request_id
            )
        case ((400 | 409), _) if operation.path == "/communications/calls":
            return WrongState(
                "Teams refused to start this call.", "Check who is to be called.", request_id=request_id
            )
        case ((400 | 409 | 412), _) if about_call:
            return WrongState("Teams refused this for the call as it is now.", request_id=request_id)
        case ((409 | 412), _):
            return WrongState(
                "Somebody has changed this in the meantime.", "Look at it again.", request_id=request_id
            )
        case (507, _) | (_, "quotalimitreached"):
            return ServiceFailed(
                "A limit of your organisation at Microsoft is used up.",
                "Ask your administrator.",
                request_id=request_id,
            )
        case 504, _ if not operation.reads:
            return _unknown(operation, Text("Nobody knows yet whether it worked."), request_id)
        case 502, "unreachable":
            sentence = Text("The relay has no connection to Microsoft Graph.")
            return Unreachable(sentence, "Try again.", request_id=request_id)
        case (503, _) | (_, "servicenotavailable"):
            said = Text("{who} is not available just now.", who=who)
            return ServiceFailed(said, again, request_id=request_id)
    numbers = f"{status}, {code}" if code else str(status)
    said = Text("{who} answered with an error ({numbers}).", who=who, numbers=numbers)
    return ServiceFailed(said, again, request_id=request_id)


def lost(operation: Operation, *, sent: bool, request_id: str | None = None) -> ConsoleError:
    """Return the error for a request without an answer.

    `sent` is False only when it surely never left. `request_id` is the `client-request-id` it had, by which
    Microsoft's support can find it.
    """
    if sent and not operation.reads:
        sentence = Text("No answer came, so nobody knows yet whether it worked.")
        return _unknown(operation, sentence, request_id)
    where = Text("No connection to Microsoft Graph.")
    if operation.identity is Identity.BOT:
        where = Text("No connection to the relay or Microsoft Graph.")
    remedy = NOTHING if operation.reads else Text("Nothing was sent. Try again.")
    return Unreachable(where, remedy, request_id=request_id)


def _unknown(operation: Operation, sentence: Text, request_id: str | None) -> OutcomeUnknown:
    """A call is read again by the relay; whatever else was asked for, only the operator can look at."""
    about_call = operation.path.startswith("/communications/calls")
    remedy = NOTHING if about_call else Text("Look whether it is there before you try again.")
    return OutcomeUnknown(sentence, remedy, request_id=request_id)
