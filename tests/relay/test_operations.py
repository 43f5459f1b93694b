"""The operators' door: paths, bodies and tokens that must not pass, and answers in Graph's words."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import defaultdict

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Route

from console.domain.errors import CallGone, Refused, ServiceFailed, Taken, Throttled
from console.domain.ids import CallId, IntentId
from console.graph import calls
from console.graph.catalogue import CATALOGUE, DESK
from console.relay.answers import BadRequest
from console.relay.bodies import Create, Invite, Park, PlayPrompt, Redirect, Reject, Transfer, read, read_id
from console.relay.policy import Action
from console.relay.settings import Rescue
from tests.relay.stand import ANNA, KOFI, LENA, TOM, Desk, Start, until


async def raw(desk: Desk, method: str, path: str, token: str = "") -> tuple[int, bytes]:
    """Send a path exactly as written: clients tidy paths up, attackers do not."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(desk.url.rpartition(":")[2]))
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{bearer}\r\n".encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1]), answer


async def test_strange_paths_reach_nobody(start: Start) -> None:
    desk = await start()
    id, token = await desk.rings(), desk.token(LENA)
    before = len(desk.simulation.simulator.requests.since(0))
    calls_root = "/v1.0/communications/calls"
    paths = [
        f"{calls_root}/{id}%2Fanswer", f"{calls_root}/..%2f..%2fusers", f"{calls_root}/%2e%2e/users",
        f"{calls_root}/../../users", f"{calls_root}//answer", f"{calls_root}/{id};x=1", f"{calls_root}/x",
        f"{calls_root}/{id}/participants/..", f"{calls_root}/{'a' * 65}", f"{calls_root}/{id}%00",
        "/v1.0/$batch", "/v1.0/users", "/v1.0/me", f"{calls_root}/{id}/recordResponse",
        f"{calls_root}/{id}/keepAlive",
        f"/v1.0/../v1.0/communications/calls/{id}/unmute", "/beta/communications/calls",
    ]  # fmt: skip
    for path in paths:
        for method in ("GET", "POST", "DELETE", "PATCH"):
            status, _ = await raw(desk, method, path, token)
            assert status in (400, 404, 405), (method, path, status)
    assert len(desk.simulation.simulator.requests.since(0)) == before
    assert desk.call(id).claim is None


async def test_every_route_wants_an_operators_token(start: Start) -> None:
    desk = await start()
    id = await desk.rings()
    fresh = {
        "no role": desk.token(ANNA, roles=None),
        "another console": desk.token(LENA, azp=str(uuid.uuid4())),
        "for Graph": desk.token(LENA, aud="00000003-0000-0000-c000-000000000000"),
        "an application": desk.token(LENA, idtyp="app", scp=None),
        "expired": desk.token(LENA, exp=1, iat=0, nbf=0),
    }
    for operation in DESK.values():
        path = "/v1.0" + operation.path.format_map(defaultdict(lambda: str(uuid.uuid4()), call=id))
        status, _ = await raw(desk, operation.method, path)
        assert status in (401, 404, 405), operation.name
        for name, token in fresh.items():
            status, answer = await raw(desk, operation.method, path, token)
            assert status in (401, 403, 404, 405), (operation.name, name)
            assert b"Lena" not in answer
    assert desk.call(id).claim is None


async def test_headers_and_open_pages(start: Start) -> None:
    desk = await start()
    async with httpx2.AsyncClient(trust_env=False, base_url=desk.url) as http:
        assert (await http.get("/health/live")).json() == {"status": "ok"}
        ready = await http.get("/health/ready")
        assert ready.json()["ready"] is True and ready.headers["x-content-type-options"] == "nosniff"
        assert (await http.get("/version")).json()["product"] == "operator-relay"
        prompt = await http.get("/prompts/hold.wav")
        assert prompt.headers["content-type"] == "audio/wav" and prompt.content[:4] == b"RIFF"
        assert (await http.get("/prompts/ring.wav")).status_code == 404
        assert (await http.get("/prompts/../../pyproject.toml.wav")).status_code == 404
        assert "server" not in prompt.headers


