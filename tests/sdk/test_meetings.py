"""Microsoft's SDK on the user's online meetings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.online_meeting import OnlineMeeting
from msgraph.generated.users.item.online_meetings.create_or_get.create_or_get_post_request_body import (
    CreateOrGetPostRequestBody,
)

START = datetime(2026, 9, 22, 9, 0, tzinfo=UTC)


async def made(lena) -> OnlineMeeting:
    return await lena.me.online_meetings.post(
        OnlineMeeting(subject="Review", start_date_time=START, end_date_time=START + timedelta(minutes=30))
    )


async def test_meetings_create(desk, lena):
    meeting = await made(lena)
    assert isinstance(meeting, OnlineMeeting)
    assert (meeting.subject, meeting.start_date_time) == ("Review", START)
    assert meeting.participants.organizer.identity.user.id == desk.users[0].id
    assert meeting.chat_info.thread_id
    assert meeting.join_web_url.startswith("https://")
    assert meeting.join_meeting_id_settings.join_meeting_id.isdecimal()


async def test_meetings_get(lena):
    meeting = await made(lena)
    again = await lena.me.online_meetings.by_online_meeting_id(meeting.id).get()
    assert (again.id, again.join_web_url, again.start_date_time) == (meeting.id, meeting.join_web_url, START)


async def found(lena, filter: str) -> list[str]:
    parameters = lena.me.online_meetings.OnlineMeetingsRequestBuilderGetQueryParameters(filter=filter)
    meetings = await lena.me.online_meetings.get(RequestConfiguration(query_parameters=parameters))
    return [meeting.id for meeting in meetings.value]


async def test_meetings_find(lena):
    meeting = await made(lena)
    assert await found(lena, f"JoinWebUrl eq '{meeting.join_web_url}'") == [meeting.id]


async def test_meetings_find__meeting_find_by_id(lena):
    meeting = await made(lena)
    number = meeting.join_meeting_id_settings.join_meeting_id
    assert await found(lena, f"joinMeetingIdSettings/joinMeetingId eq '{number}'") == [meeting.id]


async def test_meetings_create_or_get(lena):
    body = CreateOrGetPostRequestBody(external_id="front-desk-1", subject="Standing", start_date_time=START)
    body.end_date_time = START + timedelta(hours=1)
    first = await lena.me.online_meetings.create_or_get.post(body)
    second = await lena.me.online_meetings.create_or_get.post(body)
    assert isinstance(first, OnlineMeeting)
    assert first.id == second.id


async def test_meetings_update(lena):
    meeting = await made(lena)
    builder = lena.me.online_meetings.by_online_meeting_id(meeting.id)
    changed = await builder.patch(OnlineMeeting(subject="Second review"))
    assert (changed.id, changed.subject) == (meeting.id, "Second review")


async def test_meetings_delete(lena):
    meeting = await made(lena)
    builder = lena.me.online_meetings.by_online_meeting_id(meeting.id)
    await builder.delete()
    with pytest.raises(Exception, match="404"):
        await builder.get()
