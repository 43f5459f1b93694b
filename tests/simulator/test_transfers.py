"""Handing callers over."""


def target(desk, user, **more):
    return {"transferTarget": {"identity": {"user": {"id": desk.users[user].id}}, **more}}


async def test_a_blind_transfer_succeeds(desk):
    call = await desk.talk()
    assert (await desk.on_call(call, "transfer", target(desk, 0))).status_code == 202
    await desk.pass_time(5)
    assert desk.states(call)[-3:] == ["transferring", "transferAccepted", "terminated"]
    result = desk.items(call)[-1]["resourceData"]["resultInfo"]
    assert (result["code"], result["subcode"], result["message"]) == (0, 7015, "GracefulTransferCompleted")
    assert (await desk.truth(call))["outcome"] == "Wilma Testperson transferred to Lena Ortiz"


async def test_a_declined_transfer_comes_back(desk):
    call = await desk.talk()
    await desk.on_call(call, "transfer", target(desk, 10))
    await desk.pass_time(5)
    assert desk.states(call)[-3:] == ["transferring", "transferAccepted", "established"]
    back = next(item for item in desk.items(call) if "resultInfo" in item["resourceData"])
    assert back["changeType"] == "updated"
    assert (back["resourceData"]["resultInfo"]["code"], back["resourceData"]["resultInfo"]["subCode"]) == (
        500,
        7000,
    )
    assert (await desk.on_call(call, "keepAlive")).status_code == 200


async def test_a_consulted_transfer_joins_the_two_legs(desk):
    call = await desk.talk()
    consult = await desk.dial(3)
    await desk.pass_time(8)
    answer = await desk.on_call(call, "transfer", target(desk, 3, replacesCallId=consult))
    assert answer.status_code == 202
    await desk.pass_time(2)
    last = desk.items(call)[-1]["resourceData"]
    assert (last["state"], last["terminationReason"]) == ("terminated", "AppTransferred")
    assert (await desk.truth(consult))["state"] == "terminated"


async def test_a_consulted_transfer_fails_before_they_pick_up(desk):
    call = await desk.talk()
    consult = await desk.dial(5)
    await desk.pass_time(3)
    await desk.on_call(call, "transfer", target(desk, 5, replacesCallId=consult))
    await desk.pass_time(2)
    failed = [item["resourceData"] for item in desk.items(call) if "resultInfo" in item["resourceData"]]
    assert failed[0]["resultInfo"]["subCode"] == 7700
    assert desk.states(call)[-1] == "established"


async def test_the_replaced_call_must_be_with_the_target(desk):
    call = await desk.talk()
    consult = await desk.dial(0)
    await desk.pass_time(3)
    assert (await desk.on_call(call, "transfer", target(desk, 3, replacesCallId=consult))).status_code == 400
    assert (await desk.on_call(call, "transfer", target(desk, 3, replacesCallId="gone"))).status_code == 404


async def test_a_group_call_needs_a_transferee(desk):
    call = await desk.group()
    refused = await desk.on_call(call, "transfer", target(desk, 3))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "8523")
    wrong = {"transferee": {"participantId": "nobody", "identity": {}}}
    assert (await desk.on_call(call, "transfer", target(desk, 3) | wrong)).status_code == 404
    caller = {"transferee": {"identity": {"phone": {"id": "+14255550151"}}}}
    assert (await desk.on_call(call, "transfer", target(desk, 3) | caller)).status_code == 202
    await desk.pass_time(10)
    assert desk.items(call)[-1]["resourceData"]["resultInfo"]["subcode"] == 7015


async def test_a_caller_may_hang_up_during_a_transfer(desk):
    call = await desk.talk()
    await desk.on_call(call, "transfer", target(desk, 5))
    await desk.pass_time(3)
    await desk.sim("POST", f"/calls/{call}/hangup")
    await desk.pass_time(60)
    assert desk.states(call)[-1] == "terminated"
    assert len([item for item in desk.items(call) if item["changeType"] == "deleted"]) == 1
