"""What the desk sends, one example for each of its operations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from console.domain.ids import CallId, IntentId, ParticipantId, UserId
from console.domain.meetings import LobbyBypass, MeetingRequest
from console.domain.participants import Participant
from console.domain.people import Identity, IdentityKind, Person
from console.graph import calls, media, meetings, participants, people
from tests.contract.sending import Send

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
    "call.mute": ("mute", "graph.call", lambda g: media.mute_self(g, CALL, intent=ME)),
    "call.unmute": ("unmute", "graph.call", lambda g: media.unmute_self(g, CALL, intent=ME)),
    "presence.many": (
        "getPresencesByUserId",
        "graph.cloudCommunications",
        lambda g: people.presences(g, [UserId("u1")]),
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
WITHOUT_BODY: dict[str, Send] = {
    "call.get": lambda g: calls.get(g, CALL),
    "call.hangUp": lambda g: calls.hang_up(g, CALL, intent=ME),
    "call.keepAlive": lambda g: calls.keep_alive(g, CALL),
    "participant.list": lambda g: participants.roster(g, CALL),
    "participant.get": lambda g: participants.get(g, CALL, GUEST.id),
    "participant.remove": lambda g: participants.remove(g, CALL, GUEST.id, intent=ME),
    "person.me": lambda g: people.me(g),
    "person.get": lambda g: people.get(g, UserId("u1")),
    "person.search": lambda g: people.search(g, "anna"),
    "meeting.get": lambda g: meetings.get(g, "m1"),
    "meeting.find": lambda g: meetings.find(g, "https://teams.example/j"),
}
FREE: dict[str, tuple[Send, Any]] = {
    "call.park": (lambda g: calls.park(g, CALL, "gone to look", intent=ME), {"reason": "gone to look"}),
}
"""The relay's own operation is of no type of Microsoft's: it is held to the letter."""
