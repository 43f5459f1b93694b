"""Failures as HTTP answers in Graph's own envelope; `console.graph.failures` is what reads them back."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse, Response

from console.auth import AuthError
from console.domain.errors import (
    CallGone,
    ConsoleError,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
    Refused,
    ServiceFailed,
    Taken,
    Throttled,
    WrongState,
)
from console.relay.clock import Clock
from console.relay.history import HistoryFailed
from console.wire.text import text_json


class BadRequest(Exception):
    """The request does not say what it must; the sentence says what is missing."""


def envelope(
    status: int,
    code: str,
    message: str,
    *,
    request_id: str,
    now: Clock,
    by: str = "",
    wait: float = 0.0,
    words: ConsoleError | None = None,
) -> Response:
    """Return `{"error": …}` as Graph writes it (REFERENCE §7.3). `wait` becomes Retry-After, in seconds.

    `words` go along as templates with their values, for a console whose operator does not read English.
    """
    inner: dict[str, Any] = {
        "request-id": request_id,
        "date": datetime.fromtimestamp(now(), UTC).strftime("%Y-%m-%dT%H:%M:%S"),
    }
    if by:
        inner["by"] = by
    if words:
        inner |= {"sentence": text_json(words.sentence), "remedy": text_json(words.remedy)}
    headers = {"request-id": request_id}
    if wait:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    content = {"error": {"code": code, "message": message, "innerError": inner}}
    return JSONResponse(content, status, headers)


def failed(error: ConsoleError, *, request_id: str, now: Clock) -> Response:
    """Return the answer for a failure: Graph's own status and request id where Graph was asked.

    The bot's sign-in failing is not the operator's, so it is a 502 and never a 401.
    """
    id = error.request_id or request_id
    by, wait = "", 0.0
    match error:
        case AuthError():
            status, code = 502, error.code
        case Taken():
            status, code, by = 409, "taken", str(error.by)
        case Refused():
            status, code = 409, "refused"
        case CallGone() | NotFound():
            status, code = 404, "itemNotFound"
        case WrongState():
            status, code = 409, error.graph_code or "wrongState"
        case NotAllowed():
            status, code = 403, error.graph_code or "accessDenied"
        case Throttled():
            status, code, wait = 429, "TooManyRequests", error.retry_after
        case OutcomeUnknown():
            status, code = 504, "outcomeUnknown"
        case HistoryFailed():
            status, code, wait = 503, "serviceNotAvailable", 1.0
        case ServiceFailed() if error.retry_after:
            status, code, wait = 503, "serviceNotAvailable", error.retry_after
        case _:
            status, code = 502, error.code
    words = error if isinstance(error, Refused) else None  # for all others the console has words of its own
    return envelope(status, code, str(error), request_id=id, now=now, by=by, wait=wait, words=words)
