"""One wrong name, type, member or null in what the simulator says is noticed.

That there is none is held in every test (`tests/watching.py`); here the comparison itself is put to the test.
"""

import json
from dataclasses import replace

import httpx2
import pytest

from console.simulator.app import Simulator
from console.simulator.tap import Asked
from tests.contract.damage import NONSENSE, renamed, replaced, retyped
from tests.contract.exchanges import Exchanges
from tests.contract.microsoft import ABSENT, SCHEMA, Types
from tests.simulator.conftest import Desk, Tokens, as_user

pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason=ABSENT)

PROMPT = {
    "@odata.type": "#microsoft.graph.mediaPrompt",
    "mediaInfo": {"uri": "https://relay.example.net/a.wav"},
}
MEMBERS = {
    "state", "direction", "changeType", "status", "audio", "mediaType", "endpointType", "routingMode", "type",
    "scope", "allowedPresenters", "role", "contentType", "productFamily",
}  # fmt: skip
"""Some of the properties that are enums."""
WHOLE = {
    "id", "callbackUri", "info", "identity", "isMuted", "isInLobby", "mediaType", "direction", "sourceId",
    "serverMuted", "status", "code", "subcode", "changeType", "resourceUrl", "resourceData", "routingMode",
    "subscriptionId", "tenantId", "startDateTime", "modalities", "version", "expirationDateTime", "resource",
}  # fmt: skip
"""Some of the properties that may not be null."""


@pytest.fixture(scope="module")
def exchanges():
    return Exchanges(Types())


@pytest.fixture
async def heard(hook, state):
    """All that is said in a busy afternoon: each kind of exchange and of notification once."""
    found = {}

    def hear(seen):
        item = None if isinstance(seen, Asked) else seen.body["value"][0]
        data = item and (
            item["resourceData"][0] if isinstance(item["resourceData"], list) else item["resourceData"]
        )
        kind = (seen.operation, seen.status) if item is None else (item["changeType"], data["@odata.type"])
        found.setdefault(kind, seen)

    simulator = Simulator(
        state, speed=0, webhook=hook.url, verifier=Tokens(), wall=lambda: 1_790_000_000.0, observer=hear
    )
    async with simulator.serve() as running, httpx2.AsyncClient(trust_env=False) as http:
        await busy_afternoon(Desk(running, simulator, hook, http))
    # As it was on the wire: nothing of the simulator's own is broken with it.
    return [
        replace(seen, body=json.loads(json.dumps(seen.body)), answer=json.loads(json.dumps(seen.answer)))
        if isinstance(seen, Asked)
        else replace(seen, body=json.loads(json.dumps(seen.body)))
        for seen in found.values()
    ]


