"""Sounds on a call: prompts and recordings wait in a queue and run in order (REFERENCE §1.8 to §1.10)."""

from __future__ import annotations

from console.simulator import assumptions, errors
from console.simulator.calls import Call, Sound
from console.simulator.conference import require_established
from console.simulator.operations import Operation
from console.simulator.results import COMPLETED, MEDIA_CANCELLED, RECORD_LIMIT
from console.simulator.switchboard import Switchboard

PROMPT_MAXIMUM = 20
CANCELLED_RECORD = {
    "recordingLocation": "",
    "recordingAccessToken": "",
    "completionReason": "operationCanceled",
}
"""What a cancelled recordResponse carries besides its result (REFERENCE §1.10)."""


class Media:
    """The media queue of every call."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def play(self, call: Call, prompts: int, client_context: str | None) -> Operation:
        """Queues `prompts` prompts as one operation; its end comes as a notification."""
        require_established(call)
        if not 1 <= prompts <= PROMPT_MAXIMUM:
            raise errors.bad_request(f"prompts must hold 1 to {PROMPT_MAXIMUM} entries.")
        # Responses in the docs say `running` for prompts that wait, too.
        operation = self._board.start(call, "playPrompt", "running", client_context)
        self._queue(call, Sound(operation.id, prompts * assumptions.PROMPT_SECONDS.value))
        return operation

    def record(
        self, call: Call, prompts: int, seconds: float, barge_in: bool, client_context: str | None
    ) -> Operation:
        """Records up to `seconds` after the prompt; the simulated speaker always uses them all (§1.9)."""
        require_established(call)
        if barge_in:
            self._drop(call)
        operation = self._board.start(
            call, "record", "running", client_context, recordingLocation=None, recordingAccessToken=None
        )
        length = prompts * assumptions.PROMPT_SECONDS.value + seconds
        self._queue(call, Sound(operation.id, length, is_record=True))
        return operation

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

        def finish() -> None:
            call.media.popleft()
            if sound.is_record:
                # The recording itself is not simulated: nothing may be kept of what people say (§9.4).
                location = {"recordingLocation": "https://media.invalid/", "recordingAccessToken": "none"}
                self._board.finish(call, sound.operation_id, "completed", RECORD_LIMIT, **location)
            else:
                self._board.finish(call, sound.operation_id, "completed", COMPLETED)
            if call.media:
                self._run(call)

        call.set_timer("media", self._board.clock.later(sound.seconds, finish))
