"""Every failure that Microsoft documents, or that was seen, with exactly what the operator reads (§7.3)."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.errors import (
    CallGone,
    ConsoleError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OutcomeUnknown,
    ServiceFailed,
    Throttled,
    Unreachable,
    WrongState,
)
from console.graph.catalogue import CATALOGUE
from console.graph.failures import failure, lost

ID = "0c1d2e3f-0000-4000-8000-00000000e001"
INITIATE = "It needs the permission Calls.Initiate.All."
GONE = "Microsoft Graph does not know this, or not any more. Look for it again."
LATER = "Look at the call again: it has moved on."
CHECKED = "The call is being checked; look at it before you press again."
WAIT = "Microsoft Graph asked us to slow down. Try again in 5 s."


def envelope(code: str, **inner: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "for developers", "innerError": {"request-id": ID, **inner}}}


CASES: list[tuple[str, int, str, type[ConsoleError], str]] = [
    # The calling service's own numbers.
    (
        "call.answer",
        403,
        "7503",
        NotAllowed,
        "Calling is not switched on for the bot in Teams. "
        "Your administrator can switch it on in the bot's Teams channel.",
    ),
    (
        "call.create",
        403,
        "7504",
        NotAllowed,
        f"The bot's permission is missing or not consented in this tenant. {INITIATE}",
    ),
    (
        "call.join",
        403,
        "7505",
        NotAllowed,
        "The call belongs to another tenant than the bot's sign-in. "
        "Your administrator can check the tenant in the relay's settings.",
    ),
    (
        "call.create",
        400,
        "7507",
        NotAllowed,
        "The call was started in the name of somebody who is not the bot. "
        "Your administrator can check the bot's lines in the relay's settings.",
    ),
    (
        "call.transfer",
        400,
        "8523",
        WrongState,
        "A group call cannot be transferred as a whole. Choose the one who is to be transferred.",
    ),
    # Graph's generic codes.
    (
        "person.me",
        401,
        "InvalidAuthenticationToken",
        NotSignedIn,
        "The sign-in is not accepted any more. Sign in again.",
    ),
    (
        "call.get",
        401,
        "unauthenticated",
        NotSignedIn,
        "The sign-in is not accepted any more. Sign in again.",
    ),
    ("call.redirect", 403, "accessDenied", NotAllowed, f"This is not allowed. {INITIATE}"),
    (
        "person.search",
        403,
        "Authorization_RequestDenied",
        NotAllowed,
        "This is not allowed. It needs the permission User.ReadBasic.All.",
    ),
    (
        "call.reject",
        403,
        "notAllowed",
        NotAllowed,
        "This is not allowed. Ask your administrator for this permission.",
    ),
    (
        "meeting.change",
        403,
        "Forbidden",
        NotAllowed,
        "This is not allowed. It needs the permission OnlineMeetings.ReadWrite.",
    ),
    (
        "participant.remove",
        403,
        "Forbidden",
        NotAllowed,
        "Teams does not let the bot remove people. "
        "Your administrator can allow it with Set-CsApplicationMeetingConfiguration.",
    ),
    ("call.keepAlive", 404, "itemNotFound", CallGone, "The call has ended."),
    ("participant.mute", 404, "NotFound", CallGone, "The call has ended."),
    ("operation.get", 404, "itemNotFound", NotFound, GONE),
    ("meeting.get", 404, "itemNotFound", NotFound, GONE),
    ("presence.clear", 404, "NotFound", NotFound, GONE),
    (
        "call.answer",
        400,
        "invalidRequest",
        WrongState,
        f"Teams refused this for the call as it is now. {LATER}",
    ),
    (
        "call.transfer",
        409,
        "conflict",
        WrongState,
        f"Teams refused this for the call as it is now. {LATER}",
    ),
    (
        "meeting.create",
        400,
        "invalidRequest",
        ServiceFailed,
        "Microsoft Graph answered with an error (400, invalidRequest). Try again.",
    ),
    (
        "meeting.change",
        412,
        "resourceModified",
        WrongState,
        "Somebody has changed this in the meantime. Look at it again.",
    ),
    (
        "meeting.create",
        501,
        "notSupported",
        NotAllowed,
        "Microsoft Graph does not offer this. Nothing happened.",
    ),
    (
        "meeting.create",
        507,
        "quotaLimitReached",
        ServiceFailed,
        "A limit of your organisation at Microsoft is used up. Ask your administrator.",
    ),
    ("call.create", 429, "TooManyRequests", Throttled, WAIT),
    ("person.search", 509, "activityLimitReached", Throttled, WAIT),
    (
        "call.create",
        503,
        "serviceNotAvailable",
        ServiceFailed,
        "Microsoft Graph is not available just now. Try again.",
    ),
    ("call.park", 503, "", ServiceFailed, "The relay is not available just now. Try again."),
    (
        "person.me",
        500,
        "generalException",
        ServiceFailed,
        "Microsoft Graph answered with an error (500, generalException). Try again.",
    ),
    ("person.me", 502, "", ServiceFailed, "Microsoft Graph answered with an error (502). Try again."),
    (
        "call.transfer",
        504,
        "gatewayTimeout",
        OutcomeUnknown,
        f"Nobody knows yet whether it worked. {CHECKED}",
    ),
    (
        "meeting.create",
        504,
        "",
        OutcomeUnknown,
        "Nobody knows yet whether it worked. Look whether it is there before you try again.",
    ),
    (
        "person.me",
        504,
        "",
        ServiceFailed,
        "Microsoft Graph answered with an error (504). Try again.",
    ),
]


@pytest.mark.parametrize(
    ("name", "status", "code", "kind", "said"), CASES, ids=[f"{c[1]}-{c[2]}-{c[0]}" for c in CASES]
)
def test_what_the_operator_reads(
    name: str, status: int, code: str, kind: type[ConsoleError], said: str
) -> None:
    error = failure(CATALOGUE[name], status, envelope(code), {})
    assert type(error) is kind and str(error) == said
    assert error.request_id == ID and error.graph_code == code
    assert "for developers" not in str(error)


ENVELOPES: list[tuple[object, dict[str, str]]] = [
    (envelope("7505"), {}),
    ({"error": {"code": "7505", "innererror": {"requestId": ID}}}, {}),
    ({"code": "7505", "innerError": {"request-id": ID}}, {}),
    ({"errorCode": "7505", "message": "x", "instanceAnnotations": []}, {"request-id": ID}),
    ({"Error": {"Code": 7505, "InnerError": {"Request-Id": ID}}}, {}),
]


@pytest.mark.parametrize(("body", "headers"), ENVELOPES)
def test_every_envelope_that_was_seen_says_the_same(body: object, headers: dict[str, str]) -> None:
    error = failure(CATALOGUE["call.join"], 403, body, headers)
    assert isinstance(error, NotAllowed) and str(error.sentence).startswith(
        "The call belongs to another tenant"
    )
    assert (error.graph_code, error.request_id) == ("7505", ID)


@pytest.mark.parametrize("body", [None, [], "x", 7, {"error": None}, {"error": "text"}, {"error": {}}])
def test_an_answer_without_a_reason_is_still_a_sentence(body: object) -> None:
    error = failure(CATALOGUE["person.me"], 500, body, {})
    assert str(error) == "Microsoft Graph answered with an error (500). Try again."


@pytest.mark.parametrize(
    ("header", "seconds"), [("10", 10.0), ("0", 0.0), ("-4", 0.0), ("86400", 600.0), ("soon", 5.0)]
)
def test_how_long_to_wait(header: str, seconds: float) -> None:
    error = failure(CATALOGUE["call.answer"], 429, None, {"retry-after": header})
    assert isinstance(error, Throttled) and error.retry_after == seconds


@pytest.mark.parametrize(
    ("name", "sent", "kind", "said"),
    [
        ("call.answer", False, Unreachable, "No connection to the relay or Microsoft Graph."),
        ("person.me", True, Unreachable, "No connection to Microsoft Graph."),
        (
            "call.answer",
            True,
            OutcomeUnknown,
            "No answer came, so nobody knows yet whether it worked.",
        ),
    ],
)
def test_no_answer_at_all(name: str, sent: bool, kind: type[ConsoleError], said: str) -> None:
    error = lost(CATALOGUE[name], sent=sent)
    assert type(error) is kind and str(error.sentence) == said


def test_every_operation_has_a_sentence_for_every_status() -> None:
    for operation in CATALOGUE.values():
        for status in range(400, 600):
            error = failure(operation, status, None, {})
            assert str(error.sentence).endswith(".") and str(error)
