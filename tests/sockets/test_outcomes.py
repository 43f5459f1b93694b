"""What the operator is told when the network fails, against what the server really did: over real sockets."""

from __future__ import annotations

import asyncio
import random
import ssl
from pathlib import Path

import httpx2
import pytest

from console.domain.errors import ConsoleError, OutcomeUnknown, Unreachable
from console.simulator.certificates import make_certificates
from tests.sockets.rough import Manner, Rough, rough
from tests.sockets.sending import READ, WRITE, WRITE_WITHOUT_BODY, Post, posting

STALLS = (Manner.STALL, Manner.STALL_IN_HEAD, Manner.STALL_IN_BODY)
BREAKS = tuple(m for m in Manner if m not in (*STALLS, Manner.ANSWER, Manner.ANSWER_AND_CLOSE))
WRITES = (WRITE, WRITE_WITHOUT_BODY)
NOTHING_SENT = "Nothing was sent. Try again."


@pytest.mark.parametrize("warm", [False, True], ids=["new connection", "kept connection"])
@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("manner", BREAKS + STALLS)
async def test_a_write_that_breaks_is_never_sent_again_and_in_doubt(
    manner: Manner, name: str, warm: bool
) -> None:
    async with rough() as graph, posting(graph.port) as post:
        if warm:
            await post.send(READ)
            if manner is Manner.RESET_UNREAD:
                return  # nobody can leave unread what is read already
        post.deadline = 0.3 if manner in STALLS else 5.0
        graph.manners.append(manner)
        error = await post.outcome(name)
        assert type(error) is OutcomeUnknown and error.request_id == post.id
        assert graph.heads.count(error.request_id) == (manner is not Manner.RESET_UNREAD)
        assert graph.done.count(error.request_id) == manner.works
        assert post.counted == post.sent
        assert await post.outcome(WRITE) is None, "the next press works"


@pytest.mark.parametrize("manner", BREAKS)
async def test_a_read_that_breaks_is_sent_again(manner: Manner) -> None:
    async with rough(manner) as graph, posting(graph.port) as post:
        assert await post.outcome(READ) is None
        assert graph.heads == ["request-1"] * (2 - (manner is Manner.RESET_UNREAD))
    async with rough(manner, manner, manner) as graph, posting(graph.port) as post:
        error = await post.outcome(READ)
        assert type(error) is Unreachable and not graph.manners, "three times and no more"


@pytest.mark.parametrize("manner", STALLS)
async def test_a_read_that_stalls_ends_at_the_deadline(manner: Manner) -> None:
    async with rough(manner) as graph, posting(graph.port, deadline=0.3) as post:
        assert type(await post.outcome(READ)) is Unreachable
        assert len(graph.heads) == 1 and await post.outcome(READ) is None


async def unsent(post: Post, name: str = WRITE) -> str:
    """Send a write that cannot leave and return what the operator reads."""
    error = await post.outcome(name)
    assert type(error) is Unreachable and str(error.remedy) == NOTHING_SENT
    assert post.counted == 0
    return str(error)


async def test_without_a_listener_nothing_is_sent() -> None:
    async with rough() as graph:
        port = graph.port
    async with posting(port) as post:
        said = await unsent(post)
        assert said == f"No connection to the relay or Microsoft Graph. {NOTHING_SENT}"


async def test_without_a_name_nothing_is_sent() -> None:
    async with posting(0, root="http://nowhere.invalid") as post:
        await unsent(post)


async def test_with_an_untrusted_certificate_nothing_is_sent(tmp_path: Path) -> None:
    files = make_certificates(tmp_path, lambda: 1.9e9)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.server_certificate, files.server_key)
    graph = Rough()
    server = await asyncio.start_server(graph.serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    async with server, posting(port, root=f"https://127.0.0.1:{port}", verify=True) as post:
        await unsent(post)
        assert not graph.heads


async def test_during_a_handshake_that_never_ends_nothing_is_sent() -> None:
    got: list[bytes] = []

    ended = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.read(5))
        await reader.read()
        writer.close()
        ended.set()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, posting(port, root=f"https://127.0.0.1:{port}", deadline=0.2) as post:
        await unsent(post)
        await ended.wait()
        assert got[0][:1] == b"\x16", "only the beginning of the handshake"


async def test_while_the_pool_is_full_nothing_is_sent() -> None:
    async with rough(Manner.STALL, Manner.STALL) as graph, posting(graph.port) as post:
        stalled = [asyncio.create_task(post.send(READ)) for _ in range(2)]
        while len(graph.heads) < 2:
            await asyncio.sleep(0)
        post.http.timeout = httpx2.Timeout(5.0, pool=0.05)
        error = await post.outcome(WRITE)
        assert type(error) is Unreachable and str(error.remedy) == NOTHING_SENT
        post.deadline, post.http.timeout = 0.05, httpx2.Timeout(5.0)
        error = await post.outcome(WRITE)
        assert type(error) is Unreachable and str(error.remedy) == NOTHING_SENT
        for task in stalled:
            task.cancel()
        await asyncio.gather(*stalled, return_exceptions=True)
        assert len(graph.heads) == 2 == post.counted


async def test_while_sign_in_keeps_us_waiting_nothing_is_sent() -> None:
    async def never() -> str:
        await asyncio.Event().wait()
        return ""

    async with rough() as graph, posting(graph.port, token=never, deadline=0.05) as post:
        await unsent(post)
        assert graph.connections == 0


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("name", [READ, *WRITES])
async def test_a_connection_that_was_closed_while_idle_is_not_used_again(name: str, reset: bool) -> None:
    async with rough() as graph, posting(graph.port) as post:
        await post.send(READ)
        graph.hang_up(reset=reset)
        while graph.tasks:
            await asyncio.sleep(0)
        assert await post.outcome(name) is None
        assert graph.connections == 2 and graph.done == ["request-1", "request-2"]


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("name", [READ, *WRITES])
async def test_a_connection_that_closes_at_any_moment_is_honestly_told(name: str, reset: bool) -> None:
    """The race of a kept connection: the server hangs up after 0, 1, 2, … turns of the loop."""
    async with rough() as graph, posting(graph.port) as post:
        for turns in range(15):
            await post.send(READ)
            task = asyncio.create_task(post.outcome(name))
            for _ in range(turns):
                await asyncio.sleep(0)
            graph.hang_up(reset=reset)
            judge(name, await task, graph.done.count(post.id))
        assert len(graph.heads) <= post.counted


async def test_any_mixture_of_trouble_is_honestly_told() -> None:
    chance = random.Random(7)  # noqa: S311 - reproducible trouble
    everything = [m for m in Manner if m not in STALLS]
    async with rough() as graph, posting(graph.port) as post:
        for _ in range(300):
            graph.manners.extend(chance.choices(everything, k=chance.randrange(3)))
            name = chance.choice([READ, *WRITES])
            error = await post.outcome(name)
            judge(name, error, graph.done.count(post.id))


def judge(name: str, error: ConsoleError | None, done: int) -> None:
    """Hold what was told against how often it was done."""
    assert error is None or type(error) in (OutcomeUnknown, Unreachable)
    if name == READ:
        assert type(error) is not OutcomeUnknown
    elif error is None:
        assert done == 1
    elif type(error) is Unreachable:
        assert done == 0
    else:
        assert done <= 1