async def test_the_console_reads_the_relays_refusals(start: Start) -> None:
    """Both sides run: graph.* parses what answers.py writes."""
    desk = await start()
    id = CallId(await desk.rings())
    lena, kofi = desk.client(LENA), desk.client(KOFI)
    await calls.answer(lena.graph, id, intent=IntentId(str(uuid.uuid4())))
    with pytest.raises(Taken, match="Lena Ortiz has taken this call"):
        await calls.answer(kofi.graph, id, intent=IntentId(str(uuid.uuid4())))
    await until(lambda: desk.is_in(LENA, id))
    with pytest.raises(Refused, match="Lena Ortiz has this call"):
        await calls.hang_up(kofi.graph, id, intent=IntentId(str(uuid.uuid4())))
    desk.trouble(throttle=1, retry_after=3, operation="calls.delete")
    with pytest.raises(Throttled) as throttled:
        await calls.hang_up(lena.graph, id, intent=IntentId(str(uuid.uuid4())))
    assert throttled.value.retry_after == 3 and throttled.value.request_id
    desk.trouble(unavailable=1, retry_after=7, operation="calls.delete")
    with pytest.raises(ServiceFailed, match=r"not available just now\. Try again in 7 s\.") as away:
        await calls.hang_up(lena.graph, id, intent=IntentId(str(uuid.uuid4())))
    assert away.value.retry_after == 7 and away.value.request_id
    await calls.hang_up(lena.graph, id, intent=IntentId(str(uuid.uuid4())))
    await until(lambda: desk.call(id).ended)
    with pytest.raises(CallGone):
        await calls.hang_up(lena.graph, id, intent=IntentId(str(uuid.uuid4())))
    await lena.http.aclose()
    await kofi.http.aclose()


