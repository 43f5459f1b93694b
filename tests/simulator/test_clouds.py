"""Clouds that lack something say so, and do the rest."""

import pytest

MEDIA = {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"}


@pytest.mark.parametrize("cloud", ["gcc-high", "dod"])
async def test_the_government_has_calls_without_the_newest(in_cloud, user_headers, cloud):
    desk = await in_cloud(cloud)
    call = await desk.ring()
    assert (await desk.answer(call)).status_code == 400
    options = {"callbackUri": f"{desk.hook.url}/calls", "acceptedModalities": ["audio"], "mediaConfig": MEDIA}
    assert (await desk.on_call(call, "answer", options)).status_code == 202
    await desk.pass_time(1)
    answer = await desk.on_call(call, "sendDtmfTones", {"tones": ["tone1"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")
    assert "sendDtmfTones" in answer.json()["error"]["message"]
    assert (await desk.graph("GET", f"/communications/calls/{call}/audioRoutingGroups")).status_code == 400
    target = {"identity": {"user": {"id": desk.users[3].id}}}
    body = {"transferTarget": target, "transferee": target}
    assert (await desk.on_call(call, "transfer", body)).status_code == 400
    mine = await desk.graph("GET", f"/users/{desk.users[0].id}/presence", headers=user_headers())
    assert set(mine.json()) == {"@odata.type", "id", "availability", "activity"}
    subscription = {
        "changeType": "updated",
        "notificationUrl": f"{desk.hook.url}/changes",
        "resource": f"communications/presences/{desk.users[0].id}",
        "expirationDateTime": "2026-09-21T15:00:00Z",
    }
    answer = await desk.graph("POST", "/subscriptions", subscription, headers=user_headers())
    assert answer.status_code == 400


async def test_china_has_people_but_no_calls(in_cloud, user_headers):
    desk = await in_cloud("china")
    assert (await desk.graph("GET", "/users", headers=user_headers())).status_code == 200
    for method, path in (
        ("POST", "/communications/calls"),
        ("POST", "/communications/getPresencesByUserId"),
        ("GET", "/communications/callRecords"),
        ("GET", "/me/presence"),
        ("POST", "/me/onlineMeetings"),
    ):
        answer = await desk.graph(method, path, headers=user_headers())
        assert answer.status_code == 400, path
    shown = (await desk.sim("GET", "/health")).json()
    assert shown["cloud"] == "china"


async def test_the_government_invites_nobody_hidden(in_cloud):
    desk = await in_cloud("gcc-high")
    call = await desk.ring()
    await desk.answer(call, callOptions=None)
    await desk.pass_time(1)
    assert (await desk.invite(call, 0, hidden=True)).status_code == 400
    assert (await desk.invite(call, 0)).status_code == 200
