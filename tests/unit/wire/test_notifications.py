"""Every variant of a notification that was seen or documented reads as the same fact (REFERENCE §3)."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.calls import CallState, Direction
from console.domain.events import CallTold, NotUnderstood, OperationEnded, RosterChanged, RosterRead
from console.domain.people import Identity, IdentityKind
from console.domain.results import Result
from console.domain.text import Text
from console.wire.envelope import read_event, write_event
from console.wire.notifications import read_body, read_item, without_media
from console.wire.strict import Malformed

CALL = "77aa0100-3c1b-4c2d-9e7f-10a2b3c4d5e6"


def item(
    url: str = f"/communications/calls/{CALL}", change: str = "updated", data: Any = None
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@odata.type": "#microsoft.graph.commsNotification",
        "changeType": change,
        "resourceUrl": url,
    }
    return found if data is None else {**found, "resourceData": data}


def call(**fields: Any) -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.call", **fields}


def only(raw: dict[str, Any]) -> Any:
    facts = read_item(raw, key="k", at=1.0)
    assert len(facts) == 1
    return facts[0]


@pytest.mark.parametrize(
    "url",
    [
        f"/communications/calls/{CALL}",
        f"communications/calls/{CALL}",
        f"/app/calls/{CALL}",
        f"/communications/calls/{CALL.replace('-', '').upper()}",
        f"/Communications/Calls/{CALL.upper()}",
    ],
)
@pytest.mark.parametrize("state", ["established", "Established", "ESTABLISHED"])
def test_spelling_of_ids_and_states_does_not_matter(url: str, state: str) -> None:
    told = only(item(url, "Updated", call(state=state)))
    assert isinstance(told, CallTold)
    assert (told.call, told.state) == (CALL, CallState.ESTABLISHED)


@pytest.mark.parametrize(
    "info",
    [
        {"code": 500, "subcode": 7000},
        {"code": "500", "subCode": "7000"},
        {"Code": 500, "SubCode": 7000, "message": None},
    ],
)
def test_result_codes_come_in_every_spelling(info: dict[str, Any]) -> None:
    assert only(item(data=call(state="established", resultInfo=info))).result == Result(500, 7000, "")


def test_an_incoming_call_tells_who_rings_which_line() -> None:
    data = call(
        id=CALL,
        state="incoming",
        direction="incoming",
        source={"identity": {"user": None, "phone": {"id": "+12065550188"}}},
        targets=[{"identity": {"applicationInstance": {"id": "E1A2", "displayName": "Main line"}}}],
        callRoutes=[{"original": {"user": {"id": "3F0B8C3E-7A52-4A3B-9D5E-0A4F6F2B1C11"}}}],
    )
    told = only(item(change="created", data=data))
    assert told.direction is Direction.INCOMING
    assert told.source == Identity(IdentityKind.PHONE, "+12065550188")
    assert told.targets == (Identity(IdentityKind.APPLICATION_INSTANCE, "e1a2", "Main line"),)
    assert told.forwarded_from == Identity(IdentityKind.USER, "3f0b8c3e-7a52-4a3b-9d5e-0a4f6f2b1c11")


def test_a_hidden_caller_stays_hidden_and_does_not_crash() -> None:
    data = call(state="incoming", direction="incoming", source={"identity": {"encrypted": {"id": "BLOB"}}})
    assert only(item(change="created", data=data)).source.label == Text("Caller hidden")


def test_deleted_without_a_state_ends_the_call() -> None:
    assert only(item(change="deleted", data={"@odata.type": "#microsoft.graph.call"})).deleted


def participant(id: str | None, **more: Any) -> dict[str, Any]:
    info = {"identity": {"user": {"id": "u1", "displayName": "Sam Idowu"}}}
    return {"@odata.type": "#microsoft.graph.participant", "id": id, "info": info, **more}


def test_a_roster_may_be_a_list_an_object_or_a_delta() -> None:
    url = f"/communications/calls/{CALL}/participants"
    listed = only(item(url, data=[participant("P1", isMuted=True), participant(None)]))
    assert isinstance(listed, RosterRead) and [p.id for p in listed.participants] == ["p1"]
    assert listed.participants[0].muted
    assert len(only(item(url, data=participant("P1"))).participants) == 1
    delta = {
        "@odata.type": "#microsoft.graph.deltaParticipants",
        "sequenceNumber": 12,
        "participants": [participant("P1", removedState={"reason": "left"})],
    }
    changed = only(item(url, data=delta))
    assert isinstance(changed, RosterChanged)
    assert changed.participants[0].left and changed.participants[0].sequence == 12


def test_hold_is_an_inactive_audio_stream() -> None:
    streams = [
        {"mediaType": "audio", "direction": "Inactive"},
        {"mediaType": "video", "direction": "sendReceive"},
    ]
    url = f"/communications/calls/{CALL}/participants"
    assert only(item(url, data=[participant("P1", mediaStreams=streams)])).participants[0].on_hold


def test_an_operation_ends_with_its_context() -> None:
    data = {
        "@odata.type": "#microsoft.graph.inviteParticipantsOperation",
        "id": "A1C2E3F4-0006-4000-8000-000000000006",
        "clientContext": "inv-1",
        "status": "Failed",
        "resultInfo": {"code": 480, "subcode": 10037},
        "participants": [{"identity": {"phone": {"id": "+14255550123"}}}],
    }
    done = only(item(f"/communications/calls/{CALL}/operations/x", "deleted", data))
    assert isinstance(done, OperationEnded)
    assert (done.kind, done.context, done.failed) == ("inviteparticipants", "inv-1", True)
    assert done.invited == (Identity(IdentityKind.PHONE, "+14255550123"),)


@pytest.mark.parametrize(
    "raw",
    [
        item("/communications/somethingElse/1", data=call()),
        item(f"/communications/calls/{CALL}/dances/1", data={}),
        item(data={"@odata.type": "#microsoft.graph.robot"}),
        item(f"/communications/calls/{CALL}/operations/1", "deleted"),
        item(f"/communications/calls/{CALL}/participants"),
        item("/communications/calls/..", data=call(state="incoming")),
        item("/communications/calls/%2e%2e%2fusers", data=call(state="incoming")),
        item("https://elsewhere.example/calls/short", data=call(state="incoming")),
        item("", data=call(id="../../users/somebody", state="incoming")),
        {},
    ],
)
def test_what_is_unknown_becomes_a_value(raw: dict[str, Any]) -> None:
    assert isinstance(only(raw), NotUnderstood)


def test_an_unknown_state_is_told_without_it_and_counted() -> None:
    told, unknown = read_item(item(data=call(state="dancing")), key="k", at=1.0)
    assert isinstance(told, CallTold) and told.state is None
    assert isinstance(unknown, NotUnderstood) and unknown.what == "call state dancing"


def test_a_body_in_another_format_is_none_and_no_json_is_an_error() -> None:
    assert read_body(b'{"type":"legacy"}') is None
    for bad in (b"", b"[]", b"{", b"\xff\xfe", b"[" * 5000):
        with pytest.raises(Malformed):
            read_body(bad)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FULL = item(
    change="created",
    data=call(
        id=CALL,
        state="incoming",
        source={"identity": {"user": {"id": "u"}}},
        targets=[],
        resultInfo={},
        callRoutes=[],
    ),
)


@given(st.sampled_from(sorted(FULL)), st.sampled_from(sorted(FULL["resourceData"])), JSON, JSON)
def test_any_value_anywhere_gives_facts_that_can_be_written_and_read(
    outer: str, inner: str, one: Any, two: Any
) -> None:
    raw = copy.deepcopy(FULL)
    raw["resourceData"][inner] = one
    raw[outer] = two
    for fact in read_item(raw, key="k", at=1.0):
        assert read_event(write_event(fact)) == fact


@given(st.dictionaries(st.text(max_size=12), JSON, max_size=5))
def test_any_object_is_read_without_an_exception(raw: dict[str, Any]) -> None:
    read_item(raw, key="k", at=1.0)


def test_nothing_derived_from_media_is_kept() -> None:
    kept = without_media(
        item(
            data=call(
                toneInfo={"tone": "pound"}, meetingInfo={"Token": "secret"}, RecordingLocation="x", state="y"
            )
        )
    )
    assert "pound" not in json.dumps(kept) and "secret" not in json.dumps(kept)
    assert kept["resourceData"]["state"] == "y" and "RecordingLocation" not in kept["resourceData"]


def test_names_lose_characters_that_reorder_or_hide_text() -> None:
    source = {"identity": {"user": {"id": "u", "displayName": "Am\u202eelia\n\x00 Ward"}}}
    assert only(item(data=call(source=source))).source.name == "Amelia Ward"


@pytest.mark.parametrize("state", ["transferring", "transferAccepted"])
def test_news_of_the_audio_does_not_count_as_another_transfer(state: str) -> None:
    echo = only(item(data=call(state=state, mediaState={"audio": "inactive"})))
    assert echo.state is None
    assert only(item(data=call(state=state))).state == state
    assert only(item(data=call(state="established", mediaState={"audio": "active"}))).state == "established"
