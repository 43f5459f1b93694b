"""Every body that the Graph layer sends is of Microsoft's types, to the letter."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from console.domain.ids import CallId, IntentId, ParticipantId, UserId
from console.domain.meetings import LobbyBypass, MeetingRequest
from console.domain.participants import Participant
from console.domain.people import Identity, IdentityKind, Person
from console.graph import calls, meetings, participants, people
from console.graph.client import Door, GraphClient
from console.graph.operations import OPERATIONS
from console.graph.operations import Identity as Whose
from tests.contract.microsoft import SCHEMA, Types

pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason="no copy of Microsoft's types beside the project")

CALL = CallId("77aa0100-3c1b-4c2d-9e7f-10a2b3c4d5e6")
ME = IntentId("6a0e0b5a-0000-4000-8000-000000000001")
ANNA = Identity(IdentityKind.USER, "3f0b8c3e-7a52-4a3b-9d5e-0a4f6f2b1c11", "Anna Berg", "5b7d2f0a")
PHONE = Identity(IdentityKind.PHONE, "+14255550123")
GUEST = Participant(ParticipantId("p1"), Identity(IdentityKind.GUEST, "g1", "Visitor"))
PERSON = Person(UserId("u1"), "Anna Berg", "anna@contoso.example")
MEETING = MeetingRequest(
    "Caller conference",
    datetime(2026, 9, 1, 9, tzinfo=UTC),
    datetime(2026, 9, 1, 10, tzinfo=UTC),
    (PERSON,),
    LobbyBypass.EVERYONE,
)

Send = Callable[[GraphClient], Awaitable[Any]]
ACTIONS: dict[str, tuple[str, str, Send]] = {
    "call.answer": ("answer", "graph.call", lambda g: calls.answer(g, CALL, intent=ME, callback="https://r")),
    "call.reject": ("reject", "graph.call", lambda g: calls.reject(g, CALL, "busy", intent=ME)),
    "call.redirect": (
        "redirect",
        "graph.call",
        lambda g: calls.redirect(g, CALL, [ANNA, PHONE], intent=ME, callback="https://r"),
    ),
    "call.transfer": (
        "transfer",
        "graph.call",
        lambda g: calls.transfer(g, CALL, ANNA, intent=ME, transferee=GUEST, replaces=CallId("c2")),
    ),
    "call.playPrompt": (
        "playPrompt",
        "graph.call",
        lambda g: calls.play_prompt(g, CALL, ["https://r/a.wav"], intent=ME),
    ),
    "call.cancelMedia": (
        "cancelMediaProcessing",
        "graph.call",
        lambda g: calls.cancel_media(g, CALL, intent=ME),
    ),
    "participant.invite": (
        "invite",
        "Collection(graph.participant)",
        lambda g: participants.invite(g, CALL, [ANNA, PHONE], intent=ME),
    ),
    "participant.mute": (
        "mute",
        "graph.participant",
        lambda g: participants.mute(g, CALL, GUEST.id, intent=ME),
    ),
    "participant.hold": (
        "startHoldMusic",
        "graph.participant",
        lambda g: participants.hold(g, CALL, GUEST.id, intent=ME, music="https://r/h.wav"),
    ),
    "participant.resume": (
        "stopHoldMusic",
        "graph.participant",
        lambda g: participants.resume(g, CALL, GUEST.id, intent=ME),
    ),
}
ENTITIES: dict[str, tuple[str, Send]] = {
    "call.create": (
        "graph.call",
        lambda g: calls.create(g, [PHONE], intent=ME, callback="https://r", tenant_id="t", source=ANNA),
    ),
    "meeting.create": ("graph.onlineMeeting", lambda g: meetings.create(g, MEETING, intent=ME)),
}
WITHOUT_BODY = {
    "call.get",
    "call.hangUp",
    "call.keepAlive",
    "participant.list",
    "participant.get",
    "participant.remove",
    "person.me",
    "person.search",
    "meeting.get",
    "meeting.find",
}
ELSEWHERE = {
    "call.park": "the relay's own operation",
    "call.mute": "not used by the desk",
    "call.unmute": "not used by the desk",
    "presence.many": "checked below",
}


@pytest.fixture(scope="module")
def types() -> Types:
    return Types()


async def sent_by(name: str, send: Send) -> Any:
    """Return the JSON body that `send` puts on the wire."""
    bodies: list[bytes] = []

    def respond(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(OPERATIONS[name].success[0], json={"id": "x", "value": []})

    async def token() -> str:
        return "t"

    door = Door("https://graph.invalid/v1.0", token)
    async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as http:
        await send(GraphClient(http, {Whose.BOT: door, Whose.OPERATOR: door}))
    return json.loads(bodies[0])


@pytest.mark.parametrize("name", ACTIONS)
async def test_the_body_of_an_action_is_microsofts(name: str, types: Types) -> None:
    action, bound_to, send = ACTIONS[name]
    body = await sent_by(name, send)
    assert list(types.body_problems(body, types.parameters(action, bound_to), name)) == []


@pytest.mark.parametrize("name", ENTITIES)
async def test_a_created_entity_is_microsofts(name: str, types: Types) -> None:
    declared, send = ENTITIES[name]
    assert list(types.problems(await sent_by(name, send), declared, name)) == []


async def test_presence_is_asked_for_by_ids() -> None:
    assert await sent_by("presence.many", lambda g: people.presences(g, [UserId("u1")])) == {"ids": ["u1"]}


def test_every_operation_is_in_one_of_the_lists() -> None:
    assert set(OPERATIONS) == {*ACTIONS, *ENTITIES, *WITHOUT_BODY, *ELSEWHERE}


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda b: b.update(target=b.pop("transferTarget")), "no parameter target"),
        (lambda b: b["transferTarget"].update({"@odata.type": "#microsoft.graph.invitation"}), "no type"),
        (lambda b: b["transferTarget"]["identity"].update(person={}), "has no person"),
        (lambda b: b["transferTarget"].update(identity=None), "null is not allowed"),
        (lambda b: b["transferee"].update(participantId=7), "is no Edm.String"),
    ],
)
async def test_a_wrong_name_type_or_null_is_noticed(damage: Any, problem: str, types: Types) -> None:
    action, bound_to, send = ACTIONS["call.transfer"]
    body = await sent_by("call.transfer", send)
    damage(body)
    assert problem in " ".join(types.body_problems(body, types.parameters(action, bound_to), "transfer"))


async def test_a_wrong_enum_member_is_noticed(types: Types) -> None:
    body = await sent_by("meeting.create", ENTITIES["meeting.create"][1])
    body["lobbyBypassSettings"]["scope"] = "nobody"
    assert "is no graph.lobbyBypassScope" in " ".join(types.problems(body, "graph.onlineMeeting", "m"))
