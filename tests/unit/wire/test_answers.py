"""Answers of Graph as values, in the shapes that REFERENCE §1.12, §5 and §6 show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from console.domain.attendance import Attendee
from console.domain.calendar import Show
from console.domain.ids import OperationId
from console.domain.media import Progress, Status, Tone
from console.domain.people import Identity, IdentityKind
from console.domain.records import RecordKind
from console.domain.results import Result
from console.domain.routing import RoutingMode
from console.wire.attendance import read_attendee, read_report
from console.wire.calendar import read_calendar_event, read_schedules
from console.wire.operations import read_progress
from console.wire.people import read_relevant
from console.wire.records import read_record
from console.wire.routing import read_groups
from console.wire.subscriptions import read_subscriptions
from console.wire.times import EPOCH, read_time, read_zoned, write_duration
from tests.unit.wire.test_notifications import JSON

SAM = {"user": {"id": "9A3C1D20-0F3B-47A4-8C9F-2B1A0C7D5E33", "displayName": "Sam Idowu"}}
NINE = datetime(2026, 9, 1, 9, tzinfo=UTC)


def zoned(hour: int, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": f"2026-09-01T{hour:02}:00:00.0000000", "timeZone": zone}


def test_an_operation_says_how_far_it_is() -> None:
    body = {
        "@odata.type": "#microsoft.graph.playPromptOperation",
        "id": "A1C2E3F4-0001-4000-8000-000000000001",
        "status": "Running",
        "clientContext": "pp-1",
    }
    running = Progress(OperationId(body["id"].lower()), "playprompt", Status.RUNNING, "pp-1")
    assert read_progress(body) == running and not running.ended
    failed = read_progress({**body, "status": "failed", "resultInfo": {"code": 400, "subcode": 8508}})
    assert failed.ended and failed.failed and failed.result == Result(400, 8508)
    assert read_progress(None).status is Status.UNKNOWN


def test_a_call_record_reads_old_and_new_identities() -> None:
    body = {
        "id": "f1d2",
        "version": "2",
        "type": "peerToPeer",
        "startDateTime": "2026-09-01T09:00:02Z",
        "endDateTime": "2026-09-01T09:04:40.1234567Z",
        "organizer": {"user": {"id": "old"}},
        "organizer_v2": {"id": "x", "identity": SAM},
        "participants": [SAM, {"phone": {"id": "+12065550188"}}],
        "sessions": [{"id": "s", "caller": {"identity": SAM}, "failureInfo": {"stage": "midcall"}}],
    }
    record = read_record(body)
    assert record.organizer.name == "Sam Idowu" and record.kind is RecordKind.PEER_TO_PEER
    assert record.version == 2 and record.end - record.start > timedelta(minutes=4)
    assert record.participants[1] == Identity(IdentityKind.PHONE, "+12065550188")
    assert not record.talks, "what failed was no talk"
    assert record.sessions[0].failed_at == "midcall" and record.sessions[0].caller.name == "Sam Idowu"


def test_a_colleague_is_free_busy_or_unknown() -> None:
    page = {
        "value": [
            {
                "scheduleId": "anna@contoso.example",
                "scheduleItems": [
                    {"status": "Busy", "start": zoned(9), "end": zoned(10)},
                    {"status": "free", "start": zoned(10), "end": zoned(11)},
                ],
            },
            {"scheduleId": "gone@contoso.example", "error": {"responseCode": "ErrorMailRecipientNotFound"}},
        ]
    }
    anna, gone = read_schedules(page)
    assert anna.times[0].show is Show.BUSY
    assert anna.free(NINE, NINE + timedelta(minutes=5)) is False
    assert anna.free(NINE + timedelta(hours=1), NINE + timedelta(hours=2)) is True
    assert gone.free(NINE, NINE) is None


def test_an_event_has_a_link_only_when_it_is_one() -> None:
    body = {"id": "e", "subject": "S", "start": zoned(9), "end": zoned(10)}
    assert read_calendar_event(body).join_url == ""
    assert read_calendar_event(body).start == NINE
    linked = {**body, "onlineMeeting": {"joinUrl": "https://teams.example/j"}}
    assert read_calendar_event(linked).join_url == "https://teams.example/j"
    assert read_calendar_event({**body, "onlineMeeting": {"joinUrl": "file:///etc"}}).join_url == ""


def test_times_in_every_way_graph_writes_them() -> None:
    assert read_time("2026-09-01T09:00:00.0000000Z") == NINE
    assert read_time("2026-09-01T11:00:00+02:00") == NINE
    assert read_time("soon") == EPOCH and read_time(None) == EPOCH
    assert read_zoned(zoned(9)) == NINE and read_zoned(zoned(9, "W. Europe Standard Time")) == EPOCH
    assert write_duration(timedelta(hours=1, minutes=30)) == "PT90M" and write_duration(timedelta()) == "PT1M"


def test_people_who_matter_have_mail_and_numbers() -> None:
    person = {
        "id": "u1",
        "displayName": "Anna Berg",
        "scoredEmailAddresses": [{"address": "anna@contoso.example", "relevanceScore": 9.0}],
        "phones": [{"type": "business", "number": "+1 425 555 0123"}, {"type": "mobile"}],
    }
    (anna,) = read_relevant({"value": [person, {"displayName": "no id"}]})
    assert (anna.mail, anna.phones) == ("anna@contoso.example", ("+1 425 555 0123",))


def test_audio_groups_and_subscriptions_are_read() -> None:
    (group,) = read_groups({"value": [{"id": "g", "routingMode": "OneToOne", "sources": ["P1", None, 7]}]})
    assert group.mode is RoutingMode.ONE_TO_ONE and group.sources == ("p1", "7") and group.receivers == ()
    (watch,) = read_subscriptions({"value": [{"id": "s", "resource": "r"}]})
    assert (watch.id, watch.until) == ("s", EPOCH)


def test_who_came_to_a_meeting() -> None:
    times = {"meetingStartDateTime": "2026-09-01T09:00:00Z", "meetingEndDateTime": "2026-09-01T10:00:00Z"}
    report = read_report({"id": "r", "totalParticipantCount": 3, **times})
    assert (report.people, report.start) == (3, NINE)
    who = {"identity": {"displayName": "Anna Berg"}, "emailAddress": "a@x", "totalAttendanceInSeconds": 90}
    assert read_attendee({**who, "role": "Presenter"}) == Attendee("Anna Berg", "a@x", "Presenter", 90)


def test_keys_become_tones() -> None:
    assert Tone.of("4#*D") == (Tone.FOUR, Tone.POUND, Tone.STAR, Tone.D)
    with pytest.raises(ValueError, match="no key"):
        Tone.of("4 2")


@given(JSON)
def test_no_answer_breaks_a_reader(value: object) -> None:
    page = {"value": value}
    for reader in (read_progress, read_record, read_calendar_event, read_report, read_attendee):
        reader(value)
    for reader in (read_groups, read_schedules, read_subscriptions, read_relevant):
        reader(page)
