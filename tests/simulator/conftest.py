"""A simulator whose time stands still, a webhook that listens, and the bot that talks to both."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from console.simulator.app import Running, Simulator
from console.simulator.directory import BOT_APP_ID, DEMO_USERS, GRAPH_RESOURCE_ID, TENANT_ID
from console.simulator.tokens import TokenRefused

BOT_ROLES = ["Calls.Initiate.All", "Calls.InitiateGroupCall.All", "Calls.JoinGroupCall.All"]
SCOPES = "User.ReadBasic.All Presence.Read.All OnlineMeetings.ReadWrite"
MEDIA = {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"}


class Tokens:
    """Tokens that say what they are: `app:role,role@app@tenant` or `user:<oid>:<scopes>`."""

    def verify(self, token: str) -> dict[str, object]:
        kind, _, rest = token.partition(":")
        claims: dict[str, object] = {"aud": GRAPH_RESOURCE_ID, "tid": TENANT_ID}
        match kind:
            case "app":
                roles, app, tenant = (*rest.split("@"), "", "")[:3]
                claims |= {"tid": tenant or TENANT_ID, "idtyp": "app", "appid": app or BOT_APP_ID}
                return {**claims, "roles": roles.split(",")}
            case "user":
                oid, _, scopes = rest.partition(":")
                return {**claims, "oid": oid, "scp": scopes}
            case "other":
                return {**claims, "aud": "api://relay", "idtyp": "app", "roles": BOT_ROLES}
        raise TokenRefused("Access token validation failure.")


APP = {"Authorization": f"Bearer app:{','.join(BOT_ROLES)}"}


def as_user(number: int = 0, scopes: str = SCOPES) -> dict[str, str]:
    return {"Authorization": f"Bearer user:{DEMO_USERS[number].id}:{scopes}"}


@dataclass
class Hook:
    """A webhook. `answers` are the next statuses; 202 when it is empty.

    It gives no answer at all to a notification in which the word `hangs` is, and takes up to `pause`
    seconds for each of the others.
    """

    url: str = ""
    posts: list[tuple[str, dict, dict]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str | None = None
    handshakes: int = 0
    gives_token_back: bool = True
    speaks_legacy: bool = True
    hangs: str | None = None
    pause: float = 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Reads POSTs of one connection; a server by hand, because uvicorn takes 0.1 s to stop."""
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = head.decode().strip().split("\r\n")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
            body = await reader.readexactly(int(headers["content-length"]))
            if token := parse_qs(urlsplit(first.split()[1]).query).get("validationToken"):
                self.shake(writer, token[0].encode())
                continue
            self.posts.append((first.split()[1], headers, json.loads(body)))
            if self.hangs and self.hangs in body.decode():
                continue
            if self.pause:
                await asyncio.sleep(random.uniform(0, self.pause))  # noqa: S311 - the network's own mood
            status = self.answers.pop(0) if self.answers else 202
            if not self.speaks_legacy and "@odata.type" not in self.posts[-1][2]:
                status = 204
            location = f"Location: {self.location}\r\n" if self.location else ""
            writer.write(f"HTTP/1.1 {status} X\r\n{location}Content-Length: 0\r\n\r\n".encode())

    def shake(self, writer: asyncio.StreamWriter, token: bytes) -> None:
        """Answers the handshake of a subscription."""
        self.handshakes += 1
        text = token if self.gives_token_back else b"hello"
        head = f"HTTP/1.1 200 X\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n"
        writer.write(head.encode() + text)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await self.serve(reader, writer)
        writer.close()

    @property
    def items(self) -> list[dict]:
        return [item for _, _, body in self.posts for item in body.get("value", [])]


