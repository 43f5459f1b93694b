"""Meetings that stand in a calendar, and whether a colleague is free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.calendar import Busy, Schedule, Show
from console.domain.ids import UserId
from console.domain.meetings import MeetingRequest
from console.domain.people import Person
from console.graph import calendar
from tests.graph.stand import ANNA, LENA, ME, NOW, TOM, Stand

ANNAS = Person(UserId(ANNA.id), ANNA.display_name, ANNA.mail)
FROM, UNTIL = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
WANTED = MeetingRequest("Caller conference", FROM, UNTIL, (ANNAS,))


@pytest.mark.exchange("events/create", "calendar.create")
async def test_create(stand: Stand) -> None:
    made = await calendar.create(stand.graph, WANTED, intent=ME)
    assert (made.subject, made.start, made.end) == ("Caller conference", FROM, UNTIL)
    kept = stand.simulator.calendars.find(ANNA, made.id).resource
    assert made.join_url == kept["onlineMeeting"]["joinUrl"] != ""
    (behind,) = stand.simulator.meetings.search(LENA.id, join_url=made.join_url, join_number=None)
    assert behind.resource["subject"] == "Caller conference"


async def test_the_same_press_makes_one_event(stand: Stand) -> None:
    stand.allow("calendar.create")
    first = await calendar.create(stand.graph, WANTED, intent=ME)
    assert await calendar.create(stand.graph, WANTED, intent=ME) == first


@pytest.mark.exchange("events/get", "calendar.get", "calendar.create")
async def test_get(stand: Stand) -> None:
    made = await calendar.create(stand.graph, WANTED, intent=ME)
    assert await calendar.get(stand.graph, made.id) == made


@pytest.mark.exchange("calendar/getSchedule", "calendar.schedule", "calendar.create")
async def test_schedules(stand: Stand) -> None:
    await calendar.create(stand.graph, WANTED, intent=ME)
    asked = [ANNA.mail, TOM.mail, "nobody@contoso.example"]
    anna, tom, nobody = await calendar.schedules(stand.graph, asked, NOW, UNTIL)
    assert anna == Schedule(ANNA.mail, (Busy(Show.BUSY, FROM, UNTIL),))
    assert tom == Schedule(TOM.mail)
    assert nobody == Schedule("nobody@contoso.example", known=False)
    assert (anna.free(NOW, FROM), anna.free(NOW, UNTIL), nobody.free(NOW, FROM)) == (True, False, None)
