"""Behind a proxy: what its CONNECT says, and what becomes of the pool when TLS fails in the tunnel."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from requests.exceptions import ConnectionError as NotConnected

from console.app.line import connection
from console.auth import build_context
from console.auth.http import HttpAdapter
from console.domain import routes
from console.domain.errors import Unreachable
from console.graph.connection import Connection
from console.graph.pool import Pool
from console.settings.options import Options
from console.simulator.certificates import make_certificates
from tests.sockets.rough import rough
from tests.sockets.sending import READ, WRITE, posting


@dataclass
class Proxy:
    """Answers CONNECT with `says`; with `broken` it hangs up after that, as many do in an outage."""

    says: bytes = b"HTTP/1.1 200 Fine"
    broken: bool = False
    port: int = 0
    asked: list[str] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    server: asyncio.Server | None = None

    async def leave(self) -> None:
        """As when a laptop is carried out of the office: nobody listens, and every line is cut."""
        if self.server is not None:
            self.server.close()
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        with (
            contextlib.closing(writer),
            contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError),
        ):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
            self.asked.append(head.split()[0])
            writer.write(self.says + b"\r\n\r\n")
            if not self.broken and b" 200 " in self.says:
                host, _, port = head.split()[1].partition(":")
                far_reader, far_writer = await asyncio.open_connection(host, int(port))
                with contextlib.closing(far_writer):
                    await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
        self.tasks.discard(task)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
    writer.close()


@asynccontextmanager
async def proxied() -> AsyncIterator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.server = server
    proxy.port = server.sockets[0].getsockname()[1]
    yield proxy
    server.close()
    await asyncio.gather(*proxy.tasks, return_exceptions=True)


async def test_what_a_proxy_refuses_was_not_sent() -> None:
    async with proxied() as proxy, posting(0, root="https://127.0.0.1:9") as post:
        for says in (b"HTTP/1.1 502 Bad", b"HTTP/1.1 407 Who are you"):
            proxy.says = says
            async with httpx2.AsyncClient(proxy=f"http://127.0.0.1:{proxy.port}", trust_env=False) as http:
                post.http = http
                error = await post.outcome(WRITE)
                assert type(error) is Unreachable and str(error.remedy).startswith("Nothing was sent.")
        assert proxy.asked == ["CONNECT"] * 2 and post.counted == 0


async def test_the_sign_in_goes_by_the_proxy_that_is_named() -> None:
    async with proxied() as proxy:
        proxy.says = b"HTTP/1.1 407 Who are you"
        asked: list[str] = []

        def way(address: str) -> routes.Proxy:
            asked.append(address)
            return routes.Proxy(f"http://127.0.0.1:{proxy.port}", routes.FoundIn.OPTION)

        def sign_in() -> None:
            adapter = HttpAdapter(build_context(), address="https://login.example/tenant", way=way)
            try:
                adapter.get("https://login.example/tenant/v2.0")
            finally:
                adapter.close()

        with pytest.raises(NotConnected):
            await asyncio.to_thread(sign_in)
        assert (set(asked), proxy.asked) == ({"https://login.example/tenant"}, ["CONNECT"])


async def test_an_outage_behind_a_proxy_does_not_outlast_itself(tmp_path: Path) -> None:
    files = make_certificates(tmp_path, time.time)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.server_certificate, files.server_key)
    async with rough(context=context) as graph, proxied() as proxy:

        def build() -> Pool:
            return Pool(
                proxy=f"http://127.0.0.1:{proxy.port}",
                verify=build_context(files.ca_file),
                limits=httpx2.Limits(max_connections=2),
                timeout=httpx2.Timeout(5.0, pool=0.1),
                trust_env=False,
            )

        async with posting(graph.port, root=f"https://127.0.0.1:{graph.port}") as post:
            kept = post.connection = Connection(build)
            proxy.broken = True
            assert [type(await post.outcome(WRITE)) for _ in range(6)] == [Unreachable] * 6
            proxy.broken = False
            outcomes = [await post.outcome(READ) for _ in range(4)]
            assert outcomes[-3:] == [None] * 3, "at most one request pays for what httpx2 leaves behind"
            await kept.close()


class Network:
    """What the system says of the way out; it changes as the computer is carried about."""

    def __init__(self, proxy: Proxy | None) -> None:
        self.proxy = proxy
        self.asked = 0

    def way(self, address: str) -> routes.Proxy | None:
        self.asked += 1
        if self.proxy is None:
            return None
        return routes.Proxy(f"http://127.0.0.1:{self.proxy.port}", routes.FoundIn.SYSTEM)


async def looked(connection: Connection) -> None:
    """Wait until it is known whether the way has changed."""
    if connection._look is not None:
        await asyncio.wait({connection._look})


async def test_from_one_proxy_to_another_and_to_none(tmp_path: Path) -> None:
    """From the office to a customer's and home: only the request that finds out fails, and is not sent."""
    files = make_certificates(tmp_path, time.time)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.server_certificate, files.server_key)
    async with rough(context=context) as graph, proxied() as office, proxied() as customers:
        root = f"https://127.0.0.1:{graph.port}"
        network = Network(office)
        connected = connection(Options(relay=root, ca_file=str(files.ca_file)), network.way)
        async with posting(graph.port, root=root) as post:
            post.connection = connected
            assert await post.outcome(READ) is None and office.asked == ["CONNECT"]
            first = await connected.client()
            network.proxy = customers
            assert await post.outcome(READ) is None
            assert await connected.client() is first, "what works is left alone"
            for gone, then in ((office, customers), (customers, None)):
                await gone.leave()
                network.proxy = then
                done = len(graph.done)
                assert type(await post.outcome(WRITE)) is Unreachable and len(graph.done) == done
                await looked(connected)
                assert await post.outcome(WRITE) is None and len(graph.done) == done + 1
            assert customers.asked == ["CONNECT"] and await connected.client() is not first
        await connected.close()