class Desk:
    """What a test does: people call, the bot acts, time passes."""

    def __init__(self, running: Running, simulator: Simulator, hook: Hook, http: httpx2.AsyncClient) -> None:
        self.running, self.simulator, self.hook, self.http = running, simulator, hook, http
        self.users = DEMO_USERS

    async def graph(self, method: str, path: str, body: object = None, **more) -> httpx2.Response:
        headers = {**APP, **more.pop("headers", {})}
        return await self.http.request(
            method, self.running.graph_url + path, json=body, headers=headers, **more
        )

    async def on_call(self, call: str, verb: str, body: object = None, **more) -> httpx2.Response:
        return await self.graph("POST", f"/communications/calls/{call}/{verb}", body, **more)

    async def sim(self, method: str, path: str, body: object = None) -> httpx2.Response:
        return await self.http.request(method, f"{self.running.base_url}/sim{path}", json=body)

    async def pass_time(self, seconds: float = 0.0) -> None:
        await self.simulator.notifier.drained()
        await self.simulator.clock.advance(seconds)
        await self.simulator.notifier.drained()

    async def ring(self, patience: float | None = None, **caller) -> str:
        caller = caller or {"name": "Wilma Testperson", "phone": "+14255550151"}
        answer = await self.sim(
            "POST", "/calls", {"caller": caller, "line": "Main line", "patience": patience}
        )
        assert answer.status_code == 200, answer.text
        await self.pass_time()
        return answer.json()["id"]

    async def answer(self, call: str, *, delta: bool = True, **more) -> httpx2.Response:
        return await self.on_call(
            call,
            "answer",
            {
                "callbackUri": f"{self.hook.url}/calls",
                "acceptedModalities": ["audio"],
                "mediaConfig": MEDIA,
                "callOptions": {
                    "@odata.type": "#microsoft.graph.incomingCallOptions",
                    "isDeltaRosterEnabled": delta,
                },
                **more,
            },
        )

    async def talk(self, *, delta: bool = True, patience: float | None = None, **caller) -> str:
        """An answered peer-to-peer call."""
        call = await self.ring(patience, **caller)
        assert (await self.answer(call, delta=delta)).status_code == 202
        await self.pass_time(1)
        return call

    async def group(self, *, delta: bool = True, user: int = 0, **caller) -> str:
        """An answered call that an operator has joined."""
        call = await self.talk(delta=delta, **caller)
        assert (await self.invite(call, user)).status_code == 200
        await self.pass_time(1.5)
        return call

    async def invite(self, call: str, *users: int, **more) -> httpx2.Response:
        people = [{"identity": {"user": {"id": self.users[user].id}}, **more} for user in users]
        body = {"clientContext": "invite-1", "participants": people}
        return await self.on_call(call, "participants/invite", body)

    async def dial(self, *users: int, delta: bool = True) -> str:
        """A call the bot makes."""
        body = {
            "callbackUri": f"{self.hook.url}/out",
            "requestedModalities": ["audio"],
            "mediaConfig": MEDIA,
            "targets": [{"identity": {"user": {"id": self.users[user].id}}} for user in users],
            "callOptions": {
                "@odata.type": "#microsoft.graph.outgoingCallOptions",
                "isDeltaRosterEnabled": delta,
            },
        }
        answer = await self.graph("POST", "/communications/calls", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def items(self, call: str, ending: str = "") -> list[dict]:
        """The notifications of a call so far; of its roster or an operation when `ending` says so."""
        return [
            item for item in self.hook.items if item["resourceUrl"] == f"/communications/calls/{call}{ending}"
        ]

    def states(self, call: str) -> list[str]:
        """The states told, without repeats."""
        told = [item["resourceData"].get("state") for item in self.items(call)]
        return [state for i, state in enumerate(told) if i == 0 or told[i - 1] != state]

    def operation(self, call: str, operation: str) -> dict:
        found = self.items(call, f"/operations/{operation}")
        assert len(found) == 1, found
        assert found[0]["changeType"] == "deleted"
        return found[0]["resourceData"]

    async def truth(self, call: str) -> dict:
        return (await self.sim("GET", f"/calls/{call}")).json()

    async def member(self, call: str, name: str) -> dict:
        roster = (await self.truth(call))["roster"]
        return next(member for member in roster if member["name"] == name)


async def until(condition) -> None:
    """Waits for something that only the network delays."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.002)


@pytest.fixture
def soon():
    return until


@contextlib.asynccontextmanager
async def listening():
    hook = Hook()
    server = await asyncio.start_server(hook.accept, "127.0.0.1", 0)
    hook.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    yield hook
    server.close()
    await server.wait_closed()


@pytest.fixture
async def hook():
    async with listening() as hook:
        yield hook


@pytest.fixture
async def other_hook():
    """The same bot in another region."""
    async with listening() as hook:
        yield hook


@pytest.fixture(scope="session")
def state(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("simulator")


@pytest.fixture
async def in_cloud(hook, state):
    """Makes a desk in one of Microsoft's clouds."""
    async with contextlib.AsyncExitStack() as stack:

        async def make(cloud: str) -> Desk:
            simulator = Simulator(
                state, speed=0, webhook=hook.url, verifier=Tokens(), wall=lambda: 1_790_000_000.0, cloud=cloud
            )
            running = await stack.enter_async_context(simulator.serve())
            http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False))
            return Desk(running, simulator, hook, http)

        yield make


@pytest.fixture
async def desk(hook, state):
    simulator = Simulator(state, speed=0, webhook=hook.url, verifier=Tokens(), wall=lambda: 1_790_000_000.0)
    async with simulator.serve() as running, httpx2.AsyncClient(trust_env=False) as http:
        yield Desk(running, simulator, hook, http)


@pytest.fixture
def user_headers():
    return as_user
