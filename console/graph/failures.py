"""Graph's and the relay's failures mapped, once, to our error tree (REFERENCE §7.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.domain.errors import (
    CallGone,
    ConsoleError,
    NotAllowed,
    NotSignedIn,
    OutcomeUnknown,
    Refused,
    ServiceFailed,
    Taken,
    Throttled,
    Unreachable,
    WrongState,
)
from console.graph.operations import Identity, Operation
from console.wire.values import member, text

DEFAULT_WAIT = 5.0
"""Seconds to wait after a 429 that does not say for how long."""

_BY_CODE = {
    "7503": "Calling is not switched on for the bot in Teams.",
    "7504": "The bot's permission is missing or not consented in this tenant.",
    "7505": "The call belongs to another tenant than the bot's sign-in.",
    "7507": "The call was started in the name of somebody who is not the bot.",
}


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
        return Taken(text(member(inner, "by")) or "Another operator", request_id=request_id)
    if code == "refused":
        return Refused(message, request_id=request_id)
    found = _by_status(operation, status, code, headers, request_id)
    found.graph_code = code
    return found


def _by_status(
    operation: Operation, status: int, code: str, headers: Mapping[str, str], request_id: str | None
) -> ConsoleError:
    about_call = operation.path.startswith("/communications/calls/")
    match status:
        case 401:
            return NotSignedIn("The sign-in is not accepted any more.", request_id=request_id)
        case 403 if operation.name == "participant.remove":
            return NotAllowed(
                "Teams does not let the bot remove people.",
                "Your administrator can allow it with Set-CsApplicationMeetingConfiguration.",
                request_id=request_id,
            )
        case 403:
            sentence = _BY_CODE.get(code, "This is not allowed.")
            needs = f"It needs the permission {operation.permission}." if operation.permission else ""
            return NotAllowed(sentence, needs, request_id=request_id)
        case 404 if about_call:
            return CallGone(request_id=request_id)
        case 429:
            return Throttled(_seconds(headers.get("retry-after")), request_id=request_id)
        case 400 | 409 | 412 if about_call:
            return WrongState("Teams refused this for the call as it is now.", request_id=request_id)
        case 504 if not operation.reads:
            return OutcomeUnknown("Nobody knows yet whether it worked.", request_id=request_id)
    who = "The relay" if operation.relay_only else "Microsoft Graph"
    return ServiceFailed(
        f"{who} answered with an error ({status}{f', {code}' if code else ''}).", request_id=request_id
    )


def lost(operation: Operation, *, sent: bool) -> ConsoleError:
    """Return the error for a request without an answer. `sent` is False only when it surely never left."""
    if sent and not operation.reads:
        return OutcomeUnknown("No answer came, so nobody knows yet whether it worked.")
    where = "the relay or Microsoft Graph" if operation.identity is Identity.BOT else "Microsoft Graph"
    return Unreachable(f"No connection to {where}.")


def _seconds(retry_after: Any) -> float:
    try:
        return max(0.0, min(float(retry_after), 600.0))
    except (TypeError, ValueError):
        return DEFAULT_WAIT
