"""Everything emitted agrees with Microsoft's types, where a copy of them is at hand."""

import json
from pathlib import Path

import pytest

SCHEMA = Path(__file__).parents[3] / "shared/graph/communications-v1.0.json"
MEDIA = {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"}
# The transfer pages write subCode; deltaParticipants and its place are documented, not in the metadata.
KNOWN_EXTRAS = {("resultInfo", "subCode")}
# The endpoints of call records are not in the extract of the metadata that the types are read from.
RECORDS = (
    "participantEndpoint",
    "serviceEndpoint",
    "clientUserAgent",
    "serviceUserAgent",
)
UNLISTED = {"deltaParticipants", "commsNotifications", *(f"callRecords.{name}" for name in RECORDS)}


class Types:
    def __init__(self, schema):
        self.types, self.enums = schema["types"], schema["enums"]

    def properties(self, name):
        """Properties with their types, and whether others are allowed."""
        found, is_open = {}, False
        while name:
            entry = self.types[name]
            found = {**entry["properties"], **entry.get("navigation", {}), **found}
            is_open = is_open or entry["open"]
            name = entry["base"]
        return found, is_open

    def problems(self, value, where, declared=None):
        if isinstance(value, list):
            for index, entry in enumerate(value):
                inner = declared[len("Collection(") : -1] if declared else None
                yield from self.problems(entry, f"{where}[{index}]", inner)
            return
        if isinstance(value, dict):
            yield from self._object(value, where, declared)
            return
        enum = self.enums.get((declared or "").rstrip("!"))
        if enum and value is not None:
            members = {member.casefold() for member in enum["members"]}
            if str(value).casefold() not in members:
                yield f"{where}: {value} is not in {declared}"

    def _object(self, value, where, declared):
        kind = value.get("@odata.type", "").removeprefix("#microsoft.graph.")
        name = f"graph.{kind}" if kind else (declared or "").rstrip("!")
        if name == "graph.identitySet":
            name = "graph.communicationsIdentitySet"
        if name not in self.types:
            if kind not in UNLISTED and kind:
                yield f"{where}: unknown type {kind}"
            for key, inner in value.items():
                if isinstance(inner, dict | list):
                    yield from self.problems(inner, f"{where}.{key}")
            return
        properties, is_open = self.properties(name)
        for key, inner in value.items():
            if key.startswith("@"):
                continue
            if key not in properties and not is_open and (kind, key) not in KNOWN_EXTRAS:
                yield f"{where}: {name} has no {key}"
            yield from self.problems(inner, f"{where}.{key}", properties.get(key))


@pytest.fixture(scope="module")
def types():
    if not SCHEMA.exists():
        pytest.skip("no copy of Microsoft's types: shared/graph/communications-v1.0.json")
    return Types(json.loads(SCHEMA.read_text()))


async def everything(desk, user_headers):
    """A busy afternoon; every body that Graph answered."""
    bodies = []

    async def keep(answer):
        answer = await answer
        assert answer.status_code < 300, answer.text
        if answer.content:
            bodies.append(answer.json())
        return answer

    call = await desk.talk()
    await keep(desk.graph("GET", f"/communications/calls/{call}"))
    await keep(desk.invite(call, 0))
    await desk.pass_time(2)
    caller = (await desk.member(call, "Wilma Testperson"))["participantId"]
    for verb in ("mute", "startHoldMusic", "stopHoldMusic"):
        await keep(desk.on_call(call, f"participants/{caller}/{verb}", {"clientContext": verb}))
        await desk.pass_time(1)
    prompt = {"prompts": [{"mediaInfo": {"uri": "https://relay.example.net/a.wav"}}]}
    await keep(desk.on_call(call, "playPrompt", prompt))
    await keep(desk.on_call(call, "cancelMediaProcessing", {}))
    await keep(desk.on_call(call, "mute", {}))
    await keep(desk.on_call(call, "unmute", {}))
    await keep(desk.graph("GET", f"/communications/calls/{call}/participants"))
    mine = (await desk.truth(call))["myParticipantId"]
    routes = {"routingMode": "oneToOne", "sources": [mine], "receivers": [caller]}
    await keep(desk.on_call(call, "audioRoutingGroups", routes))
    await keep(desk.on_call(call, "addLargeGalleryView", {}))
    await desk.sim("POST", f"/calls/{call}/participants/{caller}/share", {})
    target = {"identity": {"user": {"id": desk.users[10].id}}}
    transferee = {"participantId": caller}
    for user in (10, 0):
        target = {"identity": {"user": {"id": desk.users[user].id}}}
        await keep(desk.on_call(call, "transfer", {"transferTarget": target, "transferee": transferee}))
        await desk.pass_time(10)
    other = await desk.group(delta=False, name="王小测试")
    await desk.sim("POST", f"/calls/{other}/hangup")
    await desk.ring(withheld=True)
    await desk.pass_time(20)
    outgoing = await desk.dial(0, 1)
    await desk.pass_time(5)
    await keep(desk.graph("GET", f"/communications/calls/{outgoing}"))
    headers = user_headers()
    await keep(desk.graph("POST", "/me/onlineMeetings", {"subject": "x"}, headers=headers))
    ids = {"ids": [user.id for user in desk.users]}
    await keep(desk.graph("POST", "/communications/getPresencesByUserId", ids, headers=headers))
    own = f"/users/{desk.users[0].id}/presence"
    message = {"statusMessage": {"message": {"content": "At lunch", "contentType": "text"}}}
    writer = user_headers(0, "Presence.ReadWrite")
    await keep(desk.graph("POST", f"{own}/setStatusMessage", message, headers=writer))
    await keep(desk.graph("GET", own, headers=headers))
    await keep(desk.graph("DELETE", f"/communications/calls/{outgoing}"))
    await desk.pass_time(100)
    reader = {"Authorization": "Bearer app:CallRecords.Read.All"}
    subscription = {
        "changeType": "updated",
        "notificationUrl": f"{desk.hook.url}/changes",
        "resource": f"communications/presences/{desk.users[0].id}",
        "expirationDateTime": "2026-09-21T15:00:00Z",
    }
    await keep(desk.graph("POST", "/subscriptions", subscription, headers=headers))
    listed = await keep(desk.graph("GET", "/communications/callRecords", headers=reader))
    expand = {"$expand": "sessions($expand=segments),participants_v2,organizer_v2"}
    for record in listed.json()["value"]:
        path = f"/communications/callRecords/{record['id']}"
        await keep(desk.graph("GET", path, params=expand, headers=reader))
    # Records do not say their type themselves: the context does.
    for body in bodies:
        for record in body.get("value", []) if "callRecords" in body.get("@odata.context", "") else [body]:
            if "joinWebUrl" in record and "version" in record:
                record["@odata.type"] = "#microsoft.graph.callRecords.callRecord"
    return bodies


async def test_what_is_emitted_fits_the_types(desk, user_headers, types):
    bodies = await everything(desk, user_headers)
    bodies += [body for _, _, body in desk.hook.posts]
    assert len(bodies) > 30
    problems = {problem for body in bodies for problem in types.problems(body, "$")}
    assert problems == set()
