"""Keys people press and tones the bot sends (REFERENCE §1.10, §3.4)."""

from __future__ import annotations

from console.simulator import errors
from console.simulator.calls import TONES, Call
from console.simulator.conference import require_established
from console.simulator.media import Media, require_service_hosted
from console.simulator.operations import Operation
from console.simulator.switchboard import Switchboard

TONE_SECONDS = 0.2


class Tones:
    """Tones in both directions."""

    def __init__(self, board: Switchboard, media: Media) -> None:
        self._board = board
        self._media = media

    def subscribe(self, call: Call, client_context: str | None) -> Operation:
        """The bot wants to hear keys; the answer is `completed` at once."""
        require_service_hosted(call)
        call.hears_tones = True
        return self._board.start(call, "subscribeToTone", "completed", client_context)

    def press(self, call: Call, tone: object) -> None:
        """The caller presses a key; told only to a bot that subscribed. Raises 400 for no tone."""
        require_established(call)
        if tone not in TONES:
            raise errors.bad_request(f"tone must be one of {', '.join(TONES)}.")
        self._media.hear(call, tone)
        if not call.hears_tones:
            return
        call.tone_sequence += 1
        call.tone = {
            "@odata.type": "#microsoft.graph.toneInfo",
            "sequenceId": call.tone_sequence,
            "tone": tone,
        }
        self._board.tell(call, toneInfo=call.tone)

    def send(self, call: Call, tones: object, delay: object, client_context: str | None) -> Operation:
        """Sends tones into the call, `delay` milliseconds apart; its end comes as a notification."""
        require_established(call)
        if not isinstance(tones, list) or not tones or any(tone not in TONES for tone in tones):
            raise errors.bad_request("tones must be a list of tones.")
        if not isinstance(delay, int) or isinstance(delay, bool) or delay < 0:
            raise errors.bad_request("delayBetweenTonesMs must be a number of milliseconds.")
        operation = self._board.start(call, "sendDtmfTones", "running", client_context)

        def finish() -> None:
            # Success shows in completionReason only; a failure would be `completed` as well.
            self._board.finish(
                call, operation.id, "completed", None, completionReason="completedSuccessfully"
            )

        self._board.clock.later(len(tones) * (TONE_SECONDS + delay / 1000), finish)
        return operation
