"""The sign-in listener under attack: only the browser's own answer gets in."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

import pytest

from console.auth.errors import ListenerFailed
from console.auth.loopback import TRIES, Loopback

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


def preflight(listener: Loopback) -> bytes:
    """What a browser asks before it lets a page of another site send JSON, or reach this computer at all."""
    head = f"Host: localhost:{port_of(listener)}\r\nOrigin: https://evil.example\r\n"
    asked = "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Private-Network: true\r\n"
    return f"OPTIONS / HTTP/1.1\r\n{head}{asked}\r\n".encode()


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
        ("400", lambda r: post(r, f"state={STATE[:-1]}&code=c")),
        ("400", lambda r: post(r, f"state={STATE}%00&code=c")),
        ("400", lambda r: post(r, f"state=x&{GOOD}")),
        ("404", lambda r: post(r, GOOD, path=f"http://localhost:{port_of(r)}/")),
        ("404", lambda r: post(r, GOOD, path=f"/?{GOOD}")),
        ("405", lambda r: post(r, GOOD).replace(b"POST", b"PUT", 1)),
        ("405", lambda r: preflight(r)),
        ("415", lambda r: post(r, GOOD, head="Content-Type: text/plain")),
        ("415", lambda r: post(r, GOOD, head="Content-Type: multipart/form-data; boundary=x")),
        ("415", lambda r: post(r, GOOD, head="Accept: */*")),
        ("421", lambda r: post(r, GOOD, host="localhost")),
        ("421", lambda r: post(r, GOOD, host=f"localhost:{port_of(r) - 1}")),
        ("421", lambda r: post(r, GOOD, host=f"localhost.:{port_of(r)}")),
        ("421", lambda r: post(r, GOOD, host=f"evil@localhost:{port_of(r)}")),
        ("421", lambda r: post(r, GOOD, host=f"127.0.0.1.evil.example:{port_of(r)}")),
        ("421", lambda r: f"POST / HTTP/1.1\r\n{FORM}\r\nContent-Length: 9\r\n\r\n{GOOD}".encode()),
        ("411", lambda r: f"POST / HTTP/1.1\r\nHost: localhost:{port_of(r)}\r\n{FORM}\r\n\r\n".encode()),
    ],
)
async def test_refused(listener: Loopback, status: str, request_of: object) -> None:
    assert callable(request_of)
    reply = await send(listener, request_of(listener))
    assert reply.startswith(f"HTTP/1.1 {status} "), reply[:60]
    assert "content-security-policy: default-src 'none'" in reply.lower()
    assert "access-control-" not in reply.lower()
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


@pytest.mark.parametrize(
    "fields", [GOOD, f"state={STATE}&error=<script>alert(1)</script>&error_description=x"]
)
@pytest.mark.parametrize("state", [STATE, "another"])
async def test_nothing_that_was_sent_comes_back_or_is_logged(
    listener: Loopback, caplog: pytest.LogCaptureFixture, fields: str, state: str
) -> None:
    """A page must not show what an attacker wrote, and a log must not keep what opens a session."""
    caplog.set_level(logging.DEBUG)
    secret = "0.AXoA-the-code"
    reply = await send(
        listener, post(listener, fields.replace(STATE, state).replace("code=c", f"code={secret}"))
    )
    for part in ("script>alert", secret, STATE, "another"):
        assert part not in reply and part not in caplog.text


async def test_only_this_computer_is_listened_to(listener: Loopback) -> None:
    names = {opened.getsockname()[0] for server in listener._servers for opened in server.sockets}
    assert "127.0.0.1" in names and names <= {"127.0.0.1", "::1"}


async def test_nobody_can_sit_on_the_same_port(listener: Loopback) -> None:
    """Neither beside us nor around us, however they ask for it: the browser's answer is ours alone."""
    options = [socket.SO_REUSEADDR, *([socket.SO_REUSEPORT] if hasattr(socket, "SO_REUSEPORT") else [])]
    places = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")]  # noqa: S104
    places += [(socket.AF_INET6, "::1")] if len(listener._servers) == 2 else []
    for family, address in places:
        for option in (None, *options):
            with socket.socket(family) as squatter:
                if option is not None:
                    squatter.setsockopt(socket.SOL_SOCKET, option, 1)
                with pytest.raises(OSError, match=r"in use|denied|access|10013|10048"):
                    squatter.bind((address, port_of(listener)))


