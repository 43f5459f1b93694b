"""Nobody makes the relay ask an address: a canary listens, everything names it, and it hears nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.relay.keys import KeySet, KeysUnavailable
from console.relay.outside import connection, fetcher
from console.relay.settings import Rescue
from console.simulator.app import Running
from tests.relay.forging import GOOD, b64, signed
from tests.relay.stand import ANNA, INES, Between, Desk, Quiet, Start, settings_for, until


@dataclass
class Canary:
    """An address on this computer. `heard` is what came: nothing may."""

    url: str = ""
    heard: list[bytes] = field(default_factory=list)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard.append(await reader.read(500))
        writer.close()


@pytest_asyncio.fixture(loop_scope="session")
async def canary() -> AsyncIterator[Canary]:
    bird = Canary()
    server = await asyncio.start_server(bird.accept, "127.0.0.1", 0)
    bird.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield bird
    server.close()


@dataclass
class Corrupt:
    """A Graph that answers as the real one, and names the canary wherever an address can stand.

    In `redirects` mode it sends everybody there.
    """

    bird: str
    root: str
    ca_file: Path
    redirects: bool = False

    async def forward(self, request: Request) -> Response:
        if self.redirects:
            return Response(status_code=307, headers={"Location": f"{self.bird}{request.url.path}"})
        kept = {k: v for k, v in request.headers.items() if k not in ("host", "content-length")}
        url = f"{self.root}{request.url.path.removeprefix('/v1.0')}?{request.url.query}"
        trust = ssl.create_default_context(cafile=self.ca_file)
        async with httpx2.AsyncClient(verify=trust, trust_env=False) as http:
            answer = await http.request(request.method, url, content=await request.body(), headers=kept)
        content = answer.content
        with contextlib.suppress(ValueError):
            value = json.loads(content)
            names = ("@odata.nextLink", "@odata.id", "@odata.context", "callbackUri", "resourceUrl", "uri")
            content = json.dumps({**value, **dict.fromkeys(names, f"{self.bird}/x")}).encode()
        headers = {"Location": f"{self.bird}/y", "Content-Location": f"{self.bird}/z"}
        return Response(content, answer.status_code, headers, "application/json")


@contextlib.asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    server = Quiet(uvicorn.Config(app, log_config=None, lifespan="off", access_log=False), lambda: None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task


def through(corrupt: Corrupt) -> Between:
    @contextlib.asynccontextmanager
    async def between(relay: str, graph_root: str) -> AsyncIterator[tuple[str, str]]:
        corrupt.root = graph_root
        methods = ["GET", "POST", "PATCH", "DELETE"]
        async with served(Starlette(routes=[Route("/{rest:path}", corrupt.forward, methods=methods)])) as url:
            yield relay, f"{url}/v1.0"

    return between


async def tell(desk: Desk, body: Any, **headers: str) -> int:
    token = desk.simulation.simulator.signer.token()
    async with httpx2.AsyncClient(trust_env=False) as http:
        sent = {"Authorization": f"Bearer {token}", **headers}
        return (await http.post(f"{desk.url}/hooks/calls", json=body, headers=sent)).status_code


def told_to_graph(desk: Desk, bird: str) -> list[Any]:
    """Requests to Graph that carry the canary's address: Graph would ask it for us."""
    return [r for r in desk.simulation.simulator.requests.since(0) if bird in json.dumps(r, default=str)]


async def test_addresses_in_notifications_are_not_asked(start: Start, canary: Canary) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    for change in ("created", "updated", "deleted"):
        for path in ("/communications/calls/", "/app/calls/", "/"):
            id = str(uuid.uuid4())
            url = f"{canary.url}{path}{id}"
            data = {
                "@odata.type": "#microsoft.graph.call", "@odata.id": url, "state": "incoming", "id": url,
                "direction": "incoming", "callbackUri": url, "joinWebUrl": url, "resourceUrl": url,
                "mediaConfig": {"preFetchMedia": [{"uri": url, "resourceId": id}]},
            }  # fmt: skip
            item = {"changeType": change, "resourceUrl": url, "resource": url, "resourceData": data}
            body = {"@odata.type": "#microsoft.graph.commsNotifications", "value": [item]}
            assert await tell(desk, {**body, "@odata.nextLink": url}, Host=canary.url[7:]) == 202
    await until(lambda: not [c for c in desk.world.live() if not c.identified])
    live = [call.id for call in desk.world.calls.values() if call.identified]
    for id in live:  # and whatever the relay then does to such a call
        await desk.client(INES).answer(id)
    assert not canary.heard and not told_to_graph(desk, canary.url)


