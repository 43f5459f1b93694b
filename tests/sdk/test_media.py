"""Microsoft's SDK on what is heard in a call: its models read the operations that come back."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from msgraph.generated.communications.calls.item.cancel_media_processing import (
    cancel_media_processing_post_request_body as cancelling,
)
from msgraph.generated.communications.calls.item.mute.mute_post_request_body import MutePostRequestBody
from msgraph.generated.communications.calls.item.play_prompt.play_prompt_post_request_body import (
    PlayPromptPostRequestBody,
)
from msgraph.generated.communications.calls.item.record_response import (
    record_response_post_request_body as recording,
)
from msgraph.generated.communications.calls.item.send_dtmf_tones import (
    send_dtmf_tones_post_request_body as sending,
)
from msgraph.generated.communications.calls.item.subscribe_to_tone import (
    subscribe_to_tone_post_request_body as subscribing,
)
from msgraph.generated.communications.calls.item.unmute.unmute_post_request_body import UnmutePostRequestBody
from msgraph.generated.models.cancel_media_processing_operation import CancelMediaProcessingOperation
from msgraph.generated.models.media_info import MediaInfo
from msgraph.generated.models.media_prompt import MediaPrompt
from msgraph.generated.models.mute_participant_operation import MuteParticipantOperation
from msgraph.generated.models.operation_status import OperationStatus
from msgraph.generated.models.play_prompt_operation import PlayPromptOperation
from msgraph.generated.models.record_operation import RecordOperation
from msgraph.generated.models.send_dtmf_tones_operation import SendDtmfTonesOperation
from msgraph.generated.models.subscribe_to_tone_operation import SubscribeToToneOperation
from msgraph.generated.models.tone import Tone
from msgraph.generated.models.unmute_participant_operation import UnmuteParticipantOperation


async def on_call(desk, bot, *, group: bool = False):
    """An answered call, and the SDK's builder for it."""
    id = await (desk.group() if group else desk.talk())
    return id, bot.communications.calls.by_call_id(id)


async def play(call) -> PlayPromptOperation:
    prompt = MediaPrompt(media_info=MediaInfo(uri="https://sounds.contoso.example/hold.wav"))
    return await call.play_prompt.post(PlayPromptPostRequestBody(prompts=[prompt], client_context="play-1"))


async def test_calls_play_prompt(desk, bot):
    _, call = await on_call(desk, bot)
    operation = await play(call)
    assert isinstance(operation, PlayPromptOperation)
    assert (operation.status, operation.client_context) == (OperationStatus.Running, "play-1")


async def test_operations_get(desk, bot):
    _, call = await on_call(desk, bot)
    started = await play(call)
    operation = await call.operations.by_comms_operation_id(started.id).get()
    assert isinstance(operation, PlayPromptOperation)
    assert (operation.id, operation.status) == (started.id, OperationStatus.Running)


async def test_calls_cancel_media_processing(desk, bot):
    _, call = await on_call(desk, bot)
    await play(call)
    body = cancelling.CancelMediaProcessingPostRequestBody(client_context="cancel-1")
    operation = await call.cancel_media_processing.post(body)
    assert isinstance(operation, CancelMediaProcessingOperation)
    assert operation.client_context == "cancel-1"


async def test_calls_record_response(desk, bot):
    _, call = await on_call(desk, bot)
    body = recording.RecordResponsePostRequestBody(max_record_duration_in_seconds=20, client_context="rec-1")
    operation = await call.record_response.post(body)
    assert isinstance(operation, RecordOperation)
    assert operation.recording_location is None


async def test_calls_subscribe_to_tone(desk, bot):
    _, call = await on_call(desk, bot)
    body = subscribing.SubscribeToTonePostRequestBody(client_context="tone-1")
    operation = await call.subscribe_to_tone.post(body)
    assert isinstance(operation, SubscribeToToneOperation)
    assert operation.status == OperationStatus.Completed


async def test_calls_send_dtmf_tones(desk, bot):
    _, call = await on_call(desk, bot)
    body = sending.SendDtmfTonesPostRequestBody(tones=[Tone.Tone4, Tone.Star], client_context="keys-1")
    operation = await call.send_dtmf_tones.post(body)
    assert isinstance(operation, SendDtmfTonesOperation)


async def test_calls_mute(desk, bot):
    id, call = await on_call(desk, bot, group=True)
    operation = await call.mute.post(MutePostRequestBody(client_context="mute-1"))
    assert isinstance(operation, MuteParticipantOperation)
    assert operation.status == OperationStatus.Completed
    assert (await desk.member(id, "Main line"))["muted"] is True


async def test_calls_unmute(desk, bot):
    id, call = await on_call(desk, bot, group=True)
    await call.mute.post(MutePostRequestBody(client_context="mute-1"))
    operation = await call.unmute.post(UnmutePostRequestBody(client_context="mute-2"))
    assert isinstance(operation, UnmuteParticipantOperation)
    assert (await desk.member(id, "Main line"))["muted"] is False
