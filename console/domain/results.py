"""Graph's result codes in plain words (REFERENCE §3.5)."""

from __future__ import annotations

from dataclasses import dataclass

_SENTENCES: dict[tuple[int, int], str] = {
    (200, 0): "Done.",
    (200, 4097): "The other party ended the call.",
    (200, 4521): "The other party ended the call.",
    (200, 5000): "Removed by another participant.",
    (200, 5001): "The conversation is over.",
    (200, 5002): "Everyone else left.",
    (200, 5003): "The conversation is over.",
    (200, 5007): "The person who started the group call left.",
    (200, 5010): "Only one participant remained.",
    (200, 5012): "Nobody was in the call.",
    (200, 5013): "Nobody else joined the group call.",
    (200, 5014): "Nobody could host the group call.",
    (200, 5020): "Only hidden participants remained.",
    (200, 5030): "The breakout room's time is over.",
    (200, 5300): "Removed by another participant.",
    (200, 5855): "Waited in the lobby too long.",
    (200, 7000): "Ended by the front desk.",
    (200, 7015): "Transferred.",
    (0, 7015): "Transferred.",
    (200, 8515): "The longest recording time was reached.",
    (200, 10550): "Ended by the front desk.",
    (200, 18503): "The other party left the call.",
    (200, 540000): "The caller hung up.",
    (200, 560000): "The caller hung up.",
    (400, 8508): "The announcement was cancelled.",
    (408, 1106): "Answering was not confirmed in time.",
    (408, 8537): "The call ended because nobody kept it alive.",
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
_BY_CODE: dict[int, str] = {
    403: "They declined.",
    408: "Nobody picked up.",
    410: "The audio connection failed.",
    480: "They could not be reached.",
    486: "They are busy.",
    487: "The invitation was withdrawn.",
    500: "Microsoft Teams reported a failure.",
    603: "They declined.",
}


@dataclass(frozen=True, slots=True)
class Result:
    """Graph's `resultInfo`: `code` 2xx success, 4xx client, 5xx server. `message` is not for screens."""

    code: int
    subcode: int = 0
    message: str = ""

    @property
    def failed(self) -> bool:
        return self.code >= 400

    @property
    def sentence(self) -> str:
        """What happened, for the operator. Codes nobody documented are shown as numbers, never hidden."""
        known = _SENTENCES.get((self.code, self.subcode)) or _BY_CODE.get(self.code)
        return known or f"Ended with code {self.code}/{self.subcode}."
