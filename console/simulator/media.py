"""Sounds on a call: prompts and recordings wait in a queue and run in order (REFERENCE §1.8 to §1.10)."""

from __future__ import annotations

from functools import partial

from console.simulator import assumptions, errors
from console.simulator.calls import TONES, Call, Sound, Tone
from console.simulator.conference import require_established
from console.simulator.operations import Operation
from console.simulator.results import COMPLETED, MEDIA_CANCELLED, RECORD_LIMIT, RECORD_STOPPED, Result
from console.simulator.switchboard import Switchboard

PROMPT_MAXIMUM = 20
STOP_TONES: dict[str, Tone] = {
    **{name.removeprefix("tone"): name for name in TONES if name.startswith("tone")},
    "*": "star",
    "#": "pound",
}
"""How `stopTones` writes the keys (REFERENCE §1.9)."""
CANCELLED_RECORD = {
    "recordingLocation": "",
    "recordingAccessToken": "",
    "completionReason": "operationCanceled",
}
"""What a cancelled recordResponse carries besides its result (REFERENCE §1.10)."""


RECORDED = {"recordingLocation": "https://media.invalid/", "recordingAccessToken": "none"}


class Media:
    """The media queue of every call."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def play(self, call: Call, prompts: int, client_context: str | None) -> Operation:
        """Queues `prompts` prompts as one operation; its end comes as a notification."""
        require_service_hosted(call)
        if not 1 <= prompts <= PROMPT_MAXIMUM:
            raise errors.bad_request(f"prompts must hold 1 to {PROMPT_MAXIMUM} entries.")
        # Responses in the docs say `running` for prompts that wait, too.
        operation = self._board.start(call, "playPrompt", "running", client_context)
        self._queue(call, Sound(operation.id, prompts * assumptions.PROMPT_SECONDS.value))
        return operation

    def record(
        self, call: Call, prompts: int, seconds: float, barge_in: bool, stops: frozenset[Tone],
        client_context: str | None,
    ) -> Operation:  # fmt: skip
        """Records up to `seconds` after the prompt, or until one of `stops` is pressed (§1.9).

        The simulated speaker never falls silent.
        """
        require_service_hosted(call)
        if barge_in:
            self._drop(call)
        operation = self._board.start(
            call, "record", "running", client_context, recordingLocation=None, recordingAccessToken=None
        )
        length = prompts * assumptions.PROMPT_SECONDS.value + seconds
        self._queue(call, Sound(operation.id, length, is_record=True, stops=stops))
        return operation

    def hear(self, call: Call, tone: Tone) -> None:
        """A key that may end the recording that runs."""
        if call.media and tone in call.media[0].stops:
            self._finish(call, RECORD_STOPPED)

    def cancel(self, call: Call, client_context: str | None) -> Operation:
        """Drops what runs and what waits: each fails with 400/8508."""
        require_established(call)
        self._drop(call)
        return self._board.start(call, "cancelMediaProcessing", "completed", client_context)

    def _queue(self, call: Call, sound: Sound) -> None:
        call.media.append(sound)
        if len(call.media) == 1:
            self._run(call)
        self._board.changed(call)

    def _drop(self, call: Call) -> None:
        call.clear_timer("media")
        dropped = list(call.media)
        call.media.clear()
        for sound in dropped:
            extra = CANCELLED_RECORD if sound.is_record else {}
            self._board.finish(call, sound.operation_id, "failed", MEDIA_CANCELLED, **extra)

    def _run(self, call: Call) -> None:
        sound = call.media[0]
        result = RECORD_LIMIT if sound.is_record else COMPLETED
        finish = partial(self._finish, call, result)
        call.set_timer("media", self._board.clock.later(sound.seconds, finish))

    def _finish(self, call: Call, result: Result) -> None:
        """What runs is over; what waits begins."""
        call.clear_timer("media")
        sound = call.media.popleft()
        # The recording itself is not simulated: nothing may be kept of what people say (§9.4).
        extra = RECORDED if sound.is_record else {}
        self._board.finish(call, sound.operation_id, "completed", result, **extra)
        if call.media:
            self._run(call)


def require_service_hosted(call: Call) -> None:
    """Raises 400 unless the call is up and Microsoft hosts its media (REFERENCE §1.8)."""
    require_established(call)
    if (call.media_config or {}).get("@odata.type") == "#microsoft.graph.appHostedMediaConfig":
        raise errors.GraphError(
            *assumptions.SERVICE_HOSTED.value, "The operation needs media hosted by the service."
        )