async def busy_afternoon(desk):
    async def done(method, path, body=None, **more):
        answer = await desk.graph(method, path, body, **more)
        assert answer.status_code < 300, answer.text
        return answer

    me, writer = as_user(), as_user(0, "Presence.ReadWrite")
    subscription = {
        "changeType": "updated",
        "notificationUrl": f"{desk.hook.url}/changes",
        "resource": f"communications/presences/{desk.users[0].id}",
        "expirationDateTime": "2026-09-21T15:00:00Z",
    }
    await done("POST", "/subscriptions", subscription, headers=me)
    call = await desk.talk()
    path = f"/communications/calls/{call}"
    await done("GET", path)
    await desk.invite(call, 0)
    await desk.pass_time(2)
    caller = (await desk.member(call, "Wilma Testperson"))["participantId"]
    for verb in ("mute", "startHoldMusic", "stopHoldMusic"):
        await done("POST", f"{path}/participants/{caller}/{verb}", {"clientContext": verb})
        await desk.pass_time(1)
    await done("POST", f"{path}/playPrompt", {"prompts": [PROMPT]})
    for verb in ("cancelMediaProcessing", "mute", "unmute", "addLargeGalleryView"):
        await done("POST", f"{path}/{verb}", {})
    await done("GET", f"{path}/participants")
    mine = (await desk.truth(call))["myParticipantId"]
    routes = {"routingMode": "oneToOne", "sources": [mine], "receivers": [caller]}
    await done("POST", f"{path}/audioRoutingGroups", routes)
    transferee = {"participantId": caller, "identity": {"phone": {"id": "+14255550151"}}}
    for user in (10, 0):
        target = {"identity": {"user": {"id": desk.users[user].id}}}
        await done("POST", f"{path}/transfer", {"transferTarget": target, "transferee": transferee})
        await desk.pass_time(10)
    await desk.group(delta=False, name="王小测试")
    outgoing = f"/communications/calls/{await desk.dial(0, 1)}"
    await desk.pass_time(5)
    meeting = {
        "subject": "x",
        "participants": {"attendees": [{"upn": desk.users[3].mail, "role": "attendee"}]},
    }
    await done("POST", "/me/onlineMeetings", meeting, headers=me)
    await done("GET", "/users", headers=me)
    everybody = {"ids": [user.id for user in desk.users]}
    await done("POST", "/communications/getPresencesByUserId", everybody, headers=me)
    said = {"statusMessage": {"message": {"content": "At lunch", "contentType": "text"}}}
    await done("POST", f"/users/{desk.users[0].id}/presence/setStatusMessage", said, headers=writer)
    await done("GET", f"/users/{desk.users[0].id}/presence", headers=me)
    await done("DELETE", outgoing)
    await desk.graph("GET", outgoing + "x")
    await desk.pass_time(100)
    reader = {"Authorization": "Bearer app:CallRecords.Read.All"}
    records = await done("GET", "/communications/callRecords", headers=reader)
    record = f"/communications/callRecords/{records.json()['value'][0]['id']}"
    expand = {"$expand": "sessions($expand=segments),participants_v2,organizer_v2"}
    await done("GET", record, params=expand, headers=reader)
    await desk.simulator.postman.drained()


def said_by_graph(seen):
    return seen.answer if isinstance(seen, Asked) else seen.body


async def test_a_problem_names_the_exchange_the_place_and_the_reason(heard, exchanges):
    seen = next(seen for seen in heard if isinstance(seen, Asked) and seen.operation == "calls.get")
    seen.answer["state"] = "Established"
    seen.answer["source"].pop("identity")
    assert exchanges.problems(seen) == [
        "calls.get response $.state: 'Established' is no graph.callState",
        "calls.get response $.source: graph.participantInfo needs identity",
    ]


async def test_no_name_can_be_wrong(heard, exchanges):
    assert len(heard) > 30
    unnoticed = [
        (seen, path)
        for seen in heard
        for path in renamed(said_by_graph(seen))
        if not exchanges.problems(seen)
    ]
    assert unnoticed == []


async def test_no_name_can_be_wrong_in_what_a_client_was_granted(heard, exchanges):
    granted = [seen for seen in heard if isinstance(seen, Asked) and seen.status < 300 and seen.body]
    assert len(granted) > 10
    unnoticed = [
        (seen, path) for seen in granted for path in renamed(seen.body) if not exchanges.problems(seen)
    ]
    assert unnoticed == []


async def test_what_was_refused_promises_nothing(heard, exchanges):
    refused = next(seen for seen in heard if isinstance(seen, Asked) and seen.status >= 400)
    assert exchanges.problems(replace(refused, body={"whatever": 1})) == []


async def test_no_type_can_be_wrong(heard, exchanges):
    unnoticed = [
        (seen, path)
        for seen in heard
        for path in retyped(said_by_graph(seen))
        if not exchanges.problems(seen)
    ]
    assert unnoticed == []


async def test_no_member_of_an_enum_can_be_wrong(heard, exchanges):
    noticed = {
        path.rpartition(".")[2]
        for seen in heard
        for path in replaced(said_by_graph(seen), str, NONSENSE)
        if exchanges.problems(seen)
    }
    assert noticed >= MEMBERS


async def test_nothing_is_null_that_may_not_be(heard, exchanges):
    noticed = {
        path.rpartition(".")[2]
        for seen in heard
        for path in replaced(said_by_graph(seen), object, None)
        if exchanges.problems(seen)
    }
    assert noticed >= WHOLE
