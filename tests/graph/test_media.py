"""Tones, short answers, screens and the bot's own microphone."""

from __future__ import annotations

import pytest

from console.domain.errors import WrongState
from console.domain.media import Progress, RecordingStatus, ScreenRole, Status, Tone
from console.graph import media
from tests.graph.stand import LENA, ME, Stand


@pytest.mark.exchange("calls/recordResponse", "call.recordResponse")
async def test_record_response(stand: Stand) -> None:
    call = await stand.answered()
    question = "https://relay.example/prompts/your-name.wav"
    started = await media.record_response(
        stand.graph, call, intent=ME, question=question, longest=20, silence_first=6, stop=["#"]
    )
    assert (started.kind, started.status, started.context) == ("record", Status.RUNNING, ME)
    await stand.pass_time(30)
    (ended,) = stand.told(call, f"/operations/{started.id}")
    assert (ended["status"], ended["resultInfo"]["subcode"]) == ("completed", 8515)


@pytest.mark.exchange("calls/subscribeToTone", "call.subscribeToTone")
async def test_subscribe_to_tone(stand: Stand) -> None:
    call = await stand.answered()
    subscribed = await media.subscribe_to_tone(stand.graph, call, intent=ME)
    assert subscribed.ended and not subscribed.failed
    stand.exchange.tones.press(stand.exchange.board.find(call), "pound")
    await stand.pass_time()
    tone = stand.told(call)[-1]["toneInfo"]
    assert (tone["sequenceId"], tone["tone"]) == (1, Tone.POUND)


@pytest.mark.exchange("calls/sendDtmfTones", "call.sendTones")
async def test_send_tones(stand: Stand) -> None:
    call = await stand.answered()
    sending = await media.send_tones(stand.graph, call, Tone.of("42#"), intent=ME)
    assert not sending.ended
    await stand.pass_time(5)
    (ended,) = stand.told(call, f"/operations/{sending.id}")
    assert ended["completionReason"] == "completedSuccessfully"


@pytest.mark.exchange("calls/changeScreenSharingRole", "call.shareScreen")
async def test_share_screen(stand: Stand) -> None:
    call = await stand.group(LENA)
    stand.host_media(call)
    await media.share_screen(stand.graph, call, ScreenRole.SHARER, intent=ME)
    await stand.pass_time()
    (bot,) = stand.told(call, "/participants")[-1]["participants"]
    assert [s["mediaType"] for s in bot["mediaStreams"]] == ["audio", "videoBasedScreenSharing"]
    assert len(stand.exchange.board.calls[call].sharings) == 1


@pytest.mark.exchange("calls/changeScreenSharingRole.400.invalidRequest", "call.shareScreen")
async def test_screens_need_media_of_our_own(stand: Stand) -> None:
    call = await stand.group(LENA)
    with pytest.raises(WrongState):
        await media.share_screen(stand.graph, call, ScreenRole.SHARER, intent=ME)


@pytest.mark.exchange("calls/updateRecordingStatus", "call.tellRecording")
async def test_tell_recording(stand: Stand) -> None:
    call = await stand.group(LENA)
    stand.host_media(call)
    told = await media.tell_recording(stand.graph, call, RecordingStatus.RECORDING, intent=ME)
    assert (told.kind, told.status) == ("updaterecordingstatus", Status.COMPLETED)
    assert stand.exchange.board.calls[call].recording == "recording"


@pytest.mark.exchange("calls/addLargeGalleryView", "call.showGallery")
async def test_show_gallery(stand: Stand) -> None:
    call = await stand.group(LENA)
    started = await media.show_gallery(stand.graph, call, intent=ME)
    await stand.pass_time(1)
    (ended,) = stand.told(call, f"/operations/{started.id}")
    assert ended["status"] == "completed"


@pytest.mark.exchange("calls/mute", "call.mute")
async def test_mute_self(stand: Stand) -> None:
    call = await stand.group(LENA)
    muted = await media.mute_self(stand.graph, call, intent=ME)
    await stand.pass_time()
    assert (muted.kind, muted.status) == ("muteparticipant", Status.COMPLETED)
    assert stand.bot_in(call)["muted"]


@pytest.mark.exchange("calls/mute.400.invalidRequest", "call.mute")
async def test_muting_needs_a_group_call(stand: Stand) -> None:
    call = await stand.answered()
    with pytest.raises(WrongState):
        await media.mute_self(stand.graph, call, intent=ME)


@pytest.mark.exchange("calls/unmute", "call.unmute", "call.mute")
async def test_unmute_self(stand: Stand) -> None:
    call = await stand.group(LENA)
    await media.mute_self(stand.graph, call, intent=ME)
    unmuted = await media.unmute_self(stand.graph, call, intent=ME)
    await stand.pass_time()
    assert unmuted.kind == "unmuteparticipant"
    assert not stand.bot_in(call)["muted"]


@pytest.mark.exchange("operations/get", "operation.get", "call.showGallery")
async def test_look(stand: Stand) -> None:
    call = await stand.group(LENA)
    started = await media.show_gallery(stand.graph, call, intent=ME)
    assert await media.look(stand.graph, call, started.id) == started
    await stand.pass_time(1)
    ended = await media.look(stand.graph, call, started.id)
    assert isinstance(ended, Progress)
    assert (ended.id, ended.status) == (started.id, Status.COMPLETED)
