"""What is taken down of a real tenant names nobody."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from console.simulator.recording.exchanges import Message
from console.simulator.recording.redaction import Redactor
from console.simulator.recording.vocabulary import ENUMS, NUMBERS

CALL = "57DAB8B1894C409AB240BD8BEAE78896"
USER = "9a3c1d20-0f3b-47a4-8c9f-2b1a0c7d5e33"


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("id", USER, "c0de0000-0000-4000-8000-000000000001"),
        ("id", CALL, "C0DE0000000040008000000000000001"),
        ("displayName", "Ann Smith", "Person 1"),
        ("mail", "ann@corp.com", "person1@redacted.example"),
        ("userPrincipalName", "ann_gmail.com#EXT#@corp.com", "person1@redacted.example"),
        ("id", "+491701234567", "+12025550101"),
        ("businessPhones", ["+49 170 1234567", "(0)30 / 1234-5"], ["+1 202 555 0101", "+1 202 555 0102"]),
        ("subject", "Merger with Contoso", "redacted-1"),
        ("message", "User ann@corp.com was not found.", "redacted-1"),
        (
            "joinWebUrl",
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x/0?context=%7b%7d",
            "https://teams.microsoft.com/l/meetup-join/redacted-1",
        ),
        ("callbackUri", "https://relay.corp.com/hooks/7f", "https://redacted.example/1"),
        ("recordingLocation", "https://media.corp.com/1?sig=x", "https://redacted.example/1"),
        ("recordingAccessToken", "eyJ0eXAi", "redacted-1"),
        ("token", "eyJ0eXAi.e30.x", "redacted-1"),
        ("threadId", "19:meeting_Zm9v@thread.v2", "19:meeting_redacted1@thread.v2"),
        ("joinMeetingId", "271828182845", "000000000001"),
        ("passcode", "q7Zk2P", "redacted-1"),
        ("tone", "pound", "tone0"),
        ("tones", ["tone4", "tone2", "pound"], ["tone0"]),
        ("clientState", "s3cr3t", "redacted-1"),
        ("somethingNew", "anything", "redacted-1"),
        ("somethingNew", 4711, 0),
        ("somethingNew", True, True),
        ("subject", None, None),
        ("subject", "", ""),
        ("state", "established", "established"),
        ("status", "Running", "Running"),
        ("state", "Ann Smith", "redacted-1"),
        ("code", "7505", "7505"),
        ("code", 500, 500),
        ("changeType", "created,updated", "created,updated"),
        ("@odata.type", "#microsoft.graph.call", "#microsoft.graph.call"),
        ("@odata.type", "#Ann", "redacted-1"),
        ("expirationDuration", "PT8H", "PT8H"),
        ("startDateTime", "2026-11-02T08:15:00.1234567Z", "2026-01-01T00:00:00.0000000Z"),
        ("dateTime", "2026-11-02T08:15:00", "2026-01-01T00:00:00"),
        ("resourceUrl", f"communications/calls/{CALL}/participants", None),
    ],
)
def test_each_kind_of_value_becomes_an_invented_one(name, value, written):
    if written is None and value is not None:
        written = "communications/calls/C0DE0000000040008000000000000001/participants"
    assert Redactor().value(name, value) == written


@pytest.mark.parametrize(
    ("start", "written"),
    [
        (
            f"GET /v1.0/users/{USER}/presence",
            "GET /v1.0/users/c0de0000-0000-4000-8000-000000000001/presence",
        ),
        (
            'GET /v1.0/users?$select=id,mail&$search="displayName:ann" OR "mail:ann"&$top=25',
            'GET /v1.0/users?$select=id,mail&$search="displayName:redacted-1" OR "mail:redacted-1"&$top=25',
        ),
        (
            "GET /v1.0/users?$filter=businessPhones/any(p:p eq '+491701234567')",
            "GET /v1.0/users?$filter=businessPhones/any(p:p eq '+12025550101')",
        ),
        (
            "GET /v1.0/me/onlineMeetings?$filter=JoinWebUrl eq 'https://teams.microsoft.com/l/x?a=b'",
            "GET /v1.0/me/onlineMeetings?$filter=JoinWebUrl eq "
            "'https://teams.microsoft.com/l/meetup-join/redacted-1'",
        ),
        ("GET /v1.0/users/ann@corp.com", "GET /v1.0/users/person1@redacted.example"),
        ("GET /v1.0/users?secret=ann", "GET /v1.0/users?redacted-1=redacted-2"),
        ("POST https://tunnel.corp.com/hooks/calls", "POST https://redacted.example/1"),
        ("202 Accepted", "202 Accepted"),
        ("200 Hello Ann 7", "200"),
    ],
)
def test_addresses_keep_microsofts_words_only(start, written):
    assert Redactor().message(Message(start)).start == written


def test_contexts_and_next_pages_stay_readable():
    redactor = Redactor("https://graph.test")
    context = redactor.value(
        "@odata.context", f"https://graph.test/v1.0/$metadata#users('{USER}')/onlineMeetings/$entity"
    )
    assert context == (
        "https://graph.microsoft.com/v1.0/$metadata#users('c0de0000-0000-4000-8000-000000000001')"
        "/onlineMeetings/$entity"
    )
    link = redactor.value("@odata.nextLink", "https://graph.microsoft.us/v1.0/users?$top=2&$skiptoken=RFNwdA")
    assert link == "https://graph.microsoft.us/v1.0/users?$top=2&$skiptoken=redacted-1"


def test_the_same_text_becomes_the_same_again_and_times_keep_their_distance():
    redactor = Redactor()
    first = redactor.value("", {"id": USER, "startDateTime": "2026-11-02T08:15:00Z"})
    again = redactor.value("", {"participantId": USER.upper(), "endDateTime": "2026-11-02T09:45:30Z"})
    assert again["participantId"].casefold() == first["id"]
    assert (first["startDateTime"], again["endDateTime"]) == ("2026-01-01T00:00:00Z", "2026-01-01T01:30:30Z")


def test_names_of_properties_stay_unless_they_name_somebody():
    shown = Redactor().value(
        "", {"activeParticipants@joined": 1, "ann@corp.com": 2, "Retry-After": "8", USER: 3}
    )
    assert list(shown) == ["activeParticipants@joined", "redacted1", "Retry-After", "redacted2"]


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("Prefer", 'outlook.timezone="UTC"', 'outlook.timezone="UTC"'),
        ("Prefer", 'outlook.timezone="Ann"', "redacted-1"),
        ("Content-Type", "application/json", "application/json"),
        ("Content-Type", "application/json; name=Ann", "redacted-1"),
        ("Retry-After", "10", "10"),
        ("ConsistencyLevel", "eventual", "eventual"),
        ("client-request-id", USER, "c0de0000-0000-4000-8000-000000000001"),
        ("Location", f"/v1.0/communications/calls/{USER}", None),
    ],
)
def test_headers(name, value, written):
    written = written or "/v1.0/communications/calls/c0de0000-0000-4000-8000-000000000001"
    assert Redactor().message(Message("200 OK", ((name, value),))).headers == ((name, written),)


KEYS = st.sampled_from(["id", "subject", "url", "resource", "@odata.id", "x", "displayName", "tone", "mail"])
TEXTS = st.text(min_size=5, max_size=40) | st.from_regex(r"[A-Za-z]{5,12}( [A-Za-z]{3,9})?", fullmatch=True)
INVENTED = (
    "redacted- Person person@redacted.example https://redacted.example/ c0de0000-0000-4000-8000-0 tone0 "
    "teams.microsoft.com/l/meetup-join/ 2026-01-01T00:00:00Z 19:meeting_redacted@thread.v2"
)


@given(KEYS, TEXTS)
def test_no_text_survives(name, text):
    """Whatever stands in a property that is not a word of Microsoft's, none of it is written."""
    shown = Redactor().value("", {"value": [{name: text}]})
    written = json.dumps(shown, ensure_ascii=False)
    for part in text.split():
        assume(len(part) > 4 and part not in INVENTED and not part.isdecimal())
        assume(all(word not in part for word in ("users", "calls", "presence", "sessions", "events")))
        assert part not in written


def test_the_kept_words_are_no_persons():
    assert not ENUMS & {"displayName", "mail", "subject", "id", "message", "tone", "passcode", "token"}
    assert not NUMBERS & {"id", "duration"}
