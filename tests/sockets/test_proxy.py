"""Behind a proxy: what its CONNECT says, and what becomes of the pool when TLS fails in the tunnel."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from requests.exceptions import ConnectionError as NotConnected

from console.auth import build_context
from console.auth.http import HttpAdapter
from console.domain import routes
from console.domain.errors import Unreachable
from console.graph.connection import Connection
from console.graph.pool import Pool
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

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
            self.asked.append(head.split()[0])
            writer.write(self.says + b"\r\n\r\n")
            if not self.broken and b" 200 " in self.says:
                host, _, port = head.split()[1].partition(":")
                far_reader, far_writer = await asyncio.open_connection(host, int(port))
                await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
        writer.close()
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
        assert (asked, proxy.asked) == (["https://login.example/tenant"], ["CONNECT"])


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
            connection = post.connection = Connection(build)
            proxy.broken = True
            assert [type(await post.outcome(WRITE)) for _ in range(6)] == [Unreachable] * 6
            proxy.broken = False
            outcomes = [await post.outcome(READ) for _ in range(4)]
            assert outcomes[-3:] == [None] * 3, "at most one request pays for what httpx2 leaves behind"
            await connection.close()


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
