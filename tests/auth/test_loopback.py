"""The sign-in listener under attack: only the browser's own answer gets in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from console.auth.loopback import Loopback

STATE = "expected-state"
FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture
async def listener() -> AsyncIterator[Loopback]:
    async with Loopback(STATE) as opened:
        yield opened


def port_of(listener: Loopback) -> int:
    return int(listener.redirect_uri.rpartition(":")[2])


async def send(listener: Loopback, request: bytes, host: str = "127.0.0.1") -> str:
    """The reply, or an empty text if the connection was dropped."""
    reader, writer = await asyncio.open_connection(host, port_of(listener))
    try:
        writer.write(request)
        await writer.drain()
        return (await reader.read()).decode("latin-1")
    except OSError:
        return ""
    finally:
        writer.close()


def post(listener: Loopback, body: str, *, host: str = "", head: str = FORM, path: str = "/") -> bytes:
    host = host or f"localhost:{port_of(listener)}"
    first = f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{head}"
    return f"{first}\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}".encode()


GOOD = f"state={STATE}&code=c"


@pytest.mark.parametrize(
    ("status", "request_of"),
    [
        ("405", lambda r: f"GET /?{GOOD} HTTP/1.1\r\nHost: localhost:{port_of(r)}\r\n\r\n".encode()),
        ("421", lambda r: post(r, GOOD, host="evil.example")),
        ("421", lambda r: post(r, GOOD, host=f"evil.example:{port_of(r)}")),
        ("404", lambda r: post(r, GOOD, path="/other")),
        ("415", lambda r: post(r, GOOD, head="Content-Type: application/json")),
        ("400", lambda r: post(r, "state=wrong&code=c")),
        ("400", lambda r: post(r, "code=c")),
        ("400", lambda r: post(r, f"state={STATE}")),
        ("400", lambda r: post(r, f"{GOOD}&error=e")),
        ("400", lambda r: post(r, f"{GOOD}&code=d")),
        ("400", lambda r: post(r, "&".join(f"a{i}=1" for i in range(50)) + f"&{GOOD}")),
        ("400", lambda r: post(r, f"state={STATE}ü&code=c")),
        ("400", lambda r: b"nonsense\r\n\r\n"),
        ("400", lambda r: post(r, GOOD, head=f"{FORM}\r\nHost: other")),
        ("411", lambda r: f"POST / HTTP/1.1\r\nHost: localhost:{port_of(r)}\r\n{FORM}\r\n\r\n".encode()),
    ],
)
async def test_refused(listener: Loopback, status: str, request_of: object) -> None:
    assert callable(request_of)
    reply = await send(listener, request_of(listener))
    assert reply.startswith(f"HTTP/1.1 {status} "), reply[:60]
    assert "content-security-policy: default-src 'none'" in reply.lower()
    await send(listener, post(listener, GOOD))
    assert await listener.answer() == {"state": STATE, "code": "c"}


@pytest.mark.parametrize("body", [f"{GOOD}&x=" + "x" * 9000, "x" * 1_000_000])
async def test_oversize_is_refused(listener: Loopback, body: str) -> None:
    reply = await send(listener, post(listener, body))
    assert reply == "" or reply.startswith("HTTP/1.1 413 ")
    head = await send(listener, post(listener, GOOD, head=FORM + "\r\nX: " + "x" * 20_000))
    assert head == "" or head.startswith("HTTP/1.1 431 ")
    assert not listener._answer.done()


async def test_first_answer_wins_on_either_family(listener: Loopback) -> None:
    families = ["127.0.0.1", "::1"] if len(listener._servers) == 2 else ["127.0.0.1"]
    replies = [await send(listener, post(listener, GOOD), host) for host in families]
    replies.append(await send(listener, post(listener, f"state={STATE}&code=late")))
    assert replies[0].startswith("HTTP/1.1 200 ") and "Back to the console" in replies[0]
    assert all(reply.startswith("HTTP/1.1 409 ") for reply in replies[1:])
    assert (await listener.answer())["code"] == "c"


async def test_a_slow_visitor_is_dropped(listener: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.auth.loopback.DEADLINE", 0.05)
    assert await send(listener, b"POST / HTTP/1.1\r\n") == ""


async def test_leaving_closes_port_and_visitors() -> None:
    async with Loopback(STATE) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(listener))
        writer.write(b"POST")
        await asyncio.sleep(0)
    with contextlib.suppress(ConnectionResetError):
        assert await reader.read() == b""
    writer.close()
    with pytest.raises(OSError, match=r"."):
        await asyncio.open_connection("127.0.0.1", port_of(listener))


async def test_an_error_is_an_answer_too(listener: Loopback) -> None:
    reply = await send(listener, post(listener, f"state={STATE}&error=access_denied"))
    assert "not completed" in reply
    assert (await listener.answer())["error"] == "access_denied"