class Chosen(socket.socket):
    """A socket that is given the ports of `next_ones` where it asks for any."""

    next_ones: ClassVar[list[int]] = []

    def bind(self, address: Any) -> None:
        if address == ("127.0.0.1", 0) and self.next_ones:
            address = ("127.0.0.1", self.next_ones.pop())
        super().bind(address)


@contextlib.contextmanager
def squatted(count: int) -> Iterator[list[int]]:
    """Ports on which somebody sits already, on ::1 and not on 127.0.0.1."""
    taken: list[int] = []
    with contextlib.ExitStack() as stack:
        while len(taken) < count:
            try:
                opened = stack.enter_context(socket.create_server(("::1", 0), family=socket.AF_INET6))
            except OSError:
                pytest.skip("this machine has no IPv6")
            port = opened.getsockname()[1]
            with contextlib.suppress(OSError), socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
                taken.append(port)
        yield taken


async def test_a_port_with_somebody_on_its_other_address_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser may try ::1 first: whoever sits there would be handed the code."""
    monkeypatch.setattr("socket.socket", Chosen)
    with squatted(3) as ports:
        monkeypatch.setattr(Chosen, "next_ones", list(ports))
        async with Loopback(STATE) as listener:
            assert not Chosen.next_ones and port_of(listener) not in ports
            assert len(listener._servers) == 2
        for port in ports:
            with pytest.raises(OSError, match=r"."):
                await asyncio.open_connection("127.0.0.1", port)


async def test_when_somebody_sits_everywhere_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket", Chosen)
    with squatted(TRIES) as ports:
        monkeypatch.setattr(Chosen, "next_ones", list(ports))
        with pytest.raises(ListenerFailed):
            await Loopback(STATE).__aenter__()


async def test_a_crowd_of_idle_visitors_does_not_keep_the_browser_out(listener: Loopback) -> None:
    crowd = [await asyncio.open_connection("127.0.0.1", port_of(listener)) for _ in range(150)]
    for _, writer in crowd[::2]:
        writer.write(b"POST / HTTP/1.1\r\n")
    assert (await send(listener, post(listener, GOOD))).startswith("HTTP/1.1 200 ")
    assert (await listener.answer())["code"] == "c"
    for _, writer in crowd:
        writer.close()


async def test_only_the_first_request_of_a_connection_is_read(listener: Loopback) -> None:
    """A refused one takes what is behind it along, and a length that is said twice changes nothing."""
    wrong = post(listener, "state=wrong&code=c")
    reply = await send(listener, wrong + post(listener, GOOD))
    assert reply.count("HTTP/1.1 ") == 1 and not listener._answer.done()
    both = post(listener, GOOD, head=f"{FORM}\r\nTransfer-Encoding: chunked")
    assert (await send(listener, both)).startswith("HTTP/1.1 400 ") and not listener._answer.done()
    twice = post(listener, GOOD, head=f"{FORM}\r\nContent-Length: 3")
    assert (await send(listener, twice)).startswith("HTTP/1.1 400 ") and not listener._answer.done()


async def test_a_trickle_does_not_win_time(listener: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is for the whole request, not from one byte to the next."""
    monkeypatch.setattr("console.auth.loopback.DEADLINE", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(listener))
    request = post(listener, GOOD)
    with contextlib.suppress(OSError):
        for byte in request:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.005)
    with contextlib.suppress(OSError):
        assert await reader.read() == b""
    writer.close()
    assert not listener._answer.done()


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
    for host in ("127.0.0.1", "::1"):
        with pytest.raises(OSError, match=r"."):
            await asyncio.open_connection(host, port_of(listener))


async def test_an_error_is_an_answer_too(listener: Loopback) -> None:
    reply = await send(listener, post(listener, f"state={STATE}&error=access_denied"))
    assert "not completed" in reply
    assert (await listener.answer())["error"] == "access_denied"


@pytest.mark.parametrize("steps", range(4))
async def test_given_up_while_it_opens_it_leaves_no_port(steps: int) -> None:
    """Between two sockets: a leak would be told as a ResourceWarning, which fails a test."""

    async def wait() -> None:
        async with Loopback(STATE) as listener:
            await listener.answer()

    task = asyncio.create_task(wait())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gc.collect()
