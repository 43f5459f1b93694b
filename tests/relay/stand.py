"""A relay on a real socket beside the real simulator, and people to use it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import ssl
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from console.domain.calls import Call
from console.domain.ids import CallId
from console.domain.world import World
from console.graph.client import Door, GraphClient
from console.graph.operations import Identity
from console.relay.app import Relay, open_relay
from console.relay.metrics import served
from console.relay.outside import TokenSource
from console.relay.server import RelayServer, listen, make_server
from console.relay.settings import Settings
from console.simulator.app import Running
from console.simulator.callers import Temper
from console.simulator.faults import Faults
from console.simulator.identities import Party
from console.simulator.people import Behaviour, Manner

LENA, KOFI, INES, ANNA, TOM = (f"0d000000-0000-4000-8000-{n:012d}" for n in (1, 2, 3, 11, 12))
CALLER = {"phone": {"id": "+12065550188"}}
ANSWER = {
    "acceptedModalities": ["audio"],
    "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
}


async def until(check: Callable[[], Any], seconds: float = 8.0, what: str = "") -> Any:
    """Return the first true value of `check`; fail after `seconds`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not (found := check()):
        assert loop.time() < end, f"not within {seconds} s: {what or check}"
        await asyncio.sleep(0.01)
    return found


class Quiet(RelayServer):
    """Served inside a test: the test decides when to stop, and signals are not ours."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@dataclass
class Desk:
    """A running relay, and the simulator's side of the calls."""

    url: str
    relay: Relay
    simulation: Running
    settings: Settings

    @property
    def world(self) -> World:
        return self.relay.hub.world

    def call(self, id: str) -> Call:
        return self.world.calls[CallId(id)]

    def token(self, user: str, **changes: Any) -> str:
        return operator_token(self.simulation, user, **changes)

    def ring(self, caller: str = "phone", patience: float | None = None) -> str:
        """Somebody rings the main line; returns the call's id."""
        party = Party("phone", "+12065550188") if caller == "phone" else Party("user", TOM, "Tom Reed")
        line = self.simulation.directory.lines[0]
        exchange = self.simulation.simulator.exchange
        return exchange.callers.place(party, line, Temper(patience, None)).id

    async def rings(self) -> str:
        id = self.ring()
        await until(lambda: CallId(id) in self.world.calls and self.call(id).identified, what="ringing")
        return id

    @contextlib.contextmanager
    def pace(self, speed: float) -> Iterator[None]:
        """Let the simulator's time pass at `speed`: who answers many at once needs more than 1.5 s for it."""
        clock = self.simulation.simulator.clock
        before = clock.speed
        clock.set_speed(speed)
        try:
            yield
        finally:
            clock.set_speed(before)

    async def answered(self, user: str) -> str:
        """A call that `user` has answered and joined."""
        id = await self.rings()
        await self.client(user).answer(id)
        await until(lambda: any(p.identity.id == user for p in self.call(id).people), what="joined")
        return id

    def trust(self) -> ssl.SSLContext:
        """What a console needs to speak to the simulator."""
        return ssl.create_default_context(cafile=self.simulation.certificates.ca_file)

    def client(self, user: str) -> Operator:
        return Operator(self, user)

    def behave(self, user: str, manner: Manner, delay: float = 1.0) -> None:
        """Say what somebody does when their phone rings; `delay` is simulated seconds."""
        self.simulation.simulator.exchange.people.behave(user, Behaviour(manner, delay))

    def leaves(self, user: str, call: str) -> None:
        exchange = self.simulation.simulator.exchange
        exchange.callers.leave(exchange.board.find(call), user)

    def trouble(self, **faults: Any) -> None:
        self.simulation.simulator.faults.put(Faults(**faults))

    def is_in(self, user: str, call: str) -> bool:
        return any(p.identity.id == user for p in self.call(call).people)

    def sent(self, action: str, call: str) -> list[dict[str, Any]]:
        """What Graph was asked for that call with a path that ends in `action`."""
        return [
            r
            for r in self.simulation.simulator.requests.since(0)
            if call in str(r.get("path")) and str(r.get("path")).endswith(action)
        ]


@contextlib.asynccontextmanager
async def wire(desk: Desk) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the relay on which nothing has been said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(desk.url.rpartition(":")[2]))
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


class Operator:
    """What an operator's console does, over HTTP and with console.graph."""

    def __init__(self, desk: Desk, user: str) -> None:
        self.desk = desk
        self.token = desk.token(user)
        self.http = httpx2.AsyncClient(trust_env=False)
        door = Door(f"{desk.url}/v1.0", self._token)
        self.graph = GraphClient(self.http, {Identity.BOT: door})

    async def _token(self) -> str:
        return self.token

    async def post(self, path: str, body: object = None, intent: str = "", **more: Any) -> httpx2.Response:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "client-request-id": intent or str(uuid.uuid4()),
            **more.pop("headers", {}),
        }
        method = more.pop("method", "POST")
        async with httpx2.AsyncClient(trust_env=False) as http:
            return await http.request(
                method,
                f"{self.desk.url}/v1.0/communications/calls{path}",
                content=None if body is None else msgspec.json.encode(body),
                headers=headers,
            )

    async def answer(self, call: str, intent: str = "") -> httpx2.Response:
        return await self.post(f"/{call}/answer", ANSWER, intent=intent)

    async def invite(self, call: str, user: str) -> httpx2.Response:
        people = [{"identity": {"user": {"id": user}}}]
        return await self.post(f"/{call}/participants/invite", {"participants": people})


