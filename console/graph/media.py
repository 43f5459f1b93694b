"""Media of a call that the desk does not need every day: tones, short answers, screens, the bot's own mute.

All but the mute need `Calls.AccessMedia.All`. What callers say and press may not be kept (REFERENCE §9.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.domain.ids import CallId, IntentId, OperationId
from console.domain.media import Progress, RecordingStatus, ScreenRole, Tone
from console.graph.calls import prompt
from console.graph.client import GraphClient
from console.wire.operations import read_progress


async def _start(client: GraphClient, name: str, call: CallId, intent: IntentId, **more: Any) -> Progress:
    body = {"clientContext": intent, **more}
    return read_progress((await client.send(name, call=call, body=body, request_id=intent)).body)


async def record_response(
    client: GraphClient,
    call: CallId,
    *,
    intent: IntentId,
    question: str = "",
    longest: int = 5,
    silence_first: int = 5,
    silence_after: int = 5,
    beep: bool = True,
    barge_in: bool = False,
    stop: Sequence[str] = (),
) -> Progress:
    """Ask with the WAV file at `question` and record a short answer (REFERENCE §1.9).

    `longest`, `silence_first` and `silence_after` are seconds, 1 to 120; `stop` are keys as typed ("#").
    """
    asked = {"prompts": [prompt(question)]} if question else {}
    return await _start(
        client,
        "call.recordResponse",
        call,
        intent,
        **asked,
        bargeInAllowed=barge_in,
        initialSilenceTimeoutInSeconds=silence_first,
        maxSilenceTimeoutInSeconds=silence_after,
        maxRecordDurationInSeconds=longest,
        playBeep=beep,
        stopTones=list(stop),
    )


async def subscribe_to_tone(client: GraphClient, call: CallId, *, intent: IntentId) -> Progress:
    """Have the caller's keys told as updates of the call (REFERENCE §1.10)."""
    return await _start(client, "call.subscribeToTone", call, intent)


async def send_tones(
    client: GraphClient, call: CallId, tones: Sequence[Tone], *, intent: IntentId, delay: int = 250
) -> Progress:
    """Press keys, `delay` milliseconds apart: an automatic answer at the other end. Global cloud only."""
    pressed = [t.value for t in tones]
    return await _start(client, "call.sendTones", call, intent, tones=pressed, delayBetweenTonesMs=delay)


async def share_screen(client: GraphClient, call: CallId, role: ScreenRole, *, intent: IntentId) -> None:
    """Become viewer or sharer of the screen. Only group calls with media of our own (REFERENCE §1.11)."""
    await client.send("call.shareScreen", call=call, body={"role": role.value}, request_id=intent)


async def tell_recording(
    client: GraphClient, call: CallId, status: RecordingStatus, *, intent: IntentId
) -> Progress:
    """Tell everyone that recording runs, or not. Only for bots of a recording policy (REFERENCE §9.4)."""
    return await _start(client, "call.tellRecording", call, intent, status=status.value)


async def show_gallery(client: GraphClient, call: CallId, *, intent: IntentId) -> Progress:
    """Add the large gallery view to a group call. Global cloud only."""
    return await _start(client, "call.showGallery", call, intent)


async def mute_self(client: GraphClient, call: CallId, *, intent: IntentId) -> Progress:
    """Mute the bot itself in a group call (REFERENCE §1.11)."""
    return await _start(client, "call.mute", call, intent)


async def unmute_self(client: GraphClient, call: CallId, *, intent: IntentId) -> Progress:
    """Unmute the bot itself; nobody else can be unmuted for them."""
    return await _start(client, "call.unmute", call, intent)


async def look(client: GraphClient, call: CallId, operation: OperationId) -> Progress:
    """Return how far an operation is. No page of Microsoft's covers it: rely on notifications (§1.1)."""
    return read_progress((await client.send("operation.get", call=call, operation=operation)).body)
