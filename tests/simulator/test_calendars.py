"""Events with an online meeting, and who is free when."""

import pytest

WRITE = "Calendars.ReadWrite OnlineMeetings.Read"
EVENT = {
    "subject": "Caller conference",
    "start": {"dateTime": "2026-10-01T09:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-10-01T09:45:00", "timeZone": "UTC"},
    "isOnlineMeeting": True,
    "onlineMeetingProvider": "teamsForBusiness",
}


def asked(*names, start="2026-10-01T08:30:00", end="2026-10-01T10:30:00", **more):
    return {
        "schedules": list(names),
        "startTime": {"dateTime": start, "timeZone": "UTC"},
        "endTime": {"dateTime": end, "timeZone": "UTC"},
        **more,
    }


async def test_an_event_brings_its_meeting(desk, user_headers):
    headers = user_headers(0, WRITE)
    answer = await desk.graph("POST", "/me/events", EVENT, headers=headers)
    assert answer.status_code == 201
    made = answer.json()
    url = made["onlineMeeting"]["joinUrl"]
    query = {"$filter": f"JoinWebUrl eq '{url}'"}
    found = await desk.graph("GET", "/me/onlineMeetings", params=query, headers=headers)
    assert found.json()["value"][0]["subject"] == "Caller conference"
    one = f"/me/events/{made['id']}"
    assert (await desk.graph("GET", one, headers=headers)).json()["onlineMeeting"]["joinUrl"] == url
    assert (await desk.graph("GET", one, headers=user_headers(1, WRITE))).status_code == 404
    assert (await desk.graph("POST", "/me/events", EVENT, headers=user_headers())).status_code == 403


async def test_an_event_without_a_meeting(desk, user_headers):
    body = EVENT | {"isOnlineMeeting": False}
    made = (await desk.graph("POST", "/me/events", body, headers=user_headers(0, WRITE))).json()
    assert (made["isOnlineMeeting"], made["onlineMeeting"]) == (False, None)


async def test_who_is_free(desk, user_headers):
    headers = user_headers(0, WRITE)
    anna, tom = desk.users[3].mail, desk.users[4].mail
    invited = EVENT | {"attendees": [{"emailAddress": {"address": anna}, "type": "required"}]}
    event = (await desk.graph("POST", "/me/events", invited, headers=headers)).json()
    theirs = await desk.graph("GET", f"/me/events/{event['id']}", headers=user_headers(3, WRITE))
    assert theirs.json()["isOrganizer"] is False
    body = asked(anna, tom, "nobody@contoso.example")
    answer = await desk.graph("POST", "/me/calendar/getSchedule", body, headers=headers)
    busy, free, unknown = answer.json()["value"]
    assert (busy["availabilityView"], free["availabilityView"]) == ("0220", "0000")
    assert busy["scheduleItems"][0]["start"]["dateTime"] == "2026-10-01T09:00:00.0000000"
    assert unknown["error"]["responseCode"] == "ErrorMailRecipientNotFound"


async def test_the_names_of_the_schema_are_understood_too(desk, user_headers):
    body = {name[0].upper() + name[1:]: value for name, value in asked(desk.users[3].mail).items()}
    answer = await desk.graph("POST", "/me/calendar/getSchedule", body, headers=user_headers(0, WRITE))
    assert answer.json()["value"][0]["availabilityView"] == "0000"


@pytest.mark.parametrize(
    "change",
    [
        {"start": None},
        {"end": {"dateTime": "2026-10-01T08:00:00", "timeZone": "UTC"}},
        {"start": {"dateTime": "soon", "timeZone": "UTC"}},
        {"onlineMeetingProvider": "skypeForConsumer"},
        {"attendees": [{"name": "x"}]},
        {"attendees": "x"},
    ],
)
async def test_an_event_of_no_sense(desk, user_headers, change):
    answer = await desk.graph("POST", "/me/events", EVENT | change, headers=user_headers(0, WRITE))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        asked(),
        asked(*"abcdefghijklmnopqrstu"),
        asked("a", end="2026-10-01T08:00:00"),
        asked("a", end="2027-10-01T08:00:00"),
        asked("a", availabilityViewInterval=1),
        asked("a") | {"schedules": [1]},
    ],
)
async def test_a_question_of_no_sense(desk, user_headers, body):
    answer = await desk.graph("POST", "/me/calendar/getSchedule", body, headers=user_headers(0, WRITE))
    assert answer.status_code == 400
