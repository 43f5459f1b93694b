"""Fifty thousand paths as no client would write them: Graph is asked for what the table has, and no more."""

from __future__ import annotations

import asyncio
import random
import re
import uuid
from collections import Counter
from urllib.parse import unquote

import pytest
from starlette.types import Message, Scope

from console.graph.catalogue import CATALOGUE
from console.relay.app import Relay
from console.relay.settings import Rescue
from tests.relay.stand import INES, Desk, Start, until

REQUESTS = 50_000
OVER_SOCKETS = 300
SEED = 20261124
METHODS = ("GET", "POST", "DELETE", "PATCH", "PUT", "HEAD", "OPTIONS", "TRACE")
ODD = (
    "..", ".", "", "%2e%2e", "%2E%2e", "..%2f", "%2f", "%5c", "..;", ";x=1", "%00", "%0d%0a", "\\", "//", "@",
    "*", "?", "#", "%", "%zz", "%252e%252e", "%c0%af", "users", "me", "$batch", "calls", "answer", "x",
    "http:", "evil.example", "0" * 65, "0" * 7, "a b", "_", "%C3%A9", "\xe9", "-" * 8, "recordResponse",
    "keepAlive", "communications", "v1.0", "beta", "...", "~", "$ref", "(id)", "'", "operations",
)  # fmt: skip
ID = "[A-Za-z0-9-]{8,64}"


class Paths:
    """Makes paths out of the relay's own, the same for the same seed. `ids` are calls that exist."""

    def __init__(self, relay: Relay, ids: list[str], seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - repeatable
        self._templates = sorted({getattr(route, "path", "") for route in relay.app.routes} - {""})
        self.ids = ids

    def next(self) -> tuple[str, bytes, bytes]:
        """Return a method, a raw path and a query."""
        dice = self._dice
        parts = [self._filled(part) for part in dice.choice(self._templates).split("/")[1:]]
        for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 3))):
            at = dice.randrange(len(parts) + 1)
            match dice.randrange(5):
                case 0:
                    parts.insert(at, dice.choice(ODD))
                case 1 if parts:
                    del parts[at - 1]
                case 2 if parts:
                    parts[at - 1] = dice.choice(ODD)
                case 3 if parts:
                    parts[at - 1] += dice.choice(ODD)
                case _ if parts:
                    parts[at - 1] = "".join(f"%{ord(sign) & 255:02x}" for sign in parts[at - 1])
        raw = "/" + "/".join(parts)
        if dice.random() < 0.05:
            raw = dice.choice(ODD) + raw
        query = dice.choice(("", "", "", "$expand=x", "validationToken=x", "callbackUri=http://127.0.0.1:1"))
        return dice.choice(METHODS), raw.encode("latin-1", "replace"), query.encode()

    def _filled(self, part: str) -> str:
        if not part.startswith("{"):
            return part
        return self._dice.choice(
            (*self.ids, *self.ids, str(uuid.UUID(int=self._dice.getrandbits(128))), *ODD[:12])
        )


async def ask(relay: Relay, method: str, raw: bytes, query: bytes, token: str) -> int:
    """Hand a request to the relay as uvicorn does, and return the status."""
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    headers = [(b"authorization", f"Bearer {token}".encode()), (b"host", b"x")]
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1), "scheme": "http", "method": method, "root_path": "", "raw_path": raw,
        "path": unquote(raw.decode("latin-1")), "query_string": query, "headers": headers, "state": {},
    }  # fmt: skip
    await relay.app(scope, receive, send)
    return status


async def over_a_socket(desk: Desk, method: str, raw: bytes, query: bytes, token: str) -> int:
    """Send the path exactly as it is; 0 when the server hangs up on it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(desk.url.rpartition(":")[2]))
    target = raw + (b"?" + query if query else b"")
    head = b"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n"
    writer.write(head % (method.encode(), target, token.encode()))
    line = await asyncio.wait_for(reader.readline(), 8)
    writer.close()
    return int(line.split()[1]) if line.startswith(b"HTTP/") else 0


def asked(desk: Desk) -> list[tuple[str, str]]:
    """What Graph was asked for about the calls of this relay."""
    found = desk.simulation.simulator.requests.since(0)
    return [(r["method"], r["path"]) for r in found if any(id in r["path"] for id in desk.world.calls)]


def strangers(desk: Desk) -> list[str]:
    """What Graph was asked for that is not in the table, or that has an id of another form."""
    forms = [
        (o.method, re.compile("/v1.0" + re.sub(r"\{\w+\}", ID, o.path.replace("$", r"\$"))))
        for o in CATALOGUE.values()
        if not o.relay_only
    ]
    seen = {(r["method"], r["path"]) for r in desk.simulation.simulator.requests.since(0)}
    return [
        f"{method} {path}"
        for method, path in seen
        if not any(
            method == m and (form.fullmatch(path) or form.fullmatch(f"/v1.0{path}")) for m, form in forms
        )
    ]


async def quiet(desk: Desk) -> list[str]:
    """Two calls that exist: one rings, one waits."""
    first, second = await desk.rings(), await desk.rings()
    await desk.client(INES).answer(second)
    await until(lambda: desk.call(second).established_at, what="answered")
    return [first, second]


@pytest.mark.logs("could not")  # what is asked for here at random crosses the relay's own steps
@pytest.mark.timeout(240)
async def test_graph_sees_only_paths_of_the_table(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT, connections_total=5000)
    paths, token = Paths(desk.relay, [], SEED), desk.token(INES)
    statuses: Counter[int] = Counter()
    for number in range(REQUESTS):
        if number % 5000 == 0:
            paths.ids = await quiet(desk)  # those before have been turned away or hung up on by now
        method, raw, query = paths.next()
        if unquote(raw.decode("latin-1")).endswith("/stream"):
            continue  # a stream does not end
        status = await ask(desk.relay, method, raw, query, token)
        statuses[status] += 1
        assert status < 500 or status in (502, 504), (method, raw, query, status)
    assert not strangers(desk)
    assert len(asked(desk)) > 100, "some of them must be good, or nothing was tried"
    assert statuses[404] > REQUESTS / 3 and statuses[400] > 200, statuses
    assert not {301, 302, 307, 308} & statuses.keys()


@pytest.mark.logs("Invalid HTTP request received")
async def test_nor_over_a_socket(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    paths, token = Paths(desk.relay, await quiet(desk), SEED + 1), desk.token(INES)
    statuses: Counter[int] = Counter()
    for _ in range(OVER_SOCKETS):
        method, raw, query = paths.next()
        statuses[await over_a_socket(desk, method, raw, query, token)] += 1
    assert not strangers(desk)
    assert not [status for status in statuses if status >= 500] and statuses[404] > 50, statuses
