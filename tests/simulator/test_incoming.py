"""Calls that come in: answered, rejected, redirected, lost."""

import pytest


async def test_an_incoming_call_is_announced_at_the_webhook(desk):
    call = await desk.ring(name="Wilma Testperson", phone="+14255550151")
    (item,) = desk.items(call)
    assert item["changeType"] == "created"
    assert item["resource"] == f"/app/calls/{call}"
    data = item["resourceData"]
    assert data["state"] == data["direction"] == "incoming"
    assert data["source"]["identity"]["phone"]["id"] == "+14255550151"
    assert data["targets"][0]["identity"]["applicationInstance"]["displayName"] == "Main line"


async def test_an_answered_call_is_established_and_told_at_its_callback(desk):
    call = await desk.talk()
    assert desk.states(call) == ["incoming", "establishing", "established"]
    assert [path for path, _, _ in desk.hook.posts[1:]] == ["/hook/calls"] * (len(desk.hook.posts) - 1)
    assert desk.items(call)[-1]["resourceData"]["mediaState"]["audio"] == "active"
    assert desk.items(call, "/participants") == []


async def test_nobody_answers_for_fifteen_seconds(desk):
    call = await desk.ring()
    await desk.pass_time(14.9)
    assert desk.states(call) == ["incoming"]
    await desk.pass_time(0.2)
    last = desk.items(call)[-1]
    assert last["changeType"] == "deleted"
    assert last["resourceData"]["state"] == "terminated"
    assert 400 <= last["resourceData"]["resultInfo"]["code"] < 500
    assert (await desk.answer(call)).status_code == 404


async def test_a_caller_loses_patience(desk):
    call = await desk.talk(patience=30)
    await desk.pass_time(30)
    assert desk.items(call)[-1]["resourceData"]["resultInfo"]["subcode"] == 540000
    assert (await desk.truth(call))["outcome"] == "caller lost patience"


async def test_patience_pauses_while_somebody_talks_and_runs_again_on_hold(desk):
    call = await desk.talk(patience=30)
    await desk.invite(call, 0)
    await desk.pass_time(100)
    assert (await desk.truth(call))["state"] == "established"
    caller = await desk.member(call, "Wilma Testperson")
    await desk.on_call(call, f"participants/{caller['participantId']}/startHoldMusic", {})
    await desk.pass_time(31)
    assert [who["name"] for who in (await desk.truth(call))["left"]] == ["Wilma Testperson"]


async def test_a_rejected_call_ends_without_state(desk):
    call = await desk.ring()
    assert (await desk.on_call(call, "reject", {"reason": "busy"})).status_code == 202
    await desk.pass_time()
    last = desk.items(call)[-1]
    assert last["changeType"] == "deleted"
    assert set(last["resourceData"]) == {"@odata.type", "@odata.id"}


async def test_a_reject_reason_must_be_known(desk):
    call = await desk.ring()
    assert (await desk.on_call(call, "reject", {"reason": "tired"})).status_code == 400


async def test_a_redirected_call_goes_to_the_first_who_picks_up(desk):
    call = await desk.ring()
    targets = [{"identity": {"user": {"id": desk.users[n].id}}} for n in (5, 0)]
    answer = await desk.on_call(call, "redirect", {"targets": targets, "timeout": 15})
    assert answer.status_code == 202
    await desk.pass_time(2)
    last = desk.items(call)[-1]["resourceData"]
    assert last["state"] == "terminated"
    assert "resultInfo" not in last
    assert (await desk.truth(call))["outcome"] == "redirected to Lena Ortiz"


async def test_a_redirect_to_somebody_away_ends_with_a_result(desk):
    call = await desk.ring()
    body = {"targets": [{"identity": {"user": {"id": desk.users[5].id}}}], "timeout": 20}
    await desk.on_call(call, "redirect", body)
    await desk.pass_time(19)
    assert desk.states(call) == ["incoming"]
    await desk.pass_time(2)
    assert desk.items(call)[-1]["resourceData"]["resultInfo"]["code"] == 408


@pytest.mark.parametrize("seconds", [14, 91, "20", True])
async def test_a_redirect_rings_fifteen_to_ninety_seconds(desk, seconds):
    call = await desk.ring()
    body = {"targets": [{"identity": {"user": {"id": desk.users[0].id}}}], "timeout": seconds}
    assert (await desk.on_call(call, "redirect", body)).status_code == 400


@pytest.mark.parametrize("count", [0, 26])
async def test_a_redirect_has_one_to_twenty_five_targets(desk, count):
    call = await desk.ring()
    targets = [{"identity": {"user": {"id": desk.users[0].id}}}] * count
    assert (await desk.on_call(call, "redirect", {"targets": targets})).status_code == 400


async def test_the_state_decides_what_may_be_done(desk):
    call = await desk.ring()
    target = {"identity": {"user": {"id": desk.users[0].id}}}
    assert (await desk.on_call(call, "transfer", {"transferTarget": target})).status_code == 400
    assert (await desk.invite(call, 0)).status_code == 400
    await desk.answer(call)
    assert (await desk.answer(call)).status_code == 400
    assert (await desk.on_call(call, "redirect", {"targets": [target]})).status_code == 400
    assert (await desk.on_call(call, "reject", {})).status_code == 400


