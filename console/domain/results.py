"""Graph's result codes in plain words (REFERENCE §3.5)."""

from __future__ import annotations

from msgspec import Struct

from console.domain.text import Text

_SENTENCES: dict[tuple[int, int], Text] = {
    (200, 0): Text("Done."),
    (200, 4097): Text("The other party ended the call."),
    (200, 4521): Text("The other party ended the call."),
    (200, 5000): Text("Removed by another participant."),
    (200, 5001): Text("The conversation is over."),
    (200, 5002): Text("Everyone else left."),
    (200, 5003): Text("The conversation is over."),
    (200, 5007): Text("The person who started the group call left."),
    (200, 5010): Text("Only one participant remained."),
    (200, 5012): Text("Nobody was in the call."),
    (200, 5013): Text("Nobody else joined the group call."),
    (200, 5014): Text("Nobody could host the group call."),
    (200, 5020): Text("Only hidden participants remained."),
    (200, 5030): Text("The breakout room's time is over."),
    (200, 5300): Text("Removed by another participant."),
    (200, 5855): Text("Waited in the lobby too long."),
    (200, 7000): Text("Ended by the front desk."),
    (200, 7015): Text("Transferred."),
    (0, 7015): Text("Transferred."),
    (200, 8515): Text("The longest recording time was reached."),
    (200, 10550): Text("Ended by the front desk."),
    (200, 18503): Text("The other party left the call."),
    (200, 540000): Text("The caller hung up."),
    (200, 560000): Text("The caller hung up."),
    (400, 8508): Text("The announcement was cancelled."),
    (408, 1106): Text("Answering was not confirmed in time."),
    (408, 8537): Text("The call ended because nobody kept it alive."),
    (408, 10057): Text("Nobody picked up."),
    (410, 301005): Text("The audio connection failed."),
    (480, 10037): Text("They have no device that could ring."),
    (480, 10076): Text("They could not be reached."),
    (480, 10134): Text("The call could not be routed."),
    (480, 10199): Text("They do not accept private calls."),
    (500, 1005): Text("Microsoft lost the audio connection to the front desk."),
    (500, 7000): Text("The transfer did not go through."),
    (500, 7700): Text("The transfer did not go through."),
}
_BY_CODE: dict[int, Text] = {
    403: Text("They declined."),
    408: Text("Nobody picked up."),
    410: Text("The audio connection failed."),
    480: Text("They could not be reached."),
    486: Text("They are busy."),
    487: Text("The invitation was withdrawn."),
    500: Text("Microsoft Teams reported a failure."),
    603: Text("They declined."),
}


class Result(Struct, frozen=True):
    """Graph's `resultInfo`: `code` 2xx success, 4xx client, 5xx server. `message` is not for screens."""

    code: int
    subcode: int = 0
    message: str = ""

    @property
    def failed(self) -> bool:
        return self.code >= 400

    @property
    def sentence(self) -> Text:
        """What happened, for the operator. Codes nobody documented are shown as numbers, never hidden."""
        known = _SENTENCES.get((self.code, self.subcode)) or _BY_CODE.get(self.code)
        return known or Text("Ended with code {code}.", code=f"{self.code}/{self.subcode}")
