"""Every result code that Microsoft documents, and what the operator reads in both languages (§3.5)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.domain.results import Result
from console.language import CHINESE, load

REFERENCE = Path(__file__).parents[4] / "shared/graph/REFERENCE.md"

DOCUMENTED: dict[tuple[int, int], tuple[str, str]] = {
    (200, 0): ("Done.", "已完成。"),
    (200, 4097): ("The other party ended the call.", "对方结束了通话。"),
    (200, 4521): ("The other party ended the call.", "对方结束了通话。"),
    (200, 5000): ("Removed by another participant.", "被其他参与者移出。"),
    (200, 5300): ("Removed by another participant.", "被其他参与者移出。"),
    (200, 5001): ("The conversation is over.", "会话已结束。"),
    (200, 5003): ("The conversation is over.", "会话已结束。"),
    (200, 5002): ("Everyone else left.", "其他人均已离开。"),
    (200, 5007): ("The person who started the group call left.", "群组通话的发起者已离开。"),
    (200, 5010): ("Only one participant remained.", "仅剩一位参与者。"),
    (200, 5012): ("Nobody was in the call.", "通话中没有人。"),
    (200, 5013): ("Nobody else joined the group call.", "没有其他人加入群组通话。"),
    (200, 5014): ("Nobody could host the group call.", "没有人能够主持群组通话。"),
    (200, 5020): ("Only hidden participants remained.", "仅剩隐藏的参与者。"),
    (200, 5030): ("The breakout room's time is over.", "分组讨论室的时间已到。"),
    (200, 5855): ("Waited in the lobby too long.", "在大厅等待过久。"),
    (200, 7000): ("Ended by the front desk.", "由前台结束。"),
    (200, 10550): ("Ended by the front desk.", "由前台结束。"),
    (200, 7015): ("Transferred.", "已转接。"),
    (0, 7015): ("Transferred.", "已转接。"),
    (200, 8515): ("The longest recording time was reached.", "已达到最长录制时间。"),
    (200, 18503): ("The other party left the call.", "对方离开了通话。"),
    (200, 540000): ("The caller hung up.", "来电者已挂断。"),
    (200, 560000): ("The caller hung up.", "来电者已挂断。"),
    (400, 8508): ("The announcement was cancelled.", "语音提示已取消。"),
    (408, 8537): ("The call ended because nobody kept it alive.", "通话因未续期而结束。"),
    (408, 1106): ("Answering was not confirmed in time.", "未能及时确认接听。"),
    (408, 10057): ("Nobody picked up.", "无人接听。"),
    (410, 301005): ("The audio connection failed.", "音频连接失败。"),
    (480, 10037): ("They have no device that could ring.", "对方没有可振铃的设备。"),
    (480, 10076): ("They could not be reached.", "无法接通对方。"),
    (480, 10134): ("The call could not be routed.", "无法路由该呼叫。"),
    (480, 10199): ("They do not accept private calls.", "对方不接受私人来电。"),
    (500, 1005): (
        "Microsoft lost the audio connection to the front desk.",
        "Microsoft 与前台的音频连接已中断。",
    ),
    (500, 7000): ("The transfer did not go through.", "转接未成功。"),
    (500, 7700): ("The transfer did not go through.", "转接未成功。"),
}
ONLY_SEEN: dict[tuple[int, int], tuple[str, str]] = {
    (400, 2203): ("Ended with code 400/2203.", "已结束，代码 400/2203。"),
    (403, 0): ("They declined.", "对方已拒绝。"),
    (408, 13025): ("Nobody picked up.", "无人接听。"),
    (486, 0): ("They are busy.", "对方忙。"),
    (487, 0): ("The invitation was withdrawn.", "邀请已撤回。"),
    (500, 3003): ("Microsoft Teams reported a failure.", "Microsoft Teams 报告了故障。"),
    (500, 7106): ("Microsoft Teams reported a failure.", "Microsoft Teams 报告了故障。"),
    (603, 0): ("They declined.", "对方已拒绝。"),
    (999, 1): ("Ended with code 999/1.", "已结束，代码 999/1。"),
}


@pytest.mark.parametrize(("codes", "said"), [*DOCUMENTED.items(), *ONLY_SEEN.items()], ids=str)
def test_what_the_operator_reads(codes: tuple[int, int], said: tuple[str, str]) -> None:
    code, subcode = codes
    result = Result(code, subcode, "DiagCode: 3003#7106.@")
    assert (str(result.sentence), load(CHINESE).say(result.sentence)) == said
    assert result.failed == (code >= 400)


@pytest.mark.skipif(not REFERENCE.exists(), reason="no copy of the reference beside the project")
def test_no_documented_code_is_missing_here() -> None:
    section = REFERENCE.read_text("utf-8").partition("### 3.5 ")[2].partition("## 4. ")[0]
    rows = re.findall(r"^\| (\d+) \| ([\d, ]+) \|", section, re.MULTILINE)
    codes = {(int(code), int(sub)) for code, subs in rows for sub in subs.split(",")}
    others = {(int(c), int(s)) for c, s in re.findall(r"\b(\d00|408)/\*{0,2}(\d+)", section)}
    assert len(codes) > 25
    assert codes | others <= DOCUMENTED.keys() | ONLY_SEEN.keys()