def operator_token(simulation: Running, user: str, **changes: Any) -> str:
    """A token as Entra gives it to a console; `changes` replace claims."""
    mint = simulation.simulator.authority.mint
    person = simulation.directory.user(user)
    assert person is not None
    now = int(mint.now())
    claims = {
        "iss": mint.issuer,
        "aud": simulation.directory.relay_app_id,
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "tid": simulation.directory.tenant_id,
        "azp": simulation.directory.console_app_id,
        "oid": person.id,
        "name": person.display_name,
        "scp": "access_as_operator",
        "roles": list(person.roles),
        "ver": "2.0",
        "uti": uuid.uuid4().hex,
        **changes,
    }
    return mint.key.sign({k: v for k, v in claims.items() if v is not None})


def settings_for(simulation: Running, data: Path, **changes: Any) -> Settings:
    """What a relay needs to work with the simulator."""
    simulator = simulation.description()
    settings = Settings(
        listen_port=0,
        public_url="http://127.0.0.1:1",
        data_dir=str(data),
        tenant_ids=(simulator["tenant_id"],),
        authority=simulator["base_url"],
        graph_root=simulator["graph_url"],
        ca_file=simulator["ca_file"],
        bot_app_id=simulator["bot_app_id"],
        bot_certificate=simulator["bot_certificate"],
        bot_key=simulator["bot_key"],
        relay_app_id=simulator["relay_app_id"],
        console_app_ids=(simulator["console_app_id"],),
        notification_keys_url=simulator["openid_configuration"],
        roster_delay=0.1,
    )
    return dataclasses.replace(settings, **changes)


Start = Callable[..., Awaitable[Desk]]
"""Starts a relay; named settings may be given."""


Between = Callable[[str, str], contextlib.AbstractAsyncContextManager[tuple[str, str]]]
"""Given the relay's URL and Graph's root, gives the URL for callbacks and the root that the relay uses."""


@contextlib.asynccontextmanager
async def directly(relay: str, graph_root: str) -> AsyncIterator[tuple[str, str]]:
    yield relay, graph_root


@contextlib.asynccontextmanager
async def serving(
    simulation: Running,
    data: Path,
    *,
    keep_calls: bool = False,
    tokens: TokenSource | None = None,
    wall: Callable[[], float] = time.time,
    facts: Callable[[], float] | None = None,
    between: Between = directly,
    **changes: Any,
) -> AsyncIterator[Desk]:
    """Run a relay beside the simulator; its calls end with it unless `keep_calls`.

    `between` may put something between the relay and Graph.
    """
    settings = settings_for(simulation, data, **changes)
    listener, url = listen(settings)
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(listener)
        public, graph_root = await stack.enter_async_context(between(url, settings.graph_root))
        public = changes.get("public_url", public)
        settings = dataclasses.replace(settings, public_url=public, graph_root=graph_root)
        async with open_relay(settings, tokens=tokens, wall=wall, facts=facts) as relay:
            stack.enter_context(served(relay.registries, settings.metrics_listen))
            made = make_server(relay, settings)
            server = Quiet(made.config, relay.goodbye)
            task = asyncio.create_task(server.serve(sockets=[listener]))
            simulation.simulator.options.webhook = f"{public}/hooks/calls"
            await until(lambda: server.started)
            await until(lambda: not relay.health.reasons(), what=f"ready {relay.health.reasons()}")
            try:
                yield Desk(url, relay, simulation, settings)
            finally:
                if "public_url" not in changes:
                    simulation.simulator.options.webhook = None
                board = simulation.simulator.exchange.board
                simulation.simulator.faults.put(Faults())
                if not keep_calls:
                    simulation.simulator.exchange.people.forget()
                    for call in list(board.calls.values()):
                        board.end(call, None, "the test is over")
                    # What is on its way must not meet a server that is closing.
                    await simulation.simulator.notifier.drained()
                server.should_exit = True
                await task


@contextlib.asynccontextmanager
async def graph_that_hangs_up_on(action: str, simulation: Running, times: int) -> AsyncIterator[str]:
    """Graph behind a line that breaks `times` times when asked for `action`; gives its root."""
    left = times
    context = ssl.create_default_context(cafile=simulation.certificates.ca_file)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal left
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *lines = head.strip().split("\r\n")
                headers = dict(line.split(": ", 1) for line in lines)
                low = {k.lower(): v for k, v in headers.items()}
                body = await reader.readexactly(int(low.get("content-length", "0")))
                method, path, _ = first.split(" ")
                if left and path.endswith(action):
                    left -= 1
                    break
                passed = {k: v for k, v in low.items() if k in ("authorization", "content-type")}
                async with httpx2.AsyncClient(verify=context, trust_env=False) as http:
                    url = simulation.base_url + path
                    answer = await http.request(method, url, content=body, headers=passed)
                length = f"Content-Length: {len(answer.content)}\r\nContent-Type: application/json"
                writer.write(f"HTTP/1.1 {answer.status_code} OK\r\n{length}\r\n\r\n".encode())
                writer.write(answer.content)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1.0"
    finally:
        server.close()
