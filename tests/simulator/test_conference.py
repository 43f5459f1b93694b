"""Inviting, withdrawing, removing, muting and holding people."""

import pytest


async def test_an_invitation_makes_a_group_and_ends_when_they_join(desk):
    call = await desk.talk()
    answer = await desk.invite(call, 0)
    body = answer.json()
    assert body["status"] == "Running"
    assert answer.headers["location"].endswith(f"/calls/{call}/operations/{body['id']}")
    invited = body["participants"][0]["participantId"]
    await desk.pass_time(0.5)
    assert [who["participantId"] for who in (await desk.truth(call))["ringing"]] == [invited]
    await desk.pass_time(1)
    operation = desk.operation(call, body["id"])
    assert operation["status"] == "completed"
    assert operation["clientContext"] == "invite-1"
    roster = (await desk.graph("GET", f"/communications/calls/{call}/participants")).json()["value"]
    assert len(roster) == 3
    assert invited in [member["id"] for member in roster]


async def test_a_peer_to_peer_call_shows_no_roster(desk):
    call = await desk.talk()
    answer = await desk.graph("GET", f"/communications/calls/{call}/participants")
    assert (answer.status_code, answer.json()["value"]) == (200, [])


async def test_delta_rosters_count_up_and_name_who_left(desk):
    call = await desk.group()
    await desk.sim("POST", f"/calls/{call}/hangup")
    await desk.pass_time()
    told = [item["resourceData"] for item in desk.items(call, "/participants")]
    assert [data["sequenceNumber"] for data in told] == list(range(1, len(told) + 1))
    (gone,) = told[-1]["participants"]
    assert gone["removedState"]["reason"] == "left"
    assert gone["rosterSequenceNumber"] == told[-1]["sequenceNumber"]


async def test_full_rosters_are_whole_each_time(desk):
    call = await desk.group(delta=False)
    sizes = [len(item["resourceData"]) for item in desk.items(call, "/participants")]
    assert sizes == [2, 3]
    await desk.sim("POST", f"/calls/{call}/hangup")
    await desk.pass_time()
    assert len(desk.items(call, "/participants")[-1]["resourceData"]) == 2


@pytest.mark.parametrize(
    ("behaviour", "after", "code"), [("declines", 2, 486), ("busy", 2, 486), ("away", 60, 408)]
)
async def test_an_invitation_fails_with_the_reason(desk, behaviour, after, code):
    call = await desk.talk()
    await desk.sim("PUT", f"/people/{desk.users[3].id}", {"behaviour": behaviour, "delay": 2})
    operation = (await desk.invite(call, 3)).json()["id"]
    await desk.pass_time(after)
    ended = desk.operation(call, operation)
    assert (ended["status"], ended["resultInfo"]["code"]) == ("failed", code)
    assert (await desk.truth(call))["state"] == "established"


async def test_somebody_without_a_client_cannot_be_reached(desk):
    call = await desk.talk()
    operation = (await desk.invite(call, 13)).json()["id"]
    await desk.pass_time(1)
    result = desk.operation(call, operation)["resultInfo"]
    assert (result["code"], result["subcode"]) == (480, 10037)


async def test_an_invitation_can_be_withdrawn(desk):
    call = await desk.talk()
    body = (await desk.invite(call, 5)).json()
    path = f"/communications/calls/{call}/participants/{body['participants'][0]['participantId']}"
    assert (await desk.graph("DELETE", path)).status_code == 204
    await desk.pass_time()
    assert desk.operation(call, body["id"])["status"] == "failed"
    await desk.pass_time(120)
    assert len((await desk.truth(call))["roster"]) == 2


async def test_five_may_be_invited_at_once_into_a_group(desk):
    call = await desk.talk()
    assert (await desk.invite(call, 0, 1)).status_code == 400
    await desk.invite(call, 0)
    await desk.pass_time(2)
    assert (await desk.invite(call, *range(1, 7))).status_code == 400
    body = (await desk.invite(call, 1, 2, 3, 6, 7)).json()
    await desk.pass_time(10)
    assert desk.operation(call, body["id"])["status"] == "completed"
    assert len((await desk.truth(call))["roster"]) == 8


async def test_nobody_is_in_a_call_twice(desk):
    call = await desk.group()
    assert (await desk.invite(call, 0)).status_code == 400


async def test_an_invitation_can_take_over_another_call(desk):
    consult = await desk.dial(3)
    await desk.pass_time(8)
    call = await desk.group()
    operation = (await desk.invite(call, 3, replacesCallId=consult)).json()["id"]
    await desk.pass_time(1)
    assert desk.operation(call, operation)["status"] == "completed"
    assert (await desk.truth(consult))["state"] == "terminated"
    assert "Anna Berg" in [member["name"] for member in (await desk.truth(call))["roster"]]


async def test_the_group_goes_on_until_the_last_person_leaves(desk):
    call = await desk.group()
    await desk.sim("POST", f"/calls/{call}/hangup")
    await desk.pass_time(60)
    assert (await desk.truth(call))["state"] == "established"
    left = await desk.sim("POST", f"/people/{desk.users[0].id}/leave", {"callId": call})
    assert left.status_code == 204
    await desk.pass_time(2)
    assert desk.items(call)[-1]["resourceData"]["resultInfo"]["subcode"] == 5010