@pytest.mark.untyped("request")  # an attacker does not keep to the types
async def test_addresses_in_operators_bodies_go_nowhere(start: Start, canary: Canary) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    id, url = await desk.answered(INES), f"{canary.url}/x.wav"
    ines, anna = desk.client(INES), {"identity": {"user": {"id": ANNA}}}
    more = {
        "callbackUri": url, "clientContext": url, "@odata.nextLink": url, "tenantId": url, "subject": url,
        "mediaConfig": {"preFetchMedia": [{"uri": url}], "removeFromDefaultAudioGroup": url},
    }  # fmt: skip
    other = await desk.rings()
    assert (await ines.post(f"/{other}/answer", {**more, "acceptedModalities": ["audio"]})).status_code == 202
    assert (await ines.post("", {**more, "targets": [anna]})).status_code == 201
    media = {"@odata.type": "#microsoft.graph.mediaInfo", "uri": url, "resourceId": url}
    assert (
        await ines.post(f"/{id}/playPrompt", {**more, "prompts": [{"mediaInfo": media}]})
    ).status_code == 400
    ours = {"mediaInfo": {**media, "uri": f"{canary.url}/prompts/hold.wav"}}
    assert (await ines.post(f"/{id}/playPrompt", {**more, "prompts": [ours]})).status_code == 200
    caller = desk.call(id).caller_participant
    assert caller is not None
    held = await ines.post(f"/{id}/participants/{caller.id}/startHoldMusic", {**more, "customPrompt": ours})
    assert held.status_code == 202
    await ines.post(f"/{id}/participants/invite", {**more, "participants": [{**anna, "replacesCallId": url}]})
    await ines.post(
        f"/{id}/transfer", {**more, "transferTarget": anna, "transferee": {"participantId": caller.id}}
    )
    assert not canary.heard and not told_to_graph(desk, canary.url)


@pytest.mark.logs("could not")
async def test_addresses_in_graphs_answers_are_not_followed(
    start: Start, simulation: Running, canary: Canary
) -> None:
    corrupt = Corrupt(canary.url, "", simulation.certificates.ca_file)
    desk = await start(between=through(corrupt), rescue=Rescue.RING_OUT)
    ines = desk.client(INES)
    id = await desk.answered(INES)
    shown = await ines.post(f"/{id}", method="GET")
    assert shown.status_code == 200 and "callbackUri" not in shown.json()
    assert (await ines.post(f"/{id}/participants", method="GET")).status_code == 200
    await ines.post("", {"targets": [{"identity": {"user": {"id": ANNA}}}]})
    corrupt.redirects = True
    for method, path in (("GET", f"/{id}"), ("GET", f"/{id}/participants"), ("DELETE", f"/{id}")):
        answer = await ines.post(path, method=method)
        assert answer.status_code >= 400 and "location" not in answer.headers
    corrupt.redirects = False
    assert not canary.heard


@pytest.mark.logs("cannot subscribe to /communications/callRecords")
async def test_the_next_page_of_subscriptions_is_not_fetched_elsewhere(
    start: Start, simulation: Running, canary: Canary
) -> None:
    desk = await start(
        between=through(Corrupt(canary.url, "", simulation.certificates.ca_file)), call_records=True
    )
    await until(lambda: desk.relay.health.notices().get("call records"), what="told")
    assert "not Microsoft Graph's" in desk.relay.health.notices()["call records"]
    assert not canary.heard


async def test_tokens_name_no_address_that_would_be_asked(start: Start, canary: Canary) -> None:
    desk = await start()
    claims = b64({"iss": canary.url, "aud": "x", "tid": desk.settings.tenant_ids[0]})
    for name in ("jku", "x5u", "kid", "iss"):
        token = signed(b64({"alg": "RS256", "kid": "good", name: f"{canary.url}/keys"}), claims, GOOD)
        async with httpx2.AsyncClient(trust_env=False) as http:
            bearer = {"Authorization": f"Bearer {token}", "Host": canary.url[7:]}
            for path in ("/hooks/calls", "/v1.0/ping"):
                method = "POST" if "hooks" in path else "GET"
                answer = await http.request(method, f"{desk.url}{path}", headers=bearer, content=b"{}")
                assert answer.status_code == 401
    assert not canary.heard


@pytest.mark.parametrize("status", [200, 301, 302, 303, 307, 308])
async def test_the_address_of_the_keys_leads_to_no_other(
    simulation: Running, tmp_path: Path, canary: Canary, status: int
) -> None:
    async def document(_: Request) -> Response:
        content = json.dumps({"jwks_uri": f"{canary.url}/keys"})
        return Response(content, status, {"Location": f"{canary.url}/moved"}, "application/json")

    http = connection(settings_for(simulation, tmp_path))
    async with served(Starlette(routes=[Route("/openid", document)])) as url:
        with pytest.raises(KeysUnavailable):
            await KeySet(f"{url}/openid", fetcher(http), lambda: 0.0).key("good")
    await http.close()
    assert not canary.heard


async def test_the_canary_can_hear(canary: Canary) -> None:
    async with httpx2.AsyncClient(trust_env=False) as http:
        with pytest.raises(httpx2.HTTPError):
            await http.get(f"{canary.url}/x")
    assert canary.heard