async def test_an_unknown_outcome_is_looked_into(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    id = await desk.rings()
    bad = await desk.client(LENA).post(f"/{id}/answer", headers={"client-request-id": "not-a-guid"})
    assert bad.status_code == 400 and desk.call(id).claim is None
    desk.relay.upkeep.check(CallId(id))
    await until(lambda: desk.call(id).checked_at, what="looked at")


async def test_the_relay_offers_what_the_table_lets_operators_do(start: Start) -> None:
    desk = await start()
    shown = {
        (method, route.path.replace(":id", ""))
        for route in desk.relay.app.routes
        if isinstance(route, Route) and route.path.startswith("/v1.0/communications/")
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert shown == {(o.method, "/v1.0" + o.path) for o in CATALOGUE.values() if o.offered}


def test_every_action_is_offered() -> None:
    unruled = {"call.create", "participant.list", "participant.get"}  # a call must be there to be ruled
    assert {a.value for a in Action} | unruled == {o.name for o in CATALOGUE.values() if o.offered}


GOOD_BODIES = [
    (Reject, {"reason": "busy"}),
    (Redirect, {"targets": [{"identity": {"user": {"id": TOM}}}], "timeout": 90}),
    (
        Transfer,
        {"transferTarget": {"identity": {"phone": {"id": "+12065550188"}}, "endpointType": "default"}},
    ),
    (Invite, {"participants": [{"identity": {"user": {"id": TOM}, "phone": None}}], "clientContext": "x"}),
    (Park, {"reason": "gone to look"}),
    (PlayPrompt, {"prompts": [{"mediaInfo": {"uri": "hold.wav"}}]}),
    (Create, {"targets": [{"identity": {"user": {"id": TOM}}}], "callbackUri": "https://evil.example"}),
]
BAD_BODIES = [
    (Reject, {"reason": 1}),
    (Reject, {"reason": "Busy"}),
    (Redirect, {"targets": []}),
    (Redirect, {"targets": [{"identity": {"user": {"id": TOM}}}] * 26}),
    (Redirect, {"targets": [{"identity": {"user": {"id": TOM}}}], "timeout": 14}),
    (Redirect, {"targets": [{"identity": {"user": {"id": TOM}}}], "timeout": "30"}),
    (Transfer, {}),
    (Transfer, {"transferTarget": {"identity": {"user": {"id": "x" * 300}}}}),
    (Invite, {"participants": [{"identity": {}}] * 6}),
    (Park, {"reason": "x" * 201}),
    (PlayPrompt, {"prompts": [{"mediaInfo": {"uri": "x"}}] * 21}),
    (Create, []),
]


@pytest.mark.parametrize(("kind", "value"), GOOD_BODIES)
def test_good_bodies_are_read(kind: type, value: object) -> None:
    assert read(json.dumps(value).encode(), kind)


@pytest.mark.parametrize(("kind", "value"), BAD_BODIES)
def test_bad_bodies_are_refused(kind: type, value: object) -> None:
    with pytest.raises(BadRequest):
        read(json.dumps(value).encode(), kind)


@pytest.mark.parametrize(
    "identity",
    [
        {},
        {"user": {"id": TOM}, "phone": {"id": "+12065550188"}},
        {"user": {"id": "../users"}},
        {"phone": {"id": "12065550188"}},
        {"phone": {"id": "+1206555<script>"}},
        {"application": {"id": TOM}},
    ],
)
def test_identities_have_exactly_one_well_formed_id(identity: object) -> None:
    body = read(json.dumps({"participants": [{"identity": identity}]}).encode(), Invite)
    with pytest.raises(BadRequest):
        body.participants[0].identity.read()


@given(st.text(max_size=80))
def test_ids_are_letters_digits_and_hyphens(id: str) -> None:
    fine = 8 <= len(id) <= 64 and all(c.isascii() and (c.isalnum() or c == "-") for c in id)
    try:
        read_id(id)
    except BadRequest:
        assert not fine
    else:
        assert fine


@given(st.binary(max_size=200))
def test_no_body_breaks_the_reader(raw: bytes) -> None:
    for kind in (Reject, Redirect, Transfer, Invite, Park, PlayPrompt, Create):
        try:
            read(raw, kind)
        except BadRequest:
            continue


async def test_an_intent_is_for_one_request_only(start: Start) -> None:
    """Found by schemathesis: another body got the answer to the first."""
    desk = await start()
    id, intent = await desk.answered(LENA), str(uuid.uuid4())
    lena = desk.client(LENA)
    first = {"participants": [{"identity": {"user": {"id": TOM}}}]}
    answers = [await lena.post(f"/{id}/participants/invite", first, intent) for _ in range(2)]
    assert answers[0].status_code == 200 and answers[1].json() == answers[0].json()
    other = await lena.post(f"/{id}/participants/invite", {"participants": "nonsense"}, intent)
    assert other.status_code == 409 and "same client-request-id" in other.text


async def test_what_is_not_there_is_said_as_everything_else(start: Start) -> None:
    desk = await start()
    id, token = await desk.rings(), desk.token(LENA)
    async with httpx2.AsyncClient(trust_env=False, headers={"Authorization": f"Bearer {token}"}) as http:
        root = f"{desk.url}/v1.0/communications/calls/{id}"
        wrong = await http.patch(root)
        assert wrong.status_code == 405 and set(wrong.headers["allow"].split(", ")) == {
            "DELETE",
            "GET",
            "HEAD",
        }
        assert wrong.json()["error"]["code"] == "notAllowed"
        assert (await http.get(f"{root}/participants/invite")).status_code == 405
        nowhere = await http.get(f"{desk.url}/v1.0/users")
        assert nowhere.status_code == 404 and nowhere.json()["error"]["code"] == "itemNotFound"