async def test_an_outage_alone_builds_nothing_anew(tmp_path: Path) -> None:
    async with proxied() as office:
        network = Network(office)
        connected = connection(Options(relay="https://relay.contoso.example"), network.way)
        client = await connected.client()
        await office.leave()
        asked = network.asked
        for _ in range(3):
            with pytest.raises(httpx2.ConnectError):
                await client.get("https://relay.contoso.example/health/live")
            await looked(connected)
            assert await connected.client() is client
        assert network.asked > asked, "it was looked for"
        await connected.close()


async def test_who_comes_while_the_way_is_looked_for_does_not_wait(tmp_path: Path) -> None:
    """The system may run a script or ask a dead network for one; a press goes out all the same."""
    go_on = threading.Event()
    ways = iter([None, None])

    def way(address: str) -> routes.Proxy | None:
        if next(ways, "slow") == "slow":
            go_on.wait(30.0)
        return None

    connected = connection(Options(relay="https://127.0.0.1:9"), way)
    client = await connected.client()
    with pytest.raises(httpx2.ConnectError):
        await client.get("https://127.0.0.1:9/")
    assert await connected.client() is client and connected._look is not None and not connected._look.done()
    go_on.set()
    await connected.close()


async def test_the_sign_in_moves_at_once(tmp_path: Path) -> None:
    files = make_certificates(tmp_path, time.time)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.server_certificate, files.server_key)
    async with rough(context=context) as service, proxied() as office, proxied() as customers:
        address = f"https://127.0.0.1:{service.port}/tenant"
        network = Network(office)

        def make() -> HttpAdapter:
            return HttpAdapter(build_context(files.ca_file), address=address, way=network.way)

        adapter = await asyncio.to_thread(make)
        for gone, then in ((None, office), (office, customers), (customers, None)):
            if gone is not None:
                await gone.leave()
            network.proxy = then
            id = {"client-request-id": f"by {then.port}" if then else "straight"}
            answer = await asyncio.to_thread(adapter.get, address, None, id)
            assert answer.status_code == 200 and service.done[-1] == id["client-request-id"]
        assert (office.asked, customers.asked) == (["CONNECT"], ["CONNECT"])
        await asyncio.to_thread(adapter.close)


async def test_httpx2_still_loses_its_places() -> None:
    """When this fails, httpx2 has been mended: Pool and the list in Connection can go."""
    async with proxied() as proxy:
        proxy.broken = True
        limits = httpx2.Limits(max_connections=2)
        timeout = httpx2.Timeout(5.0, pool=0.1)
        address = f"http://127.0.0.1:{proxy.port}"
        async with httpx2.AsyncClient(proxy=address, limits=limits, timeout=timeout, trust_env=False) as http:
            for _ in range(2):
                with pytest.raises(httpx2.ConnectError):
                    await http.get("https://127.0.0.1:9/")
            with pytest.raises(httpx2.PoolTimeout):
                await http.get("https://127.0.0.1:9/")
