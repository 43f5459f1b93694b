"""Every result code that Microsoft documents, with the sentence that the operator reads (REFERENCE §3.5)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.domain.results import Result

REFERENCE = Path(__file__).parents[4] / "shared/graph/REFERENCE.md"

DOCUMENTED: dict[tuple[int, int], str] = {
    (200, 0): "Done.",
    (200, 4097): "The other party ended the call.",
    (200, 4521): "The other party ended the call.",
    (200, 5000): "Removed by another participant.",
    (200, 5300): "Removed by another participant.",
    (200, 5001): "The conversation is over.",
    (200, 5003): "The conversation is over.",
    (200, 5002): "Everyone else left.",
    (200, 5007): "The person who started the group call left.",
    (200, 5010): "Only one participant remained.",
    (200, 5012): "Nobody was in the call.",
    (200, 5013): "Nobody else joined the group call.",
    (200, 5014): "Nobody could host the group call.",
    (200, 5020): "Only hidden participants remained.",
    (200, 5030): "The breakout room's time is over.",
    (200, 5855): "Waited in the lobby too long.",
    (200, 7000): "Ended by the front desk.",
    (200, 10550): "Ended by the front desk.",
    (200, 7015): "Transferred.",
    (0, 7015): "Transferred.",
    (200, 8515): "The longest recording time was reached.",
    (200, 18503): "The other party left the call.",
    (200, 540000): "The caller hung up.",
    (200, 560000): "The caller hung up.",
    (400, 8508): "The announcement was cancelled.",
    (408, 8537): "The call ended because nobody kept it alive.",
    (408, 1106): "Answering was not confirmed in time.",
    (408, 10057): "Nobody picked up.",
    (410, 301005): "The audio connection failed.",
    (480, 10037): "They have no device that could ring.",
    (480, 10076): "They could not be reached.",
    (480, 10134): "The call could not be routed.",
    (480, 10199): "They do not accept private calls.",
    (500, 1005): "Microsoft lost the audio connection to the front desk.",
    (500, 7000): "The transfer did not go through.",
    (500, 7700): "The transfer did not go through.",
}
ONLY_SEEN: dict[tuple[int, int], str] = {
    (400, 2203): "Ended with code 400/2203.",
    (403, 0): "They declined.",
    (408, 13025): "Nobody picked up.",
    (486, 0): "They are busy.",
    (487, 0): "The invitation was withdrawn.",
    (500, 3003): "Microsoft Teams reported a failure.",
    (500, 7106): "Microsoft Teams reported a failure.",
    (603, 0): "They declined.",
    (999, 1): "Ended with code 999/1.",
}


@pytest.mark.parametrize(("codes", "said"), [*DOCUMENTED.items(), *ONLY_SEEN.items()], ids=str)
def test_what_the_operator_reads(codes: tuple[int, int], said: str) -> None:
    code, subcode = codes
    result = Result(code, subcode, "DiagCode: 3003#7106.@")
    assert str(result.sentence) == said
    assert result.failed == (code >= 400)


@pytest.mark.skipif(not REFERENCE.exists(), reason="no copy of the reference beside the project")
def test_no_documented_code_is_missing_here() -> None:
    section = REFERENCE.read_text("utf-8").partition("### 3.5 ")[2].partition("## 4. ")[0]
    rows = re.findall(r"^\| (\d+) \| ([\d, ]+) \|", section, re.MULTILINE)
    codes = {(int(code), int(sub)) for code, subs in rows for sub in subs.split(",")}
    others = {(int(c), int(s)) for c, s in re.findall(r"\b(\d00|408)/\*{0,2}(\d+)", section)}
    assert len(codes) > 25
    assert codes | others <= DOCUMENTED.keys() | ONLY_SEEN.keys()
