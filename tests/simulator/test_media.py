"""Recordings and tones, for a bot that may have media."""

import pytest

APP = {"Authorization": "Bearer app:Calls.Initiate.All,Calls.AccessMedia.All"}


async def test_a_recording_ends_at_its_limit(desk):
    call = await desk.talk()
    body = {"maxRecordDurationInSeconds": 20, "clientContext": "rec"}
    operation = (await desk.on_call(call, "recordResponse", body, headers=APP)).json()
    assert operation["@odata.type"] == "#microsoft.graph.recordOperation"
    assert operation["recordingLocation"] is None
    await desk.pass_time(20)
    assert desk.operation(call, operation["id"])["resultInfo"]["subcode"] == 8515


async def test_a_recording_may_barge_in(desk):
    call = await desk.talk()
    body = {"maxRecordDurationInSeconds": 20}
    first = (await desk.on_call(call, "recordResponse", body, headers=APP)).json()["id"]
    await desk.on_call(call, "recordResponse", {"bargeInAllowed": True}, headers=APP)
    await desk.pass_time()
    ended = desk.operation(call, first)
    assert (ended["status"], ended["completionReason"]) == ("failed", "operationCanceled")


@pytest.mark.parametrize("body", [{"maxRecordDurationInSeconds": 121}, {"prompts": [{}, {}]}])
async def test_a_recording_has_its_ranges(desk, body):
    call = await desk.talk()
    assert (await desk.on_call(call, "recordResponse", body, headers=APP)).status_code == 400


async def test_keys_are_heard_after_subscribing(desk):
    call = await desk.talk()
    await desk.sim("POST", f"/calls/{call}/tones", {"tone": "tone1"})
    answer = await desk.on_call(call, "subscribeToTone", {"clientContext": "t"}, headers=APP)
    assert answer.json()["status"] == "completed"
    for tone in ("tone4", "pound"):
        assert (await desk.sim("POST", f"/calls/{call}/tones", {"tone": tone})).status_code == 204
    await desk.pass_time()
    heard = [i["resourceData"]["toneInfo"] for i in desk.items(call) if "toneInfo" in i["resourceData"]]
    assert [(tone["sequenceId"], tone["tone"]) for tone in heard] == [(1, "tone4"), (2, "pound")]
    assert (await desk.sim("POST", f"/calls/{call}/tones", {"tone": "gong"})).status_code == 400


@pytest.mark.parametrize("verb", ["sendDtmfTones", "microsoft.graph.sendDtmfTones"])
async def test_tones_are_sent(desk, verb):
    call = await desk.talk()
    operation = (await desk.on_call(call, verb, {"tones": ["tone4", "star"]})).json()
    await desk.pass_time(2)
    assert desk.operation(call, operation["id"])["completionReason"] == "completedSuccessfully"
    assert (await desk.on_call(call, verb, {"tones": ["gong"]})).status_code == 400


async def test_a_stop_tone_ends_a_recording(desk):
    call = await desk.talk()
    body = {"maxRecordDurationInSeconds": 20, "stopTones": ["#", "1"]}
    first = (await desk.on_call(call, "recordResponse", body, headers=APP)).json()["id"]
    waiting = (await desk.on_call(call, "recordResponse", body, headers=APP)).json()["id"]
    await desk.sim("POST", f"/calls/{call}/tones", {"tone": "tone2"})
    await desk.pass_time(1)
    assert desk.items(call, f"/operations/{first}") == []
    await desk.sim("POST", f"/calls/{call}/tones", {"tone": "pound"})
    await desk.pass_time()
    ended = desk.operation(call, first)
    assert (ended["status"], ended["resultInfo"]["code"], ended["resultInfo"]["subcode"]) == (
        "completed",
        200,
        0,
    )
    assert ended["recordingLocation"]
    await desk.pass_time(20)
    assert desk.operation(call, waiting)["resultInfo"]["subcode"] == 8515
    body = {"stopTones": ["gong"]}
    assert (await desk.on_call(call, "recordResponse", body, headers=APP)).status_code == 400


async def test_a_cancelled_recording_says_so(desk):
    call = await desk.talk()
    operation = (await desk.on_call(call, "recordResponse", {"clientContext": "r"}, headers=APP)).json()["id"]
    await desk.on_call(call, "subscribeToTone", {}, headers=APP)
    await desk.on_call(call, "cancelMediaProcessing", {}, headers=APP)
    await desk.sim("POST", f"/calls/{call}/tones", {"tone": "tone7"})
    await desk.pass_time()
    ended = desk.operation(call, operation)
    assert (ended["status"], ended["clientContext"]) == ("failed", "r")
    assert (ended["resultInfo"]["code"], ended["resultInfo"]["subcode"]) == (400, 8508)
    assert (ended["recordingLocation"], ended["recordingAccessToken"]) == ("", "")
    # Tones are no media: cancelling leaves them subscribed.
    assert desk.items(call)[-1]["resourceData"]["toneInfo"]["tone"] == "tone7"


@pytest.mark.parametrize("verb", ["playPrompt", "recordResponse", "subscribeToTone"])
async def test_with_media_of_its_own_the_bot_plays_and_listens_itself(desk, verb):
    call = await desk.ring()
    own = {"@odata.type": "#microsoft.graph.appHostedMediaConfig", "blob": "x"}
    await desk.answer(call, mediaConfig=own)
    await desk.pass_time(1)
    body = {"prompts": [{"mediaInfo": {"uri": "https://relay.example.net/a.wav"}}]}
    assert (await desk.on_call(call, verb, body, headers=APP)).status_code == 400


@pytest.mark.parametrize(
    "name", ["initialSilenceTimeoutInSeconds", "maxSilenceTimeoutInSeconds", "maxRecordDurationInSeconds"]
)
async def test_lengths_are_1_to_120_seconds(desk, name):
    call = await desk.talk()
    statuses = [
        (await desk.on_call(call, "recordResponse", {name: value}, headers=APP)).status_code
        for value in (0, 1, 120, 121, "5")
    ]
    assert statuses == [400, 200, 200, 400, 400]
