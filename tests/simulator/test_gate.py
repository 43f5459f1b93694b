"""Who may ask for what, and how Graph says no."""

import pytest


async def test_no_token_is_401_with_graphs_envelope(desk):
    answer = await desk.graph("GET", "/me", headers={"Authorization": "", "client-request-id": "abc"})
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert error["code"] == "InvalidAuthenticationToken"
    assert error["innerError"]["client-request-id"] == "abc"
    assert error["innerError"]["request-id"] == answer.headers["request-id"]
    assert error["innerError"]["date"] == "2026-09-21T14:13:20"
    assert "Bearer" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("token", ["garbage", "other:"])
async def test_a_foreign_token_is_401(desk, token):
    answer = await desk.graph("GET", "/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_an_app_needs_the_role(desk):
    call = await desk.talk()
    headers = {"Authorization": "Bearer app:Calls.JoinGroupCall.All"}
    answer = await desk.on_call(call, "participants/invite", {}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "7504")
    answer = await desk.on_call(call, "subscribeToTone", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "7504")


@pytest.mark.parametrize("call", ["gone", "00000000-0000-4000-8000-000000000000"])
async def test_an_unknown_call_is_404(desk, call):
    answer = await desk.graph("GET", f"/communications/calls/{call}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "itemNotFound")


async def test_an_id_is_the_same_in_every_spelling(desk):
    call = await desk.ring()
    other = call.replace("-", "").upper()
    assert (await desk.graph("GET", f"/communications/calls/{other}")).status_code == 200


async def test_there_is_no_list_of_calls(desk):
    answer = await desk.graph("GET", "/communications/calls")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


async def test_bytes_that_are_not_json_are_refused(desk):
    url = f"{desk.running.graph_url}/communications/calls"
    for content in (b"{", b"[]", b"\xff"):
        answer = await desk.http.post(
            url, content=content, headers={"Authorization": "Bearer app:Calls.Initiate.All"}
        )
        assert answer.status_code == 400


async def test_requests_can_be_throttled(desk):
    await desk.sim("PUT", "/faults", {"throttle": 1, "retryAfter": 7, "operation": "users"})
    assert (await desk.graph("GET", "/communications/calls/x")).status_code == 404
    answer = await desk.graph("GET", "/users")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["error"]["innerError"]["code"] == "429"
    assert (await desk.graph("GET", "/users")).status_code == 403


async def test_other_troubles(desk):
    await desk.sim("PUT", "/faults", {"unavailable": 1, "bareError": 1})
    assert (await desk.graph("GET", "/users")).status_code == 503
    answer = await desk.graph("GET", "/users")
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "7503")


async def test_the_ledger_tells_what_was_asked(desk):
    call = await desk.talk()
    await desk.invite(call, 0)
    entries = (await desk.sim("GET", "/requests?since=0")).json()
    assert [entry["operation"] for entry in entries] == ["calls.answer", "participants.invite"]
    last = entries[-1]
    assert (last["callId"], last["status"], last["clientContext"]) == (call, 200, "invite-1")
    assert last["body"]["participants"]
    assert (await desk.sim("GET", f"/requests?since={last['n']}")).json() == []
