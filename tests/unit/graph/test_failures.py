"""Every failure that Microsoft documents, or that was seen, and what the operator reads (§7.3).

In both languages: one table, operation and answer on the left, the sentences on the right.
"""

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
from console.language import CHINESE, load

ID = "0c1d2e3f-0000-4000-8000-00000000e001"


def envelope(code: str, **inner: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "for developers", "innerError": {"request-id": ID, **inner}}}


CASES: list[tuple[str, int, str, type[ConsoleError], str, str]] = [
    # The calling service's own numbers.
    (
        "call.answer",
        403,
        "7503",
        NotAllowed,
        "Calling is not switched on for the bot in Teams. "
        "Your administrator can switch it on in the bot's Teams channel.",
        "机器人在 Teams 中未启用通话功能。管理员可在机器人的 Teams 频道中启用。",
    ),
    (
        "call.create",
        403,
        "7504",
        NotAllowed,
        "The bot's permission is missing or not consented in this tenant. "
        "It needs the permission Calls.Initiate.All.",
        "机器人缺少权限，或此租户尚未同意该权限。需要权限 Calls.Initiate.All。",
    ),
    (
        "call.join",
        403,
        "7505",
        NotAllowed,
        "The call belongs to another tenant than the bot's sign-in. "
        "Your administrator can check the tenant in the relay's settings.",
        "此通话所属的租户与机器人登录的租户不同。管理员可在中继服务的设置中检查租户。",
    ),
    (
        "call.create",
        400,
        "7507",
        NotAllowed,
        "The call was started in the name of somebody who is not the bot. "
        "Your administrator can check the bot's lines in the relay's settings.",
        "此呼叫是以机器人以外的身份发起的。管理员可在中继服务的设置中检查机器人的线路。",
    ),
    (
        "call.transfer",
        400,
        "8523",
        WrongState,
        "A group call cannot be transferred as a whole. Choose the one who is to be transferred.",
        "群组通话不能整体转接。请选择要转接的人。",
    ),
    # Graph's generic codes.
    (
        "person.me",
        401,
        "InvalidAuthenticationToken",
        NotSignedIn,
        "The sign-in is not accepted any more. Sign in again.",
        "登录已不再被接受。请重新登录。",
    ),
    (
        "call.get",
        401,
        "unauthenticated",
        NotSignedIn,
        "The sign-in is not accepted any more. Sign in again.",
        "登录已不再被接受。请重新登录。",
    ),
    (
        "call.redirect",
        403,
        "accessDenied",
        NotAllowed,
        "This is not allowed. It needs the permission Calls.Initiate.All.",
        "不允许此操作。需要权限 Calls.Initiate.All。",
    ),
    (
        "person.search",
        403,
        "Authorization_RequestDenied",
        NotAllowed,
        "This is not allowed. It needs the permission User.ReadBasic.All.",
        "不允许此操作。需要权限 User.ReadBasic.All。",
    ),
    (
        "call.reject",
        403,
        "notAllowed",
        NotAllowed,
        "This is not allowed. Ask your administrator for this permission.",
        "不允许此操作。请向管理员申请此权限。",
    ),
    (
        "meeting.change",
        403,
        "Forbidden",
        NotAllowed,
        "This is not allowed. It needs the permission OnlineMeetings.ReadWrite.",
        "不允许此操作。需要权限 OnlineMeetings.ReadWrite。",
    ),
    (
        "participant.remove",
        403,
        "Forbidden",
        NotAllowed,
        "Teams does not let the bot remove people. "
        "Your administrator can allow it with Set-CsApplicationMeetingConfiguration.",
        "Teams 不允许机器人移出人员。管理员可使用 Set-CsApplicationMeetingConfiguration 允许此操作。",
    ),
    (
        "call.keepAlive",
        404,
        "itemNotFound",
        CallGone,
        "The call has ended.",
        "通话已结束。",
    ),
    (
        "participant.mute",
        404,
        "NotFound",
        CallGone,
        "The call has ended.",
        "通话已结束。",
    ),
    (
        "operation.get",
        404,
        "itemNotFound",
        NotFound,
        "Microsoft Graph does not know this, or not any more. Look for it again.",
        "Microsoft Graph 中没有此项，或已不存在。请重新查找。",
    ),
    (
        "meeting.get",
        404,
        "itemNotFound",
        NotFound,
        "Microsoft Graph does not know this, or not any more. Look for it again.",
        "Microsoft Graph 中没有此项，或已不存在。请重新查找。",
    ),
    (
        "presence.clear",
        404,
        "NotFound",
        NotFound,
        "Microsoft Graph does not know this, or not any more. Look for it again.",
        "Microsoft Graph 中没有此项，或已不存在。请重新查找。",
    ),
    (
        "call.answer",
        400,
        "invalidRequest",
        WrongState,
        "Teams refused this for the call as it is now. Look at the call again: it has moved on.",
        "以该通话当前的状态，Teams 拒绝了此操作。请再看一下该通话：其状态已变化。",
    ),
    (
        "call.transfer",
        409,
        "conflict",
        WrongState,
        "Teams refused this for the call as it is now. Look at the call again: it has moved on.",
        "以该通话当前的状态，Teams 拒绝了此操作。请再看一下该通话：其状态已变化。",
    ),
    (
        "meeting.create",
        400,
        "invalidRequest",
        ServiceFailed,
        "Microsoft Graph answered with an error (400, invalidRequest). Try again.",
        "Microsoft Graph 返回错误（400, invalidRequest）。请重试。",
    ),
    (
        "meeting.change",
        412,
        "resourceModified",
        WrongState,
        "Somebody has changed this in the meantime. Look at it again.",
        "在此期间有人更改了此项。请再看一下。",
    ),
    (
        "meeting.create",
        501,
        "notSupported",
        NotAllowed,
        "Microsoft Graph does not offer this. Nothing happened.",
        "Microsoft Graph 不提供此功能。未执行任何操作。",
    ),
    (
        "meeting.create",
        507,
        "quotaLimitReached",
        ServiceFailed,
        "A limit of your organisation at Microsoft is used up. Ask your administrator.",
        "您的组织在 Microsoft 的配额已用尽。请联系管理员。",
    ),
    (
        "call.create",
        429,
        "TooManyRequests",
        Throttled,
        "Microsoft Graph asked us to slow down. Try again in 5 s.",
        "Microsoft Graph 要求放慢请求速度。请在 5 秒后重试。",
    ),
    (
        "person.search",
        509,
        "activityLimitReached",
        Throttled,
        "Microsoft Graph asked us to slow down. Try again in 5 s.",
        "Microsoft Graph 要求放慢请求速度。请在 5 秒后重试。",
    ),
    (
        "call.create",
        503,
        "serviceNotAvailable",
        ServiceFailed,
        "Microsoft Graph is not available just now. Try again.",
        "Microsoft Graph 目前不可用。请重试。",
    ),
    (
        "call.park",
        503,
        "",
        ServiceFailed,
        "The relay is not available just now. Try again.",
        "中继服务 目前不可用。请重试。",
    ),
    (
        "person.me",
        500,
        "generalException",
        ServiceFailed,
        "Microsoft Graph answered with an error (500, generalException). Try again.",
        "Microsoft Graph 返回错误（500, generalException）。请重试。",
    ),
    (
        "person.me",
        502,
        "",
        ServiceFailed,
        "Microsoft Graph answered with an error (502). Try again.",
        "Microsoft Graph 返回错误（502）。请重试。",
    ),
    (
        "call.transfer",
        504,
        "gatewayTimeout",
        OutcomeUnknown,
        "Nobody knows yet whether it worked. The call is being checked; look at it before you press again.",
        "暂不清楚是否成功。正在核实该通话；再次操作之前请先查看。",
    ),
    (
        "meeting.create",
        504,
        "",
        OutcomeUnknown,
        "Nobody knows yet whether it worked. Look whether it is there before you try again.",
        "暂不清楚是否成功。重试之前，请先查看它是否已存在。",
    ),
    (
        "call.hangUp",
        502,
        "unreachable",
        Unreachable,
        "The relay has no connection to Microsoft Graph. Try again.",
        "中继服务无法连接到 Microsoft Graph。请重试。",
    ),
    (
        "person.me",
        504,
        "",
        ServiceFailed,
        "Microsoft Graph answered with an error (504). Try again.",
        "Microsoft Graph 返回错误（504）。请重试。",
    ),
]


