"""Two tenants behind one relay: neither sees, hears or touches anything of the other's."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import shutil
import socket
import ssl
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.domain.ids import CallId
from console.relay.metrics import served
from console.relay.server import listen, make_server
from console.relay.settings import Rescue, Settings
from console.relay.tenants import Relays, named_tenant, open_relays, settings_of
from console.simulator.app import Running, Simulator
from console.simulator.callers import Temper
from console.simulator.directory import Directory
from console.simulator.identities import Party
from tests.relay.stand import LENA, Desk, Operator, Quiet, settings_for, until

OTHER = "0b000000-0000-4000-8000-0000000000b2"
CALLER = "+12065550188"


@contextlib.asynccontextmanager
async def microsoft(running: list[Running]) -> AsyncIterator[str]:
    """One address for all tenants, as Microsoft has: each request goes to its tenant's simulator."""
    by_tenant = {r.directory.tenant_id: r for r in running}
    context = ssl.create_default_context()
    for one in running:
        context.load_verify_locations(one.certificates.ca_file)

    async def forward(request: Request) -> Response:
        named = named_tenant(request.headers.get("authorization", ""))
        tenant = named or request.url.path.strip("/").split("/")[0]
        target = by_tenant.get(tenant, running[0])
        kept = {k: v for k, v in request.headers.items() if k not in ("host", "content-length")}
        url = f"{target.base_url}{request.url.path}?{request.url.query}"
        body = await request.body()
        async with httpx2.AsyncClient(verify=context, trust_env=False) as http:
            answer = await http.request(request.method, url, content=body, headers=kept)
        passed = {k: v for k, v in answer.headers.items() if k in ("content-type", "location", "retry-after")}
        return Response(answer.content, answer.status_code, passed)

    methods = ["GET", "POST", "PATCH", "DELETE"]
    app = Starlette(routes=[Route("/{rest:path}", forward, methods=methods)])
    files = running[0].certificates
    config = uvicorn.Config(
        app,
        log_config=None,
        lifespan="off",
        access_log=False,
        ssl_certfile=files.server_certificate,
        ssl_keyfile=files.server_key,
    )
    server = Quiet(config, lambda: None)
    listener = socket.create_server(("127.0.0.1", 0))
    with listener:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task


@dataclass
class House:
    """One relay for two tenants, and each tenant's side of it."""

    relays: Relays
    url: str
    first: Desk
    second: Desk
    metrics: str


@contextlib.asynccontextmanager
async def house(tmp_path: Path) -> AsyncIterator[House]:
    folders = [tmp_path / "first", tmp_path / "second"]
    async with contextlib.AsyncExitStack() as stack:
        running = []
        for folder, directory in zip(folders, (Directory(), Directory(tenant_id=OTHER)), strict=True):
            if running:  # Microsoft signs the notifications of all tenants with the same keys
                shutil.copytree(running[0].certificates.signing_key.parent, folder)
            simulator = Simulator(folder, seed=len(running), speed=10.0, directory=directory)
            running.append(await stack.enter_async_context(simulator.serve(tls=True)))
        graph = await stack.enter_async_context(microsoft(running))
        for one in running:
            one.simulator.authority.mint.base_url = lambda: graph
        settings = dataclasses.replace(
            settings_for(running[0], tmp_path / "relay"),
            tenant_ids=tuple(r.directory.tenant_id for r in running),
            authority=graph,
            graph_root=f"{graph}/v1.0",
            metrics_listen="127.0.0.1:0",
            rescue=Rescue.RING_OUT,
            call_records=True,
        )
        listener, url = listen(settings)
        stack.enter_context(listener)
        settings = dataclasses.replace(settings, public_url=url)
        relays = await stack.enter_async_context(open_relays(settings))
        assert isinstance(relays, Relays)
        metrics = stack.enter_context(served(relays.registries, settings.metrics_listen))
        server = Quiet(make_server(relays, settings).config, relays.goodbye)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        desks = []
        for one, (tenant, own) in zip(running, settings_of(settings).items(), strict=True):
            one.simulator.options.webhook = f"{url}/hooks/calls"
            desks.append(Desk(url, relays.by_tenant[tenant], one, own))
        await until(lambda: server.started)
        await until(lambda: not any(r.health.reasons() for r in relays.by_tenant.values()), what="ready")
        try:
            yield House(relays, url, desks[0], desks[1], metrics)
        finally:
            for one in running:
                one.simulator.options.webhook = None
                for call in list(one.simulator.exchange.board.calls.values()):
                    one.simulator.exchange.board.end(call, None, "the test is over")
            server.should_exit = True
            await task


def ring(desk: Desk, number: str) -> str:
    exchange = desk.simulation.simulator.exchange
    return exchange.callers.place(
        Party("phone", number), desk.simulation.directory.lines[0], Temper(None, None)
    ).id


async def asks_where_it_belongs(home: House) -> None:
    async with httpx2.AsyncClient(trust_env=False, base_url=home.url) as http:
        told, ready = await http.get("/setup"), await http.get("/health/ready")
        assert told.json()["tenants"] == 2 and "tenant_id" not in told.json()
        for tenant in home.relays.by_tenant:
            assert tenant not in told.text and tenant not in ready.text
        for answer in (told, ready):
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert (await http.post("/setup")).status_code == 405


