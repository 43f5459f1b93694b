"""Calls the bot makes, keeps alive, plays sounds on and ends."""

import pytest

MEDIA = {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"}


async def test_a_call_to_one_person(desk):
    body = {
        "callbackUri": desk.hook.url,
        "requestedModalities": ["audio"],
        "mediaConfig": MEDIA,
        "targets": [{"identity": {"user": {"id": desk.users[0].id}}}],
    }
    answer = await desk.graph("POST", "/communications/calls", body)
    assert answer.status_code == 201
    call = answer.json()
    assert answer.headers["location"].endswith(f"/v1.0/communications/calls/{call['id']}")
    assert (call["state"], call["direction"]) == ("establishing", "outgoing")
    assert call["source"]["identity"]["application"]["displayName"] == "Front Desk"
    assert call["targets"][0]["identity"]["user"]["displayName"] == "Lena Ortiz"
    await desk.pass_time(3)
    assert desk.states(call["id"]) == ["establishing", "established"]
    shown = (await desk.graph("GET", f"/communications/calls/{call['id']}")).json()
    assert shown["state"] == "established"


@pytest.mark.parametrize(("user", "code"), [(5, 408), (10, 486), (4, 486), (13, 480)])
async def test_a_call_that_nobody_takes(desk, user, code):
    call = await desk.dial(user)
    await desk.pass_time(70)
    assert desk.items(call)[-1]["resourceData"]["resultInfo"]["code"] == code


async def test_a_group_call_rings_everybody(desk):
    call = await desk.dial(0, 1)
    await desk.pass_time(3)
    assert desk.states(call) == ["establishing", "established"]
    assert len((await desk.truth(call))["roster"]) == 3


async def test_a_group_call_that_nobody_joins_ends(desk):
    call = await desk.dial(5, 10)
    await desk.pass_time(70)
    assert desk.items(call)[-1]["resourceData"]["resultInfo"]["subcode"] == 5013


async def test_a_call_to_a_phone_needs_a_line(desk):
    body = {
        "callbackUri": desk.hook.url,
        "mediaConfig": MEDIA,
        "tenantId": desk.running.directory.tenant_id,
        "targets": [{"identity": {"phone": {"id": "+14255550199"}}}],
    }
    assert (await desk.graph("POST", "/communications/calls", body)).status_code == 400
    line = desk.running.directory.lines[0]
    body["source"] = {"identity": {"applicationInstance": {"id": line.id}}}
    call = (await desk.graph("POST", "/communications/calls", body)).json()["id"]
    await desk.pass_time(6)
    assert desk.states(call)[-1] == "established"
    body["source"] = {"identity": {"user": {"id": desk.users[0].id}}}
    refused = await desk.graph("POST", "/communications/calls", body)
    assert refused.json()["error"]["code"] == "7507"


async def test_a_call_of_another_tenant_is_refused(desk):
    body = {
        "callbackUri": desk.hook.url,
        "mediaConfig": MEDIA,
        "tenantId": "00000000-0000-4000-8000-000000000000",
        "targets": [{"identity": {"user": {"id": desk.users[0].id}}}],
    }
    refused = await desk.graph("POST", "/communications/calls", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "7505")


async def test_the_bot_joins_a_meeting_by_its_number(desk, user_headers):
    made = await desk.graph(
        "POST",
        "/me/onlineMeetings",
        {"subject": "Conference", "joinMeetingIdSettings": {"isPasscodeRequired": True}},
        headers=user_headers(),
    )
    settings = made.json()["joinMeetingIdSettings"]
    info = {
        "@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo",
        "joinMeetingId": settings["joinMeetingId"],
        "passcode": settings["passcode"],
    }
    body = {
        "callbackUri": desk.hook.url,
        "mediaConfig": MEDIA,
        "tenantId": desk.running.directory.tenant_id,
        "meetingInfo": info,
    }
    answer = await desk.graph("POST", "/communications/calls", body)
    assert answer.status_code == 201
    assert answer.json()["chatInfo"] == made.json()["chatInfo"]
    await desk.pass_time(100)
    assert desk.states(answer.json()["id"]) == ["establishing", "established"]
    wrong = body | {"meetingInfo": info | {"passcode": "guess"}}
    assert (await desk.graph("POST", "/communications/calls", wrong)).status_code == 404
    del body["tenantId"]
    assert (await desk.graph("POST", "/communications/calls", body)).json()["error"]["code"] == "7505"


async def test_hanging_up_ends_the_bots_leg(desk):
    call = await desk.talk()
    assert (await desk.graph("DELETE", f"/communications/calls/{call}")).status_code == 204
    await desk.pass_time(1)
    assert desk.states(call)[-2:] == ["terminating", "terminated"]
    assert desk.items(call)[-1]["resourceData"]["resultInfo"]["subcode"] == 7000
    assert (await desk.graph("DELETE", f"/communications/calls/{call}")).status_code == 404


async def test_a_call_that_is_not_kept_alive_ends(desk):
    call = await desk.talk()
    await desk.pass_time(44 * 60)
    assert (await desk.on_call(call, "keepAlive")).status_code == 200
    await desk.pass_time(44 * 60)
    assert (await desk.truth(call))["state"] == "established"
    await desk.pass_time(2 * 60)
    result = desk.items(call)[-1]["resourceData"]["resultInfo"]
    assert (result["code"], result["subcode"]) == (408, 8537)
    assert (await desk.on_call(call, "keepAlive")).status_code == 404


PROMPT = {
    "@odata.type": "#microsoft.graph.mediaPrompt",
    "mediaInfo": {"uri": "https://relay.example.net/hold.wav"},
}


async def test_prompts_play_one_after_another(desk):
    call = await desk.talk()
    one = (await desk.on_call(call, "playPrompt", {"prompts": [PROMPT], "clientContext": "p-1"})).json()
    two = (await desk.on_call(call, "playPrompt", {"prompts": [PROMPT], "clientContext": "p-2"})).json()
    assert one["status"] == "running"
    await desk.pass_time(6)
    assert desk.operation(call, one["id"])["resultInfo"]["code"] == 200
    assert desk.items(call, f"/operations/{two['id']}") == []
    shown = await desk.graph("GET", f"/communications/calls/{call}/operations/{two['id']}")
    assert shown.json()["status"] == "running"
    await desk.pass_time(5)
    assert desk.operation(call, two["id"])["clientContext"] == "p-2"


async def test_prompts_can_be_cancelled(desk):
    call = await desk.talk()
    one = (await desk.on_call(call, "playPrompt", {"prompts": [PROMPT] * 20})).json()
    answer = await desk.on_call(call, "cancelMediaProcessing", {"clientContext": "c"})
    assert answer.json()["status"] == "completed"
    await desk.pass_time()
    ended = desk.operation(call, one["id"])
    assert (ended["status"], ended["resultInfo"]["subcode"]) == ("failed", 8508)


@pytest.mark.parametrize("prompts", [[], [PROMPT] * 21, [{}], None, "x"])
async def test_one_to_twenty_prompts(desk, prompts):
    call = await desk.talk()
    assert (await desk.on_call(call, "playPrompt", {"prompts": prompts})).status_code == 400


async def test_a_client_context_has_its_limit(desk):
    call = await desk.talk()
    body = {"prompts": [PROMPT], "clientContext": "x" * 257}
    assert (await desk.on_call(call, "playPrompt", body)).status_code == 400


async def test_the_45_minutes_count_from_the_start_of_the_call(desk):
    call = await desk.dial(3)
    await desk.pass_time(10)
    assert desk.states(call)[-1] == "established"
    await desk.pass_time(45 * 60 - 10.5)
    assert desk.states(call)[-1] == "established"
    await desk.pass_time(1)
    assert desk.items(call)[-1]["resourceData"]["resultInfo"]["subcode"] == 8537


async def test_a_group_call_that_the_bot_made_has_no_chat(desk):
    call = await desk.dial(0, 1)
    await desk.pass_time(3)
    shown = (await desk.graph("GET", f"/communications/calls/{call}")).json()
    assert shown["chatInfo"] is None
    assert (await desk.invite(call, 3, 6)).status_code == 400
    assert (await desk.invite(call, 3)).status_code == 200


async def test_five_people_at_most_are_called_at_once(desk):
    body = {
        "callbackUri": desk.hook.url,
        "mediaConfig": MEDIA,
        "targets": [{"identity": {"user": {"id": user.id}}} for user in desk.users[:6]],
    }
    assert (await desk.graph("POST", "/communications/calls", body)).status_code == 400


async def test_an_outgoing_call_rings_a_minute(desk):
    call = await desk.dial(5)
    await desk.pass_time(59)
    assert desk.states(call) == ["establishing"]
    await desk.pass_time(2)
    result = desk.items(call)[-1]["resourceData"]["resultInfo"]
    assert (result["code"], result["subcode"]) == (408, 10057)


async def test_twenty_prompts_run_in_their_order_and_no_more_are_taken_at_once(desk):
    call = await desk.talk()
    operations = []
    for number in range(3):
        body = {"prompts": [PROMPT] * (20 if number == 0 else 1), "clientContext": f"p-{number}"}
        operations.append((await desk.on_call(call, "playPrompt", body)).json()["id"])
    await desk.pass_time(120)
    ended = [i["resourceData"]["id"] for i in desk.hook.items if "/operations/" in i["resourceUrl"]]
    assert ended == operations
