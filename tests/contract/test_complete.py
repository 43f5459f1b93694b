"""Every action of Microsoft's about calls, meetings and presence is in the table or left out by name."""

from __future__ import annotations

import json

import pytest

from console.graph.catalogue import CATALOGUE
from console.graph.clouds import CHINA, DOD, GCC_HIGH, GLOBAL, refusal
from console.graph.omissions import OMISSIONS
from tests.contract.microsoft import ABSENT, SCHEMA

pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason=ABSENT)

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

OMITTED = {tuple(o.request.split()) for o in OMISSIONS}


def microsofts() -> dict[str, str]:
    """Return Microsoft's operations as "type/name" with the path where ours would be."""
    raw = json.loads(SCHEMA.read_text("utf-8"))["operations"]
    return {f"{o['bound_to']}/{o['name']}": PLACES[o["bound_to"]] + o["name"] for o in raw}


def test_what_microsoft_has_is_in_the_table_or_left_out_with_a_reason() -> None:
    known = {o.path for o in CATALOGUE.values()} | {path for _, path in OMITTED}
    assert {name for name, path in microsofts().items() if path not in known} == set()


def test_what_is_left_out_by_name_is_not_there_after_all() -> None:
    assert not {(o.method, o.path) for o in CATALOGUE.values()} & OMITTED
    assert all(o.reason.endswith(".") for o in OMISSIONS) and len(OMITTED) == len(OMISSIONS)


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
