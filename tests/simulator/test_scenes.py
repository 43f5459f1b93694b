"""What scenes can bring besides callers: keys, lobbies, rushes, faults."""

from console.simulator.scenes import read_script
from tests.simulator.test_lobby import meeting

MEDIA_APP = {"Authorization": "Bearer app:Calls.Initiate.All,Calls.AccessMedia.All"}


async def play(desk, name, seconds):
    await desk.sim("PUT", "/scene", {"name": name})
    await desk.pass_time(seconds)
    return [call for call in (await desk.sim("GET", "/calls")).json() if call["state"] == "incoming"]


async def test_callers_press_keys_once_the_bot_has_answered(desk):
    (call,) = await play(desk, "menu", 2)
    await desk.answer(call["id"])
    await desk.pass_time(1)
    await desk.on_call(call["id"], "subscribeToTone", {}, headers=MEDIA_APP)
    await desk.pass_time(5)
    heard = [
        i["resourceData"]["toneInfo"]["tone"]
        for i in desk.items(call["id"])
        if "toneInfo" in i["resourceData"]
    ]
    assert heard == ["tone1"]


async def test_people_who_are_called_press_keys_and_say_goodbye(desk):
    await desk.sim("PUT", "/scene", {"name": "reminder-calls"})
    line = desk.running.directory.lines[0]
    body = {
        "callbackUri": f"{desk.hook.url}/out",
        "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
        "tenantId": desk.running.directory.tenant_id,
        "source": {"identity": {"applicationInstance": {"id": line.id}}},
        "targets": [{"identity": {"phone": {"id": "+14255550158"}}}],
    }
    call = (await desk.graph("POST", "/communications/calls", body)).json()["id"]
    await desk.pass_time(6)
    await desk.on_call(call, "subscribeToTone", {}, headers=MEDIA_APP)
    await desk.pass_time(7)
    assert desk.items(call)[-1]["resourceData"]["toneInfo"]["tone"] == "tone1"
    await desk.pass_time(6)
    assert (await desk.truth(call))["outcome"] == "callee said goodbye"


async def test_guests_wait_in_the_lobby_until_somebody_admits_them(desk):
    (call,) = await play(desk, "meeting-lobby", 3)
    await desk.answer(call["id"])
    await desk.pass_time(1)
    assert (await desk.member(call["id"], "Gisela Gast"))["inLobby"] is True
    await desk.pass_time(25)
    assert (await desk.member(call["id"], "Gisela Gast"))["inLobby"] is False


async def test_visitors_come_to_the_meeting_that_the_bot_is_in(desk, user_headers):
    call = await meeting(desk, user_headers)
    await play(desk, "meeting-lobby", 200)
    came = [who["name"] for who in (await desk.truth(call))["roster"]]
    assert {"Viktor Visite", "Carlos Silva"} <= set(came)


async def test_without_a_meeting_nobody_visits(desk):
    await play(desk, "meeting-lobby", 200)
    callers = {call["caller"]["name"] for call in (await desk.sim("GET", "/calls")).json()}
    assert callers == {"Gisela Gast", "Late & Later Ltd"}


def test_a_busy_day_has_its_hours():
    day = read_script("busy-day")
    assert [day.pace(hour * 3600).burst for hour in range(9)] == [1, 1, 2, 1, 1, 1, 1, 2, 1]
    assert day.pace(0).every == (120, 240)
    assert day.pace(7300).every == (10, 25)


async def test_a_scene_brings_its_faults_and_takes_them_with_it(desk):
    await desk.sim("PUT", "/scene", {"name": "bad-line"})
    faults = (await desk.sim("GET", "/faults")).json()
    assert (faults["duplicate"], faults["cut_chance"], faults["seed"]) == (0.1, 0.02, 1)
    await desk.sim("PUT", "/scene", {"name": None})
    faults = (await desk.sim("GET", "/faults")).json()
    assert (faults["duplicate"], faults["cut_chance"]) == (0, 0)


async def test_a_spammer_rings_and_hangs_up(desk):
    await play(desk, "spam-caller", 60)
    calls = (await desk.sim("GET", "/calls")).json()
    spam = [call for call in calls if call["caller"]["id"] == "+14255550199"]
    assert len(spam) >= 3
    assert {call["outcome"] for call in spam[:-1]} == {"caller lost patience"}
