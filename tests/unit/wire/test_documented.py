"""The quick reading of documented notifications says what the careful one says, or leaves it to that."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.calls import CallState, Direction
from console.domain.people import IdentityKind
from console.wire.documented import read_documented
from console.wire.notifications import LooseItem, read_body, without_media
from console.wire.people import KINDS
from console.wire.strict import Malformed
from tests.fuzz.corpus import seeds

CALL = "77aa0100-3c1b-4c2d-9e7f-10a2b3c4d5e6"
TYPE = "#microsoft.graph."


def notification(*items: dict[str, Any]) -> dict[str, Any]:
    return {"@odata.type": f"{TYPE}commsNotifications", "value": list(items)}


def said(items: Any) -> list[Any]:
    return [(i.about, i.begins, i.tenant, i.facts(key="k", at=1.0)) for i in items]


def carefully(raw: bytes) -> list[Any] | None:
    try:
        items = read_body(raw)
    except Malformed:
        return None
    return None if items is None else said(LooseItem(without_media(item)) for item in items)


def agrees(raw: bytes) -> bool:
    """True when it was read quickly. It must then have been read as it is read with care."""
    quick = read_documented(raw)
    if quick is not None:
        assert said(quick) == carefully(raw)
    return quick is not None


IDS = st.uuids().map(str) | st.sampled_from([CALL.upper(), CALL.replace("-", ""), "8:acs:x", " spaced ", ""])
TEXTS = st.none() | st.sampled_from(["", "Sam Idowu", " Zoë\u202e ", "7"]) | st.text(max_size=12)


def some(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


def typed(name: str) -> st.SearchStrategy[str]:
    return st.just(TYPE + name)


NAMED = some({"id": IDS}, displayName=TEXTS, tenantId=TEXTS, identityProvider=TEXTS)
WHO = some({}, **{kind.value: st.none() | NAMED for kind in KINDS}, **{"@odata.type": typed("identitySet")})
PARTY = some({}, identity=st.none() | WHO, id=TEXTS, endpointType=TEXTS, region=TEXTS, languageId=TEXTS,
             countryCode=TEXTS, participantId=TEXTS, replacesCallId=TEXTS, hidden=st.none())  # fmt: skip
ROUTE = some({}, routingType=TEXTS, original=st.none() | WHO, final=st.none() | WHO)
CONTEXT = some({}, sourceParticipantId=TEXTS, onBehalfOf=st.none() | WHO, transferor=st.none() | WHO)
RESULT = some({}, code=st.integers(0, 999), subcode=st.integers(0, 600_000), message=TEXTS)
DATA = some(
    {"@odata.type": typed("call")},
    id=IDS, state=st.sampled_from([*map(str, CallState)]), direction=st.sampled_from([*map(str, Direction)]),
    source=st.none() | PARTY, targets=st.lists(PARTY, max_size=2), callRoutes=st.lists(ROUTE, max_size=2),
    incomingContext=st.none() | CONTEXT, subject=TEXTS, tenantId=st.none() | IDS, callChainId=st.none() | IDS,
    myParticipantId=st.none() | IDS, callbackUri=TEXTS, requestedModalities=st.just(["audio"]),
    terminationReason=TEXTS, chatInfo=some({}, threadId=TEXTS, messageId=TEXTS, replyChainMessageId=TEXTS),
    mediaState=st.just({"@odata.type": f"{TYPE}callMediaState", "audio": "active"}),
    resultInfo=st.none() | RESULT,
)  # fmt: skip
ITEM = some(
    {
        "changeType": st.sampled_from(["created", "updated", "deleted"]),
        "resourceUrl": st.uuids().map("/communications/calls/{}".format),
        "resourceData": DATA,
    },
    resource=TEXTS,
    callbackUri=TEXTS,
)
NOTIFICATIONS = st.lists(ITEM, min_size=1, max_size=3).map(lambda items: notification(*items))


@given(NOTIFICATIONS)
def test_what_is_as_documented_is_read_quickly_and_as_with_care(value: Any) -> None:
    raw = json.dumps(value, ensure_ascii=False).encode()
    assert agrees(raw) or b"\\" in raw


def members(value: Any) -> list[tuple[dict[str, Any], str]]:
    match value:
        case dict():
            return [(value, k) for k in value] + [m for v in value.values() for m in members(v)]
        case list():
            return [m for v in value for m in members(v)]
    return []


ODD = st.sampled_from([None, True, 7, -1, 2**63, 2**200, 1.5, "7", "Incoming", [], {}, [{}], {"token": "t"}])


@given(NOTIFICATIONS, st.data())
def test_what_is_not_is_left_to_the_careful_reading(value: Any, data: st.DataObject) -> None:
    changed = copy.deepcopy(value)
    for _ in range(data.draw(st.integers(1, 3))):
        source, name = data.draw(st.sampled_from(members(changed)))
        match data.draw(st.sampled_from(["spelling", "value", "more", "gone"])):
            case "spelling":
                source[name.swapcase()] = source.pop(name)
            case "value":
                source[name] = data.draw(ODD)
            case "more":
                source["toneInfo"] = {"tone": "tone1"}
            case _:
                del source[name]
        if not members(changed):
            break
    agrees(json.dumps(changed, ensure_ascii=data.draw(st.booleans())).encode())


@given(NOTIFICATIONS, st.data())
def test_a_member_that_stands_twice_is_never_read_quickly(value: Any, data: st.DataObject) -> None:
    plain = json.dumps(value, ensure_ascii=False)
    source, name = data.draw(st.sampled_from(members(value)))
    once = f"{json.dumps(name)}: {json.dumps(source[name], ensure_ascii=False)}"
    twice = plain.replace(once, f"{once}, {once}", 1)
    assert read_documented(twice.encode()) is None
    assert carefully(twice.encode()) is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_identity(kind: IdentityKind) -> None:
    source = {"identity": {kind.value: {"id": "+12065550188", "displayName": "Ann"}}}
    data = {"@odata.type": f"{TYPE}call", "state": "incoming", "source": source}
    url = f"/communications/calls/{CALL}"
    raw = json.dumps(
        notification({"changeType": "created", "resourceUrl": url, "resourceData": data})
    ).encode()
    assert agrees(raw)
    quick = read_documented(raw)
    assert quick is not None and quick[0].facts(key="k", at=1.0)[0].source.kind is kind


def test_news_of_calls_as_the_simulator_tells_them_are_read_quickly() -> None:
    bodies = [raw for raw in seeds() if b'"#microsoft.graph.commsNotifications"' in raw]
    about_calls = [raw for raw in bodies if b'"resourceData":{"@odata.type":"#microsoft.graph.call"' in raw]
    quick = sum(agrees(raw) for raw in bodies)
    assert len(about_calls) > 20 and quick > 0.8 * len(about_calls), (quick, len(about_calls), len(bodies))