async def test_a_caller_who_hangs_up_while_ringing_is_gone(desk):
    call = await desk.ring()
    assert (await desk.sim("POST", f"/calls/{call}/hangup")).status_code == 204
    await desk.pass_time()
    assert desk.items(call)[-1]["changeType"] == "deleted"
    assert (await desk.graph("GET", f"/communications/calls/{call}")).status_code == 404


async def test_a_withheld_number_is_encrypted(desk):
    call = await desk.ring(withheld=True)
    assert list(desk.items(call)[0]["resourceData"]["source"]["identity"]) == ["@odata.type", "encrypted"]


async def test_a_call_from_a_group_brings_chat_and_roster(desk):
    body = {"caller": {"userId": desk.users[8].id}, "with": [desk.users[11].user_principal_name]}
    call = (await desk.sim("POST", "/calls", body)).json()["id"]
    await desk.pass_time()
    data = desk.items(call)[0]["resourceData"]
    assert data["meetingInfo"]["@odata.type"] == "#microsoft.graph.tokenMeetingInfo"
    assert data["chatInfo"]["threadId"].startswith("19:meeting_")
    await desk.answer(call, delta=False)
    await desk.pass_time(1)
    (roster,) = desk.items(call, "/participants")
    assert len(roster["resourceData"]) == 3


@pytest.mark.parametrize(
    "url", ["http://relay.example.net/x", "ftp://localhost/x", "relay", "http://10.0.0.1/", "https://", 7]
)
async def test_a_callback_must_be_https_or_on_this_machine(desk, url):
    call = await desk.ring()
    assert (await desk.answer(call, callbackUri=url)).status_code == 400


@pytest.mark.parametrize("field", ["acceptedModalities", "mediaConfig"])
async def test_answer_needs_its_fields(desk, field):
    call = await desk.ring()
    assert (await desk.answer(call, **{field: None})).status_code == 400


@pytest.mark.parametrize(("targets", "seconds"), [((5,), 55), ((5, 13), 60)])
async def test_a_redirect_rings_55_seconds_or_60(desk, targets, seconds):
    call = await desk.ring()
    people = [{"identity": {"user": {"id": desk.users[n].id}}} for n in targets]
    assert (await desk.on_call(call, "redirect", {"targets": people})).status_code == 202
    await desk.pass_time(seconds - 0.5)
    assert desk.states(call) == ["incoming"]
    await desk.pass_time(1)
    assert desk.states(call)[-1] == "terminated"


async def test_twenty_five_may_ring_at_once(desk):
    call = await desk.ring()
    await desk.sim("PUT", "/people/+14255550111", {"behaviour": "picks-up", "delay": 1})
    phones = [{"identity": {"phone": {"id": f"+14255550{n}"}}} for n in range(100, 125)]
    assert (await desk.on_call(call, "redirect", {"targets": phones})).status_code == 202
    await desk.pass_time(2)
    assert (await desk.truth(call))["outcome"] == "redirected to +14255550111"


async def test_a_redirected_call_ends_with_its_whole_story(desk):
    call = await desk.ring()
    target = {"identity": {"user": {"id": desk.users[0].id}}}
    await desk.on_call(call, "redirect", {"targets": [target]})
    await desk.pass_time(2)
    last = desk.items(call)[-1]
    assert last["changeType"] == "deleted"
    assert last["resourceData"] == {**desk.items(call)[0]["resourceData"], "state": "terminated"}


async def test_a_caller_may_give_up_while_the_redirect_rings(desk):
    call = await desk.ring()
    target = {"identity": {"user": {"id": desk.users[5].id}}}
    await desk.on_call(call, "redirect", {"targets": [target]})
    await desk.sim("POST", f"/calls/{call}/hangup")
    await desk.pass_time(60)
    assert [item["changeType"] for item in desk.items(call)] == ["created", "deleted"]


async def test_a_ringing_call_need_not_be_kept_alive(desk):
    call = await desk.ring()
    assert (await desk.on_call(call, "keepAlive")).status_code == 400


async def test_a_forwarded_call_says_who_was_wanted(desk):
    body = {"caller": {"phone": "+14255550151"}, "forwardedFrom": "marta@contoso.example"}
    call = (await desk.sim("POST", "/calls", body)).json()["id"]
    await desk.pass_time()
    (route,) = desk.items(call)[0]["resourceData"]["callRoutes"]
    assert route["routingType"] == "forwarded"
    assert route["original"]["user"]["displayName"] == "Marta Nowak"
    assert route["final"]["applicationInstance"]["displayName"] == "Main line"
    body["forwardedFrom"] = "nobody@contoso.example"
    assert (await desk.sim("POST", "/calls", body)).status_code == 400


async def test_without_consent_the_bot_does_not_learn_who_calls(desk):
    await desk.sim("PUT", "/options", {"consented": False})
    call = await desk.ring()
    identity = desk.items(call)[0]["resourceData"]["source"]["identity"]
    assert "encrypted" in identity
    assert "phone" not in identity