@pytest.mark.parametrize(
    ("name", "status", "code", "kind", "english", "chinese"),
    CASES,
    ids=[f"{c[1]}-{c[2]}-{c[0]}" for c in CASES],
)
def test_what_the_operator_reads(
    name: str, status: int, code: str, kind: type[ConsoleError], english: str, chinese: str
) -> None:
    error = failure(CATALOGUE[name], status, envelope(code), {})
    assert type(error) is kind
    assert (str(error), load(CHINESE).say(error.text)) == (english, chinese)
    assert error.request_id == ID and error.graph_code == code
    assert "for developers" not in str(error)


GENERIC = """accessDenied activityLimitReached generalException invalidRequest itemNotFound notAllowed
notSupported resourceModified serviceNotAvailable unauthenticated quotaLimitReached
InvalidAuthenticationToken Authorization_RequestDenied"""
CALLING = "7503 7504 7505 7507 8523"


def test_no_documented_code_is_missing_here() -> None:
    assert set(f"{GENERIC} {CALLING}".split()) <= {code for _, _, code, *_ in CASES}


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
        (
            "call.answer",
            False,
            Unreachable,
            "No connection to the relay or Microsoft Graph. Nothing was sent. Try again.",
        ),
        (
            "person.me",
            True,
            Unreachable,
            "No connection to Microsoft Graph. Check the network; the console keeps trying.",
        ),
        (
            "call.answer",
            True,
            OutcomeUnknown,
            "No answer came, so nobody knows yet whether it worked. "
            "The call is being checked; look at it before you press again.",
        ),
    ],
)
def test_no_answer_at_all(name: str, sent: bool, kind: type[ConsoleError], said: str) -> None:
    error = lost(CATALOGUE[name], sent=sent, request_id="ours")
    assert type(error) is kind and str(error) == said and error.request_id == "ours"


def test_every_operation_has_a_sentence_for_every_status() -> None:
    for operation in CATALOGUE.values():
        for status in range(400, 600):
            error = failure(operation, status, None, {})
            assert str(error.sentence).endswith(".") and str(error)
