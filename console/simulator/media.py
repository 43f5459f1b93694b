"""Sounds on a call: prompts wait in a queue and run one after another (REFERENCE §1.8, §1.10)."""

from __future__ import annotations

from console.simulator import assumptions, errors
from console.simulator.calls import Call
from console.simulator.conference import require_established
from console.simulator.operations import Operation
from console.simulator.results import COMPLETED, MEDIA_CANCELLED
from console.simulator.switchboard import Switchboard

PROMPT_MAXIMUM = 20


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
        call.media.append((operation.id, prompts * assumptions.PROMPT_SECONDS.value))
        if len(call.media) == 1:
            self._run(call)
        self._board.changed(call)
        return operation

    def cancel(self, call: Call, client_context: str | None) -> Operation:
        """Drops the running prompt and those that wait: each fails with 400/8508."""
        require_established(call)
        call.clear_timer("media")
        dropped = list(call.media)
        call.media.clear()
        for operation_id, _ in dropped:
            self._board.finish(call, operation_id, "failed", MEDIA_CANCELLED)
        return self._board.start(call, "cancelMediaProcessing", "completed", client_context)

    def _run(self, call: Call) -> None:
        operation_id, seconds = call.media[0]

        def finish() -> None:
            call.media.popleft()
            self._board.finish(call, operation_id, "completed", COMPLETED)
            if call.media:
                self._run(call)

        call.set_timer("media", self._board.clock.later(seconds, finish))