async def test_mute_is_for_one_and_only_they_can_undo_it(desk):
    call = await desk.group()
    caller = (await desk.member(call, "Wilma Testperson"))["participantId"]
    answer = await desk.on_call(call, f"participants/{caller}/mute", {"clientContext": "m-1"})
    assert answer.json() | {"@odata.context": ""} == {
        "@odata.context": "",
        "@odata.type": "#microsoft.graph.muteParticipantOperation",
        "id": answer.json()["id"],
        "status": "completed",
        "clientContext": "m-1",
        "resultInfo": None,
    }
    await desk.pass_time()
    (told,) = desk.items(call, "/participants")[-1]["resourceData"]["participants"]
    assert told["isMuted"] is True
    assert told["mediaStreams"][0]["serverMuted"] is True
    assert desk.items(call, f"/operations/{answer.json()['id']}") == []
    assert (await desk.sim("POST", f"/calls/{call}/participants/{caller}/unmute")).status_code == 204
    assert (await desk.member(call, "Wilma Testperson"))["muted"] is False


async def test_hold_music_plays_to_one_at_a_time(desk):
    call = await desk.group()
    caller = (await desk.member(call, "Wilma Testperson"))["participantId"]
    other = (await desk.member(call, "Lena Ortiz"))["participantId"]
    answer = await desk.on_call(call, f"participants/{caller}/startHoldMusic", {"clientContext": "h-1"})
    assert (answer.status_code, answer.json()["status"]) == (202, "running")
    assert (await desk.on_call(call, f"participants/{other}/startHoldMusic", {})).status_code == 400
    await desk.pass_time(1)
    assert desk.operation(call, answer.json()["id"])["status"] == "completed"
    (told,) = desk.items(call, "/participants")[-1]["resourceData"]["participants"]
    assert told["mediaStreams"][0]["direction"] == "inactive"
    answer = await desk.on_call(call, f"participants/{caller}/stopHoldMusic", {"clientContext": "h-2"})
    assert (answer.status_code, answer.json()["status"]) == (202, "completed")
    await desk.pass_time()
    (told,) = desk.items(call, "/participants")[-1]["resourceData"]["participants"]
    assert told["mediaStreams"][0]["direction"] == "sendReceive"


@pytest.mark.parametrize("verb", ["mute", "unmute"])
async def test_the_bot_mutes_itself_in_groups_only(desk, verb):
    call = await desk.talk()
    assert (await desk.on_call(call, verb, {})).status_code == 400
    await desk.invite(call, 0)
    await desk.pass_time(2)
    answer = await desk.on_call(call, verb, {"clientContext": "self"})
    assert answer.json()["@odata.type"].endswith(f".{verb}ParticipantOperation")
    assert (await desk.member(call, "Main line"))["muted"] is (verb == "mute")


async def test_removing_needs_the_tenants_grant(desk):
    call = await desk.group()
    lena = (await desk.member(call, "Lena Ortiz"))["participantId"]
    path = f"/communications/calls/{call}/participants/{lena}"
    await desk.sim("PUT", "/options", {"mayRemove": False})
    assert (await desk.graph("DELETE", path)).status_code == 403
    await desk.sim("PUT", "/options", {"mayRemove": True})
    assert (await desk.graph("DELETE", path)).status_code == 204
    assert (await desk.graph("GET", path)).status_code == 404
    assert [member["reason"] for member in (await desk.truth(call))["left"]] == ["removed"]


async def test_a_phone_needs_a_line_with_a_number(desk):
    call = await desk.talk()
    people = [{"identity": {"phone": {"id": "+14255550177"}}}]
    answer = await desk.on_call(call, "participants/invite", {"participants": people})
    assert answer.status_code == 200
    await desk.pass_time(5)
    assert desk.operation(call, answer.json()["id"])["status"] == "completed"
    dialled = await desk.dial(0, 1)
    await desk.pass_time(3)
    answer = await desk.on_call(dialled, "participants/invite", {"participants": people})
    assert answer.status_code == 400


async def test_only_the_first_is_read_when_a_call_is_taken_over(desk):
    consult = await desk.dial(3)
    await desk.pass_time(8)
    call = await desk.group()
    answer = await desk.invite(call, *range(3, 12), replacesCallId=consult)
    assert answer.status_code == 200
    assert len(answer.json()["participants"]) == 1
    await desk.pass_time(1)
    assert (await desk.member(call, "Anna Berg"))["kind"] == "user"


async def test_the_call_that_is_taken_over_must_be_with_the_invited(desk):
    consult = await desk.dial(3)
    await desk.pass_time(8)
    call = await desk.group()
    assert (await desk.invite(call, 6, replacesCallId=consult)).status_code == 400
    assert (await desk.truth(consult))["state"] == "established"


async def test_hold_music_for_somebody_who_leaves_fails(desk):
    call = await desk.group()
    caller = (await desk.member(call, "Wilma Testperson"))["participantId"]
    operation = (await desk.on_call(call, f"participants/{caller}/startHoldMusic", {})).json()["id"]
    await desk.sim("POST", f"/calls/{call}/hangup")
    await desk.pass_time(1)
    assert desk.operation(call, operation)["status"] == "failed"


async def test_a_mute_and_a_hold_show_in_the_roster(desk):
    call = await desk.group()
    caller = (await desk.member(call, "Wilma Testperson"))["participantId"]
    await desk.on_call(call, f"participants/{caller}/mute", {})
    await desk.on_call(call, f"participants/{caller}/startHoldMusic", {})
    await desk.pass_time(1)
    muted, held = (i["resourceData"]["participants"][0] for i in desk.items(call, "/participants")[-2:])
    assert (muted["isMuted"], muted["mediaStreams"][0]["serverMuted"]) == (True, True)
    assert (muted["mediaStreams"][0]["direction"], held["mediaStreams"][0]["direction"]) == (
        "sendReceive",
        "inactive",
    )
