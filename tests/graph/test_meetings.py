"""Online meetings in the operator's own name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.errors import NotFound
from console.domain.ids import UserId
from console.domain.meetings import LobbyBypass, Meeting, MeetingChange, MeetingRequest
from console.domain.people import Person
from console.graph import meetings
from tests.graph.stand import ANNA, LENA, ME, NOW, Stand

ANNAS = Person(UserId(ANNA.id), ANNA.display_name, ANNA.mail)
LATER = (NOW + timedelta(hours=1), NOW + timedelta(hours=2))
WANTED = MeetingRequest("Caller conference", *LATER, (ANNAS,), LobbyBypass.EVERYONE)


def truth(stand: Stand, meeting: Meeting) -> dict[str, object]:
    return stand.simulator.meetings.find(LENA.id, meeting.id).resource


@pytest.mark.exchange("onlineMeetings/create", "meeting.create")
async def test_create(stand: Stand) -> None:
    made = await meetings.create(stand.graph, WANTED, intent=ME)
    assert (made.subject, made.start, made.end) == (WANTED.subject, *LATER)
    kept = truth(stand, made)
    assert (made.join_url, kept["lobbyBypassSettings"]) == (
        kept["joinWebUrl"],
        {"scope": "everyone", "isDialInBypassEnabled": True},
    )
    assert [a["upn"] for a in kept["participants"]["attendees"]] == [ANNA.mail]


@pytest.mark.exchange("onlineMeetings/get", "meeting.get")
async def test_get(stand: Stand) -> None:
    made = stand.meeting(LENA)
    found = await meetings.get(stand.graph, made.id)
    settings = made.resource["joinMeetingIdSettings"]
    assert (found.id, found.join_url) == (made.id, made.join_url)
    assert (found.join_meeting_id, found.passcode) == (settings["joinMeetingId"], settings["passcode"])


@pytest.mark.exchange("onlineMeetings/get.404.itemNotFound", "meeting.get")
async def test_the_meetings_of_others_are_not_shown(stand: Stand) -> None:
    with pytest.raises(NotFound):
        await meetings.get(stand.graph, stand.meeting(ANNA).id)


@pytest.mark.exchange("onlineMeetings/find", "meeting.find")
async def test_find(stand: Stand) -> None:
    made = stand.meeting(LENA)
    stand.meeting(LENA)
    found = await meetings.find(stand.graph, made.join_url)
    assert found is not None
    assert found.id == made.id


@pytest.mark.exchange("onlineMeetings/find.number", "meeting.findById")
async def test_find_by_id(stand: Stand) -> None:
    made, number = stand.meeting(LENA), stand.meeting(LENA).join_number
    found = await meetings.find_by_id(stand.graph, f"{number[:3]} {number[3:]}")
    assert found is not None
    assert (found.join_meeting_id, found.id == made.id) == (number, False)
    assert await meetings.find_by_id(stand.graph, "000 000 000 000") is None


@pytest.mark.exchange("onlineMeetings/createOrGet", "meeting.createOrGet")
async def test_create_once(stand: Stand) -> None:
    made = await meetings.create_once(stand.graph, WANTED, "frontdesk-4711", intent=ME)
    again = await meetings.create_once(stand.graph, WANTED, "frontdesk-4711", intent=ME)
    other = await meetings.create_once(stand.graph, WANTED, "frontdesk-4712", intent=ME)
    assert made == again
    assert made.id != other.id
    assert truth(stand, made)["externalId"] == "frontdesk-4711"


@pytest.mark.exchange("onlineMeetings/update", "meeting.change")
async def test_change(stand: Stand) -> None:
    made = stand.meeting(LENA)
    change = MeetingChange("Another subject", LATER, LobbyBypass.ORGANIZER, (ANNAS,))
    changed = await meetings.change(stand.graph, made.id, change, intent=ME)
    assert (changed.id, changed.subject, changed.start, changed.end) == (made.id, "Another subject", *LATER)
    kept = truth(stand, changed)
    assert kept["lobbyBypassSettings"]["scope"] == "organizer"
    assert [a["upn"] for a in kept["participants"]["attendees"]] == [ANNA.mail]
    assert kept["participants"]["organizer"]["upn"] == LENA.mail


@pytest.mark.exchange("onlineMeetings/delete", "meeting.delete")
async def test_delete(stand: Stand) -> None:
    made = stand.meeting(LENA)
    await meetings.delete(stand.graph, made.id, intent=ME)
    assert stand.simulator.meetings.search(LENA.id, join_url=made.join_url, join_number=None) == []
