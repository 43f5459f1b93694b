"""Microsoft's SDK on calendars: events that bring an online meeting, and who is free when."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.attendee_type import AttendeeType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType
from msgraph.generated.models.schedule_information import ScheduleInformation
from msgraph.generated.users.item.calendar.get_schedule import get_schedule_post_request_body as asking

NINE, TEN = (DateTimeTimeZone(date_time=f"2026-10-01T{hour}:00:00", time_zone="UTC") for hour in ("09", "10"))


async def made(desk, lena) -> Event:
    """A Teams meeting from nine to ten to which Anna is invited."""
    anna = EmailAddress(address=desk.users[3].mail, name=desk.users[3].display_name)
    return await lena.me.events.post(
        Event(
            subject="Caller conference",
            start=NINE,
            end=TEN,
            is_online_meeting=True,
            online_meeting_provider=OnlineMeetingProviderType.TeamsForBusiness,
            attendees=[Attendee(email_address=anna, type=AttendeeType.Required)],
        )
    )


async def test_events_create(desk, lena):
    event = await made(desk, lena)
    assert isinstance(event, Event)
    assert (event.subject, event.is_online_meeting, event.is_organizer) == ("Caller conference", True, True)
    assert event.start.date_time.startswith("2026-10-01T09:00:00")
    assert event.online_meeting.join_url.startswith("https://")
    assert event.organizer.email_address.address == desk.users[0].mail
    assert event.attendees[0].type == AttendeeType.Required


async def test_events_get(desk, lena):
    event = await made(desk, lena)
    again = await lena.me.events.by_event_id(event.id).get()
    assert isinstance(again, Event)
    assert (again.id, again.online_meeting.join_url) == (event.id, event.online_meeting.join_url)


async def test_calendar_get_schedule(desk, lena):
    await made(desk, lena)
    anna, tom = desk.users[3].mail, desk.users[4].mail
    body = asking.GetSchedulePostRequestBody(
        schedules=[anna, tom, "nobody@contoso.example"],
        start_time=NINE,
        end_time=TEN,
        availability_view_interval=30,
    )
    busy, free, unknown = (await lena.me.calendar.get_schedule.post(body)).value
    assert isinstance(busy, ScheduleInformation)
    assert (busy.availability_view, free.availability_view) == ("22", "00")
    assert busy.schedule_items[0].status == FreeBusyStatus.Busy
    assert unknown.error.response_code == "ErrorMailRecipientNotFound"
