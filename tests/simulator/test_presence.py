"""Presence: written by applications and by people, joined by Graph's rules."""

import pytest

WRITE = "Presence.ReadWrite Presence.Read.All"
APP = "c0450100-0000-4000-8000-000000000001"


class Person:
    """Somebody whose presence is read and written with their own token."""

    def __init__(self, desk, number, headers):
        self.desk, self.headers = desk, headers(number, WRITE)
        self.path = f"/users/{desk.users[number].id}/presence"

    async def post(self, verb, body=None):
        return await self.desk.graph("POST", f"{self.path}/{verb}", body, headers=self.headers)

    async def session(self, availability, activity, duration=None, session=APP):
        body = {"sessionId": session, "availability": availability, "activity": activity}
        answer = await self.post("setPresence", body | ({"expirationDuration": duration} if duration else {}))
        assert (answer.status_code, answer.content) == (200, b"")

    async def prefer(self, availability, activity, **more):
        body = {"availability": availability, "activity": activity, **more}
        answer = await self.post("setUserPreferredPresence", body)
        assert (answer.status_code, answer.content) == (200, b"")

    async def shown(self):
        body = (await self.desk.graph("GET", self.path, headers=self.headers)).json()
        return body["availability"], body["activity"]


@pytest.fixture
def person(desk, user_headers):
    return lambda number=0: Person(desk, number, user_headers)


async def test_the_strongest_session_shows(person):
    lena = person()
    await lena.session("Away", "Away")
    assert await lena.shown() == ("Available", "Available")
    await lena.session("Busy", "InAConferenceCall", session="other")
    assert await lena.shown() == ("Busy", "InAConferenceCall")
    await lena.session("DoNotDisturb", "Presenting")
    assert await lena.shown() == ("DoNotDisturb", "Presenting")
    assert (await lena.post("clearPresence", {"sessionId": APP})).status_code == 200
    assert await lena.shown() == ("Busy", "InAConferenceCall")
    assert (await lena.post("clearPresence", {"sessionId": APP})).status_code == 404


async def test_sessions_end_and_fade(desk, person):
    ben = person(13)
    assert await ben.shown() == ("Offline", "OffWork")
    await ben.session("Available", "Available", "PT20M")
    assert await ben.shown() == ("Available", "Available")
    await desk.pass_time(301)
    assert await ben.shown() == ("AvailableIdle", "Inactive")
    await desk.pass_time(300)
    assert await ben.shown() == ("Away", "Away")
    await desk.pass_time(600)
    assert await ben.shown() == ("Offline", "OffWork")


async def test_a_wish_stands_above_sessions_while_there_is_one(desk, person):
    ben = person(13)
    await ben.prefer("DoNotDisturb", "DoNotDisturb")
    assert await ben.shown() == ("Offline", "OffWork")
    await ben.session("Available", "Available")
    assert await ben.shown() == ("DoNotDisturb", "DoNotDisturb")
    lena = person()
    await lena.prefer("BeRightBack", "BeRightBack", expirationDuration="PT1H")
    await desk.group()
    assert await lena.shown() == ("BeRightBack", "BeRightBack")
    await desk.pass_time(3601)
    await lena.prefer("Offline", "OffWork")
    assert await lena.shown() == ("Offline", "OffWork")
    await lena.post("clearUserPreferredPresence")
    assert await lena.shown() != ("Offline", "OffWork")


async def test_a_status_message(desk, person):
    lena = person()
    body = {"statusMessage": {"message": {"content": "At lunch", "contentType": "text"}}}
    assert (await lena.post("setStatusMessage", body)).status_code == 200
    one = f"/communications/presences/{desk.users[0].id}"
    shown = (await desk.graph("GET", one, headers=lena.headers)).json()
    assert shown["statusMessage"]["message"]["content"] == "At lunch"
    body["statusMessage"]["message"]["content"] = ""
    await lena.post("setStatusMessage", body)
    assert "statusMessage" not in (await desk.graph("GET", one, headers=lena.headers)).json()


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("setPresence", {"availability": "Busy", "activity": "InACall"}),
        ("setPresence", {"sessionId": APP, "availability": "Busy", "activity": "InAMeeting"}),
        (
            "setPresence",
            {"sessionId": APP, "availability": "Away", "activity": "Away", "expirationDuration": "PT4M"},
        ),
        (
            "setPresence",
            {"sessionId": APP, "availability": "Away", "activity": "Away", "expirationDuration": "PT5H"},
        ),
        (
            "setPresence",
            {"sessionId": APP, "availability": "Away", "activity": "Away", "expirationDuration": "soon"},
        ),
        ("setUserPreferredPresence", {"availability": "Busy", "activity": "InACall"}),
        ("clearPresence", {}),
        ("setStatusMessage", {}),
    ],
)
async def test_what_cannot_be_set(person, verb, body):
    assert (await person().post(verb, body)).status_code == 400


async def test_only_ones_own(desk, user_headers):
    path = f"/users/{desk.users[1].id}/presence/clearUserPreferredPresence"
    for headers in (user_headers(0, WRITE), user_headers(1, "Presence.Read.All"), {}):
        assert (await desk.graph("POST", path, headers=headers)).status_code == 403
    app = {"Authorization": "Bearer app:Presence.ReadWrite.All"}
    assert (await desk.graph("POST", path, headers=app)).status_code == 200
