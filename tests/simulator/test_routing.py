"""Routing groups, screens, recording status and the large gallery."""

import pytest

MEDIA = {"Authorization": "Bearer app:Calls.Initiate.All,Calls.AccessMedia.All,Calls.InitiateGroupCall.All"}
HOSTED = {"@odata.type": "#microsoft.graph.appHostedMediaConfig", "blob": "{}"}


async def group(desk):
    """A group call with its members' ids: the bot's, the caller's, the operator's."""
    call = await desk.group()
    names = ("Wilma Testperson", "Lena Ortiz")
    members = [(await desk.member(call, name))["participantId"] for name in names]
    return call, (await desk.truth(call))["myParticipantId"], *members


async def own_media(desk):
    """A group call whose media the application hosts itself."""
    body = {
        "callbackUri": f"{desk.hook.url}/out",
        "requestedModalities": ["audio"],
        "mediaConfig": HOSTED,
        "targets": [{"identity": {"user": {"id": desk.users[user].id}}} for user in (0, 1)],
        "callOptions": {
            "@odata.type": "#microsoft.graph.outgoingCallOptions",
            "isDeltaRosterEnabled": True,
        },
    }
    call = (await desk.graph("POST", "/communications/calls", body, headers=MEDIA)).json()["id"]
    await desk.pass_time(5)
    return call


async def test_routing_groups_come_change_and_go(desk):
    call, bot, caller, lena = await group(desk)
    every = f"/communications/calls/{call}/audioRoutingGroups"
    body = {"routingMode": "oneToOne", "sources": [bot], "receivers": [caller]}
    made = await desk.graph("POST", every, body)
    assert made.status_code == 201
    one = f"{every}/{made.json()['id']}"
    assert (await desk.graph("PATCH", one, {"receivers": [caller, lena]})).status_code == 400
    change = {"routingMode": "multicast", "receivers": [caller, lena]}
    assert (await desk.graph("PATCH", one, change)).json()["receivers"] == [caller, lena]
    assert (await desk.graph("GET", one)).json()["routingMode"] == "multicast"
    assert len((await desk.graph("GET", every)).json()["value"]) == 1
    assert (await desk.graph("DELETE", one)).status_code == 204
    assert (await desk.graph("GET", one)).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"routingMode": "all"},
        {"sources": []},
        {"receivers": ["nobody"]},
        {"sources": "x"},
    ],
)
async def test_a_routing_group_of_no_sense(desk, change):
    call, bot, caller, _ = await group(desk)
    body = {"routingMode": "oneToOne", "sources": [bot], "receivers": [caller]} | change
    assert (await desk.on_call(call, "audioRoutingGroups", body)).status_code == 400


async def test_a_shared_screen_is_a_session(desk):
    call, _, caller, _ = await group(desk)
    path = f"/communications/calls/{call}/contentSharingSessions"
    assert (await desk.graph("GET", path)).json()["value"] == []
    share = f"/calls/{call}/participants/{caller}/share"
    await desk.sim("POST", share, {"on": True})
    await desk.pass_time()
    (session,) = (await desk.graph("GET", path)).json()["value"]
    assert (await desk.graph("GET", f"{path}/{session['id']}")).json()["id"] == session["id"]
    streams = desk.items(call, "/participants")[-1]["resourceData"]["participants"][0]["mediaStreams"]
    assert [(s["mediaType"], s["direction"]) for s in streams] == [
        ("audio", "sendReceive"),
        ("videoBasedScreenSharing", "sendOnly"),
    ]
    await desk.sim("POST", share, {"on": False})
    assert (await desk.graph("GET", f"{path}/{session['id']}")).status_code == 404


async def test_the_bot_shares_its_screen_and_says_that_it_records(desk):
    call = await own_media(desk)
    answer = await desk.on_call(call, "changeScreenSharingRole", {"role": "sharer"}, headers=MEDIA)
    assert (answer.status_code, answer.content) == (202, b"")
    await desk.pass_time()
    shown = desk.items(call, "/participants")[-1]["resourceData"]["participants"][0]["mediaStreams"]
    assert shown[-1]["mediaType"] == "videoBasedScreenSharing"
    answer = await desk.on_call(call, "changeScreenSharingRole", {"role": "owner"}, headers=MEDIA)
    assert answer.status_code == 400
    body = {"clientContext": "rec", "status": "recording"}
    answer = await desk.on_call(call, "updateRecordingStatus", body, headers=MEDIA)
    assert (answer.status_code, answer.json()["status"]) == (200, "completed")
    assert answer.json()["@odata.type"].endswith("updateRecordingStatusOperation")
    body["status"] = "paused"
    answer = await desk.on_call(call, "updateRecordingStatus", body, headers=MEDIA)
    assert answer.status_code == 400


async def test_the_large_gallery_ends_with_a_notification(desk):
    call, *_ = await group(desk)
    answer = await desk.on_call(call, "addLargeGalleryView", {"clientContext": "lgv"})
    assert answer.status_code == 202
    assert answer.headers["location"].endswith(answer.json()["id"])
    await desk.pass_time(1)
    assert desk.operation(call, answer.json()["id"])["status"] == "completed"


async def test_rules_and_permissions(desk):
    peer = await desk.talk()
    for verb in ("audioRoutingGroups", "addLargeGalleryView"):
        assert (await desk.on_call(peer, verb, {})).status_code == 400
    call, *_ = await group(desk)
    for verb, body in (
        ("changeScreenSharingRole", {"role": "sharer"}),
        ("updateRecordingStatus", {"status": "recording"}),
    ):
        assert (await desk.on_call(call, verb, body, headers=MEDIA)).status_code == 400
    assert (await desk.on_call(call, "changeScreenSharingRole", {"role": "sharer"})).status_code == 403
    weak = {"Authorization": "Bearer app:Calls.Initiate.All"}
    for verb in ("audioRoutingGroups", "addLargeGalleryView", "updateRecordingStatus"):
        assert (await desk.on_call(call, verb, {}, headers=weak)).status_code == 403


async def test_sharing_is_told_to_a_bot_that_asked(desk):
    call = await desk.ring()
    await desk.answer(call, callOptions={"isContentSharingNotificationEnabled": True})
    await desk.pass_time(1)
    await desk.invite(call, 0)
    await desk.pass_time(2)
    lena = (await desk.member(call, "Lena Ortiz"))["participantId"]
    for on in (True, False):
        await desk.sim("POST", f"/calls/{call}/participants/{lena}/share", {"on": on})
    await desk.pass_time()
    (began,) = desk.items(call, "/contentSharingSessions")
    (session,) = began["resourceData"]
    assert began["changeType"] == "created"
    (ended,) = desk.items(call, f"/contentSharingSessions/{session['id']}")
    assert ended["changeType"] == "deleted"
    assert "resourceData" not in ended
    await desk.sim("POST", f"/calls/{call}/participants/{lena}/share", {})
    await desk.sim("POST", f"/people/{desk.users[0].id}/leave", {"callId": call})
    await desk.pass_time()
    told = [i["changeType"] for i in desk.items(call) + desk.hook.items if "Sharing" in i["resourceUrl"]]
    assert told == ["created", "deleted", "created", "deleted"]
