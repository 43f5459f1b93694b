"""Which calls may reach phones: the matrix of REFERENCE §9.2, line by line."""

import pytest

from tests.simulator.test_lobby import meeting

PHONE = {"identity": {"phone": {"id": "+14255550177"}}}
CALLERS = {"a phone": {"phone": "+14255550151"}, "Teams": {"userId": "carlos@contoso.example"}}


async def rings(desk, line, **caller):
    call = (await desk.sim("POST", "/calls", {"caller": caller, "line": line})).json()["id"]
    await desk.pass_time()
    return call


async def up(desk, line, **caller):
    call = await rings(desk, line, **caller)
    await desk.answer(call)
    await desk.pass_time(1)
    return call


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("line", "status"), [("Main line", True), ("Front Desk", False)])
async def test_a_call_to_the_number_reaches_phones_and_one_to_the_bot_does_not(desk, caller, line, status):
    call = await rings(desk, line, **CALLERS[caller])
    kind = "applicationInstance" if status else "application"
    assert kind in desk.items(call)[0]["resourceData"]["targets"][0]["identity"]
    redirected = await desk.on_call(call, "redirect", {"targets": [PHONE]})
    assert redirected.status_code == (202 if status else 400)
    for verb, body in (
        ("transfer", {"transferTarget": PHONE}),
        ("participants/invite", {"participants": [PHONE]}),
    ):
        call = await up(desk, line, **CALLERS[caller])
        assert (await desk.on_call(call, verb, body)).is_success is status, verb


@pytest.mark.parametrize(("line", "allowed"), [("Main line", True), ("Front Desk", False)])
async def test_a_line_that_is_asked_into_a_call_reaches_phones(desk, line, allowed):
    body = {"caller": {"name": "A"}, "with": [desk.users[3].id], "line": line}
    call = (await desk.sim("POST", "/calls", body)).json()["id"]
    await desk.pass_time()
    await desk.answer(call)
    await desk.pass_time(1)
    answer = await desk.on_call(call, "participants/invite", {"participants": [PHONE]})
    assert answer.is_success is allowed


async def test_from_a_meeting_a_bot_reaches_phones(desk, user_headers):
    call = await meeting(desk, user_headers)
    answer = await desk.on_call(call, "participants/invite", {"participants": [PHONE]})
    assert answer.status_code == 200
    await desk.pass_time(5)
    assert desk.operation(call, answer.json()["id"])["status"] == "completed"


async def test_a_bot_that_joined_by_token_does_not(desk):
    body = {
        "callbackUri": desk.hook.url,
        "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
        "tenantId": desk.running.directory.tenant_id,
        "source": {"identity": {"applicationInstance": {"id": desk.running.directory.lines[0].id}}},
        "meetingInfo": {"@odata.type": "#microsoft.graph.tokenMeetingInfo", "token": "opaque"},
    }
    call = (await desk.graph("POST", "/communications/calls", body)).json()["id"]
    await desk.pass_time(2)
    answer = await desk.on_call(call, "participants/invite", {"participants": [PHONE]})
    assert answer.status_code == 400


async def test_a_peer_to_peer_call_that_invites_a_phone_becomes_a_group(desk):
    call = await up(desk, "Main line", phone="+14255550151")
    answer = await desk.on_call(call, "participants/invite", {"participants": [PHONE]})
    await desk.pass_time(5)
    assert desk.operation(call, answer.json()["id"])["status"] == "completed"
    assert (await desk.truth(call))["group"] is True
