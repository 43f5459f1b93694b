"""The lobby: people and bots wait there until somebody lets them in, or too long."""

import pytest

MEDIA = {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"}
VISITOR = {"name": "Wilma Testperson", "phone": "+14255550151"}


async def meeting(desk, user_headers):
    """The bot in a meeting that somebody made."""
    made = (await desk.graph("POST", "/me/onlineMeetings", {"subject": "A"}, headers=user_headers())).json()
    body = {
        "callbackUri": f"{desk.hook.url}/out",
        "requestedModalities": ["audio"],
        "mediaConfig": MEDIA,
        "tenantId": desk.running.directory.tenant_id,
        "callOptions": {
            "@odata.type": "#microsoft.graph.outgoingCallOptions",
            "isDeltaRosterEnabled": True,
        },
        "meetingInfo": {
            "@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo",
            "joinMeetingId": made["joinMeetingIdSettings"]["joinMeetingId"],
            "passcode": None,
        },
    }
    answer = await desk.graph("POST", "/communications/calls", body)
    assert answer.status_code == 201, answer.text
    await desk.pass_time(2)
    return answer.json()["id"]


def last_seen(desk, call):
    """Whom the last roster notification shows, whether in the lobby, and why they went."""
    (one,) = desk.items(call, "/participants")[-1]["resourceData"]["participants"]
    return one["isInLobby"], (one.get("removedState") or {}).get("reason")


async def test_a_visitor_waits_and_is_let_in(desk, user_headers):
    call = await meeting(desk, user_headers)
    joined = await desk.sim("POST", f"/calls/{call}/join", {"caller": VISITOR, "lobby": True})
    member = joined.json()["participantId"]
    await desk.pass_time()
    assert last_seen(desk, call) == (True, None)
    admit = f"/calls/{call}/participants/{member}/admit"
    assert (await desk.sim("POST", admit)).status_code == 204
    await desk.pass_time(2000)
    assert last_seen(desk, call) == (False, None)
    assert (await desk.sim("POST", admit)).status_code == 400
    again = await desk.sim("POST", f"/calls/{call}/join", {"caller": VISITOR})
    assert again.status_code == 400


async def test_a_visitor_waits_too_long(desk, user_headers):
    call = await meeting(desk, user_headers)
    await desk.sim("POST", f"/calls/{call}/join", {"caller": VISITOR, "lobby": True})
    for _ in range(2):
        await desk.pass_time(1000)
        await desk.on_call(call, "keepAlive")
    assert last_seen(desk, call) == (True, "waited in the lobby too long")
    assert (await desk.truth(call))["state"] == "established"


async def test_the_bot_itself_waits_too_long(desk, user_headers):
    await desk.sim("PUT", "/lobby", {"holdsBots": True})
    call = await meeting(desk, user_headers)
    assert last_seen(desk, call) == (True, None)
    await desk.pass_time(1900)
    result = desk.items(call)[-1]["resourceData"]["resultInfo"]
    assert (result["code"], result["subcode"]) == (200, 5855)


async def test_a_caller_of_a_group_call_may_wait_too(desk):
    body = {"caller": VISITOR, "with": [desk.users[3].id], "lobby": True}
    call = (await desk.sim("POST", "/calls", body)).json()["id"]
    await desk.pass_time()
    await desk.answer(call)
    await desk.pass_time(1)
    members = (await desk.graph("GET", f"/communications/calls/{call}/participants")).json()["value"]
    assert [member["isInLobby"] for member in members] == [True, False, False]
    assert (await desk.sim("POST", "/calls", {"caller": VISITOR, "lobby": True})).status_code == 400


@pytest.mark.parametrize("body", [{}, {"caller": {}}])
async def test_somebody_must_join(desk, user_headers, body):
    call = await meeting(desk, user_headers)
    assert (await desk.sim("POST", f"/calls/{call}/join", body)).status_code == 400
