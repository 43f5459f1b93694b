"""What an operator's token and the bot's records need on the wire, one example for each operation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from console.domain.ids import UserId
from console.domain.meetings import LobbyBypass, MeetingChange
from console.domain.presence import Preferred, Session, StatusMessage
from console.domain.subscriptions import CALL_RECORDS, Watch, presences_of
from console.graph import attendance, batch, calendar, meetings, people, presence, records, subscriptions
from console.graph.operations import Identity as Whose
from tests.contract.desk import ME, MEETING, PERSON
from tests.contract.sending import Send

USER = UserId("3f0b8c3e-7a52-4a3b-9d5e-0a4f6f2b1c11")
APP = "c0ffee00-1111-4222-8333-444455556666"
NINE, TEN = datetime(2026, 9, 1, 9, tzinfo=UTC), datetime(2026, 9, 1, 10, tzinfo=UTC)
WATCH = Watch(
    resource=presences_of([USER, UserId("u2")]),
    changes=("updated",),
    url="https://relay.example/hooks/presence",
    until=TEN,
    secret="s3cr3t",
    lifecycle_url="https://relay.example/hooks/lifecycle",
)
RICH = Watch(
    resource=CALL_RECORDS,
    changes=("created", "updated"),
    url="https://relay.example/hooks/records",
    until=TEN,
    secret="s3cr3t",
    certificate="TUlJ",
    certificate_id="c1",
)
CHANGE = MeetingChange("Later", (NINE, TEN), LobbyBypass.EVERYONE, (PERSON,))
SAID = StatusMessage("At the front desk", TEN)

_PRESENCE = "graph.presence"
ACTIONS: dict[str, tuple[str, str, Send]] = {
    "meeting.createOrGet": (
        "createOrGet",
        "Collection(graph.onlineMeeting)",
        lambda g: meetings.create_once(g, MEETING, "frontdesk-4711", intent=ME),
    ),
    "presence.set": (
        "setPresence",
        _PRESENCE,
        lambda g: presence.show(g, USER, Session.IN_A_CALL, APP, intent=ME, lasts=timedelta(hours=9)),
    ),
    "presence.clear": ("clearPresence", _PRESENCE, lambda g: presence.clear(g, USER, APP, intent=ME)),
    "presence.prefer": (
        "setUserPreferredPresence",
        _PRESENCE,
        lambda g: presence.prefer(g, USER, Preferred.DO_NOT_DISTURB, intent=ME, lasts=timedelta(hours=8)),
    ),
    "presence.say": ("setStatusMessage", _PRESENCE, lambda g: presence.say(g, USER, SAID, intent=ME)),
}
ENTITIES: dict[str, tuple[str, Send]] = {
    "meeting.change": ("graph.onlineMeeting", lambda g: meetings.change(g, "m1", CHANGE, intent=ME)),
    "presenceWatch.create": (
        "graph.subscription",
        lambda g: subscriptions.create(g, Whose.OPERATOR, WATCH, intent=ME),
    ),
    "presenceWatch.renew": (
        "graph.subscription",
        lambda g: subscriptions.renew(g, Whose.OPERATOR, "s1", TEN, intent=ME),
    ),
    "recordWatch.create": (
        "graph.subscription",
        lambda g: subscriptions.create(g, Whose.BOT, RICH, intent=ME),
    ),
    "recordWatch.renew": (
        "graph.subscription",
        lambda g: subscriptions.renew(g, Whose.BOT, "s1", TEN, intent=ME),
    ),
}
_TIMES = {
    "start": {"dateTime": "2026-09-01T09:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-09-01T10:00:00", "timeZone": "UTC"},
}
FREE: dict[str, tuple[Send, Any]] = {
    "calendar.create": (
        lambda g: calendar.create(g, MEETING, intent=ME),
        {
            "subject": "Caller conference",
            **_TIMES,
            "isOnlineMeeting": True,
            "onlineMeetingProvider": "teamsForBusiness",
            "attendees": [
                {
                    "type": "required",
                    "emailAddress": {"address": "anna@contoso.example", "name": "Anna Berg"},
                }
            ],
            "transactionId": ME,
        },
    ),
    "calendar.schedule": (
        lambda g: calendar.schedules(g, ["anna@contoso.example"], NINE, TEN),
        {
            "schedules": ["anna@contoso.example"],
            "startTime": _TIMES["start"],
            "endTime": _TIMES["end"],
            "availabilityViewInterval": 15,
        },
    ),
    "batch.read": (
        lambda g: batch.read(
            g,
            [
                batch.Part("presence.get", {"user": USER}),
                batch.Part("person.search", query={"$top": "1"}, headers={"ConsistencyLevel": "eventual"}),
                batch.Part("presence.many", body={"ids": [USER]}),
            ],
        ),
        {
            "requests": [
                {"id": "0", "method": "GET", "url": f"/users/{USER}/presence"},
                {
                    "id": "1",
                    "method": "GET",
                    "url": "/users?%24top=1",
                    "headers": {"ConsistencyLevel": "eventual"},
                },
                {
                    "id": "2",
                    "method": "POST",
                    "url": "/communications/getPresencesByUserId",
                    "headers": {"Content-Type": "application/json"},
                    "body": {"ids": [USER]},
                },
            ]
        },
    ),
}
"""Bodies whose types are not among those that lie beside the project: held to the letter instead."""


async def _all(found: AsyncIterator[Any]) -> list[Any]:
    return [entry async for entry in found]


WITHOUT_BODY: dict[str, Send] = {
    "meeting.delete": lambda g: meetings.delete(g, "m1", intent=ME),
    "meeting.findById": lambda g: meetings.find_by_id(g, "271 828 182 845"),
    "attendance.list": lambda g: attendance.reports(g, "m1"),
    "attendance.get": lambda g: attendance.report(g, "m1", "r1"),
    "attendance.people": lambda g: attendance.attendees(g, "m1", "r1"),
    "presence.mine": lambda g: presence.mine(g),
    "presence.get": lambda g: presence.get(g, USER),
    "presence.clearPreferred": lambda g: presence.clear_preferred(g, USER, intent=ME),
    "person.relevant": lambda g: people.relevant(g, 'ann"a'),
    "person.photo": lambda g: people.photo(g, USER),
    "calendar.get": lambda g: calendar.get(g, "e1"),
    "record.list": lambda g: _all(records.since(g, NINE, until=TEN, user=USER)),
    "record.get": lambda g: records.get(g, "f1d2"),
    "record.sessions": lambda g: records.sessions(g, "f1d2"),
}
for _noun, _whose in (("presenceWatch", Whose.OPERATOR), ("recordWatch", Whose.BOT)):
    WITHOUT_BODY |= {
        f"{_noun}.list": lambda g, w=_whose: subscriptions.listed(g, w),
        f"{_noun}.get": lambda g, w=_whose: subscriptions.get(g, w, "s1"),
        f"{_noun}.reauthorize": lambda g, w=_whose: subscriptions.reauthorize(g, w, "s1", intent=ME),
        f"{_noun}.delete": lambda g, w=_whose: subscriptions.delete(g, w, "s1", intent=ME),
    }
