"""Every action of Microsoft's about calls, meetings and presence is in the table or left out by name."""

from __future__ import annotations

import json

import pytest

from console.graph.catalogue import CATALOGUE
from console.graph.clouds import CHINA, DOD, GCC_HIGH, GLOBAL, refusal
from tests.contract.microsoft import SCHEMA

pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason="no copy of Microsoft's types beside the project")

PLACES = {
    "graph.call": "/communications/calls/{call}/",
    "graph.participant": "/communications/calls/{call}/participants/{participant}/",
    "Collection(graph.participant)": "/communications/calls/{call}/participants/",
    "graph.cloudCommunications": "/communications/",
    "graph.onlineMeeting": "/me/onlineMeetings/{meeting}/",
    "Collection(graph.onlineMeeting)": "/me/onlineMeetings/",
    "graph.presence": "/users/{user}/presence/",
}
"""Where the actions bound to a type are found below Graph's root."""

_RECORDINGS = "recordings and transcripts are not the front desk's business (REFERENCE §9.4)"
_APPOINTMENTS = "virtual appointments are a product of their own, with a licence of their own"
_WORKPLACE = "where somebody works today is theirs to say, in Teams; the desk needs only their presence"
LEFT_OUT = {
    "Collection(graph.onlineMeeting)/getAllRecordings": _RECORDINGS,
    "Collection(graph.onlineMeeting)/getAllTranscripts": _RECORDINGS,
    "graph.cloudCommunications/getAllOnlineMeetingMessages": "the console shows no chats",
    "graph.onlineMeeting/getVirtualAppointmentJoinWebUrl": _APPOINTMENTS,
    "graph.onlineMeeting/sendVirtualAppointmentReminderSms": _APPOINTMENTS,
    "graph.onlineMeeting/sendVirtualAppointmentSms": _APPOINTMENTS,
    "graph.presence/clearAutomaticLocation": _WORKPLACE,
    "graph.presence/clearLocation": _WORKPLACE,
    "graph.presence/setAutomaticLocation": _WORKPLACE,
    "graph.presence/setManualLocation": _WORKPLACE,
}


NOT_OFFERED = {
    "/communications/calls/logTeleconferenceDeviceQuality": "for makers of room devices",
    "/communications/calls/{call}/participants/muteAll": "deprecated; mute one by one",
    "/communications/calls/{call}/participants/configureMixer": "beta only",
    "/communications/calls/{call}/participants/{participant}/admitFromLobby": "in no schema and on no page",
    "/communications/calls/{call}/participants/admitAllFromLobby": "in no schema and on no page",
    "/communications/calls/{call}/participants/{participant}/lowerHand": "in no schema and on no page",
    "/communications/onlineMeetings": "only for meetings with a video conferencing room of another maker",
    "/users/{user}/onlineMeetings": "the bot makes no meetings: an operator does, in their own name",
    "/communications/presences/{user}": "the same as /users/{user}/presence",
    "/communications/callRecords/getPstnCalls": "billing, not the front desk",
    "/communications/callRecords/getDirectRoutingCalls": "billing, not the front desk",
}
"""What REFERENCE §1.1, §2, §5 and §6 name and no schema binds to a type, with the reason."""


def test_what_is_left_out_by_name_is_not_there_after_all() -> None:
    assert not {o.path for o in CATALOGUE.values()} & NOT_OFFERED.keys()


def microsofts() -> dict[str, str]:
    """Return Microsoft's operations as "type/name" with the path where ours would be."""
    raw = json.loads(SCHEMA.read_text("utf-8"))["operations"]
    return {f"{o['bound_to']}/{o['name']}": PLACES[o["bound_to"]] + o["name"] for o in raw}


def test_what_microsoft_has_is_in_the_table_or_left_out_with_a_reason() -> None:
    paths = {o.path for o in CATALOGUE.values()}
    missing = {name for name, path in microsofts().items() if path not in paths}
    assert missing == LEFT_OUT.keys()


def test_the_clouds_agree_with_microsofts_schemas() -> None:
    """Each action is refused exactly in the clouds whose schema lacks it."""
    raw = json.loads(SCHEMA.read_text("utf-8"))["other_clouds"]
    by_path = {o.path: o for o in CATALOGUE.values()}
    for name, path in microsofts().items():
        if (operation := by_path.get(path)) is None:
            continue
        assert refusal(GLOBAL, operation) is None
        for cloud, schema in ((GCC_HIGH, "Fairfax"), (DOD, "Fairfax"), (CHINA, "Mooncake")):
            known = name in raw[schema]["operations"]
            assert (refusal(cloud, operation) is None) == known, (cloud.name, name)


def test_names_and_permissions_are_well_formed() -> None:
    for operation in CATALOGUE.values():
        assert operation.name.count(".") == 1 and operation.path.startswith("/")
        assert operation.permission or operation.name in ("call.reject", "batch.read")
        assert operation.relay_only == (operation.name == "call.park")