async def test_two_tenants_are_strangers(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        await asks_where_it_belongs(it)
        for desk in (it.first, it.second):  # Microsoft's handshake has no token: the address says whose it is
            subscriptions, bot = desk.simulation.simulator.subscriptions, desk.settings.bot_app_id
            await until(lambda s=subscriptions, b=bot: s.owned(b, b), what="subscribed")
            assert f"/hooks/graph/{desk.settings.tenant_ids[0]}/" in subscriptions.owned(bot, bot)[0].url
        calls = []
        for desk, number in ((it.first, CALLER), (it.second, "+14255550199")):
            calls.append(ring(desk, number))
            await until(lambda desk=desk: len(desk.world.calls) == 1, what="its own call only")
        mine, theirs = calls
        assert set(it.first.world.calls) == {CallId(mine)} and set(it.second.world.calls) == {CallId(theirs)}

        # The same person, with the same id and role, in each tenant: each reaches their own calls only.
        lena, double = Operator(it.first, LENA), Operator(it.second, LENA)
        assert (await lena.answer(theirs)).status_code == 404
        assert (await double.answer(mine)).status_code == 404
        assert (await double.answer(theirs)).status_code == 202
        await until(
            lambda: it.second.is_in(LENA, theirs), what="answered with the second tenant's own bot token"
        )
        sent = it.second.sent("/answer", theirs)
        assert len(sent) == 1 and not it.first.sent("/answer", mine)

        # Both streams carry what is theirs.
        for desk, own, other in ((it.first, mine, theirs), (it.second, theirs, mine)):
            seen = await first_bytes(desk)
            assert own.encode() in seen and other.encode() not in seen

        # A token of one tenant with a body about the other: refused, nothing kept.
        bad = await forged(it, it.first, OTHER, theirs)
        assert bad == 403 and it.second.call(theirs).live
        # A token that names the other tenant without its signature goes to the other's gate, and falls there.
        broken = it.first.token(LENA, tid=OTHER)
        headers = {"Authorization": f"Bearer {broken}"}
        async with httpx2.AsyncClient(trust_env=False) as http:
            stolen = await http.get(f"{it.url}/v1.0/communications/calls/{theirs}", headers=headers)
            assert stolen.status_code in (401, 403)
            ready = (await http.get(f"{it.url}/health/ready")).json()
            assert ready["ready"] and set(ready["tenants"]) == {"tenant 1", "tenant 2"}
            text = (await http.get(it.metrics)).text
        assert f'tenant="{OTHER}"' in text and "relay_calls_live" in text

        # What lies on the disk is apart, too.
        first, second = (Path(desk.settings.data_dir) for desk in (it.first, it.second))
        assert CALLER[1:].encode() in (first / "facts.db-wal").read_bytes()
        assert CALLER[1:].encode() not in b"".join(f.read_bytes() for f in second.iterdir() if f.is_file())


async def first_bytes(desk: Desk) -> bytes:
    """The greeting and the snapshot of a stream."""
    headers = {"Authorization": f"Bearer {desk.token(LENA)}"}
    read = b""
    async with (
        httpx2.AsyncClient(trust_env=False) as http,
        http.stream("GET", f"{desk.url}/v1.0/stream", headers=headers) as answer,
    ):
        async for chunk in answer.aiter_raw():
            read += chunk
            if b"event: snapshot" in read and read.endswith(b"\n\n"):
                return read
    return read


async def forged(it: House, sender: Desk, tenant: str, call: str) -> int:
    """Send a notification that ends `call` with a genuine token of another tenant."""
    signer = sender.simulation.simulator.signer
    data = {"@odata.type": "#microsoft.graph.call", "id": call, "state": "terminated", "tenantId": tenant}
    item = {
        "changeType": "deleted",
        "resourceUrl": f"/communications/calls/{call}",
        "resourceData": data,
    }
    body = {"@odata.type": "#microsoft.graph.commsNotifications", "value": [item]}
    headers = {"Authorization": f"Bearer {signer.token()}", "x-microsoft-skype-message-id": str(uuid.uuid4())}
    async with httpx2.AsyncClient(trust_env=False) as http:
        return (await http.post(f"{it.url}/hooks/calls", json=body, headers=headers)).status_code


@pytest.mark.parametrize(
    "junk", ["", "Bearer", "Bearer a.b", "Bearer a.!!.c", "Bearer a.W10.c", "Bearer " + "x" * 9000]
)
def test_a_token_that_names_nobody(junk: str) -> None:
    assert named_tenant(junk) == ""


def test_one_tenant_keeps_its_folder(tmp_path: Path) -> None:
    both = Settings(tenant_ids=("A" * 32, OTHER), data_dir=str(tmp_path), audit_heads_file="heads")
    first, second = settings_of(both).values()
    assert first.data_dir == str(tmp_path) and second.data_dir == str(tmp_path / "tenants" / OTHER)
    assert second.redis_prefix == f"{first.redis_prefix}:{OTHER}"
    assert first.audit_heads_file == "heads" and second.audit_heads_file == f"heads.{OTHER}"
    assert first.tenant_ids == ("A" * 32,) and second.tenant_ids == (OTHER,)
