"""What the relay refuses is read in the operator's own language."""

from __future__ import annotations

import json

import pytest

from console.domain.errors import ConsoleError, Refused, Taken
from console.domain.text import Text
from console.graph.catalogue import DESK
from console.graph.failures import failure
from console.language import CHINESE, load
from console.relay.answers import failed

SAID = load(CHINESE).say


@pytest.mark.parametrize(
    ("error", "english", "chinese"),
    [
        (
            Refused(Text("{who} has this call.", who="张伟"), "Only they or a supervisor can do this."),
            "张伟 has this call. Only they or a supervisor can do this.",
            "张伟 正在处理此通话。只有其本人或主管才能执行此操作。",
        ),
        (Refused("The caller is already parked."), "The caller is already parked.", "来电者已寄存。"),
        (Taken("Lena Ortiz"), "Lena Ortiz has taken this call.", "Lena Ortiz 已接手此通话。"),
    ],
)
def test_a_refusal_is_read_in_both_languages(error: ConsoleError, english: str, chinese: str) -> None:
    answer = failed(error, request_id="r1", now=lambda: 0.0)
    read = failure(DESK["call.answer"], answer.status_code, json.loads(bytes(answer.body)), {})
    assert type(read) is type(error)
    assert (str(read), SAID(read.text)) == (english, chinese)


def test_an_older_relay_is_still_understood() -> None:
    body = {"error": {"code": "refused", "message": "The call has ended.", "innerError": {}}}
    read = failure(DESK["call.answer"], 409, body, {})
    assert SAID(read.text) == "通话已结束。"
