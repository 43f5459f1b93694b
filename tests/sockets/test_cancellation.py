"""A request that is cancelled at any turn of the loop leaves nothing behind: over real sockets and TLS."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from console.auth import build_context
from console.domain.errors import BadSettings, OutcomeUnknown
from console.graph.connection import Connection
from console.graph.pool import Pool
from console.simulator.certificates import Certificates, make_certificates
from tests.sockets.rough import Manner, Rough, rough
from tests.sockets.sending import READ, WRITE, Post, posting


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"), time.time)


@asynccontextmanager
async def serving(scheme: str, files: Certificates) -> AsyncIterator[Rough]:
    context = None
    if scheme == "https":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(files.server_certificate, files.server_key)
    async with rough(context=context) as graph:
        graph.root = f"{scheme}://127.0.0.1:{graph.port}"
        yield graph


def turns(scheme: str) -> Iterator[int]:
    """Every turn of the loop; later ever fewer where a thread takes part, which takes a thousand."""
    turn = 0.0
    while True:
        yield int(turn)
        turn = max(turn + 1, turn * 1.2) if scheme == "https" else turn + 1


def asking(graph: Rough, files: Certificates, name: str = "request") -> AbstractAsyncContextManager[Post]:
    return posting(graph.port, root=graph.root, verify=build_context(files.ca_file), name=name)


async def quiet(graph: Rough, post: Post) -> None:
    """Wait until the server has no other connections than the pool, and no other task is running.

    Whatever was on its way has then arrived or is lost, and nothing has leaked.
    """
    async with asyncio.timeout(5):
        while len(graph.tasks) != post.pooled or asyncio.all_tasks() - graph.tasks != {
            asyncio.current_task()
        }:
            await asyncio.sleep(0)


async def sound(graph: Rough, post: Post) -> None:
    """Hold that the pool of two has both its connections, and that what was sent was counted."""
    assert await asyncio.gather(*(post.outcome(READ) for _ in range(3))) == [None] * 3
    await quiet(graph, post)
    assert len(graph.heads) <= post.counted <= post.sent


@pytest.mark.parametrize("warm", [False, True], ids=["new connection", "kept connection"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", [READ, WRITE])
async def test_at_any_turn_of_the_loop(name: str, scheme: str, warm: bool, files: Certificates) -> None:
    in_doubt: list[bool] = []
    async with serving(scheme, files) as graph:
        for turn in turns(scheme):
            async with asking(graph, files, f"turn-{turn}") as post:
                graph.heads.clear()
                if warm:
                    await post.send(READ)
                task = asyncio.create_task(post.send(name))
                for _ in range(turn):
                    await asyncio.sleep(0)
                if task.done():
                    break
                task.cancel()
                with pytest.raises(asyncio.CancelledError) as cancelled:
                    await task
                await quiet(graph, post)
                doubt = cancelled.value.__cause__
                if doubt is None:
                    assert name == READ or turn == 0 or post.id not in graph.done
                else:
                    assert isinstance(doubt, OutcomeUnknown) and doubt.request_id == post.id
                in_doubt.append(doubt is not None)
                await sound(graph, post)
    assert len(in_doubt) > 3, "the request was cancelled on its way"
    assert name == WRITE or not any(in_doubt)
    assert scheme == "https" or any(in_doubt) == (name == WRITE), "each turn was tried"


@pytest.mark.parametrize("manner", [Manner.STALL, Manner.STALL_IN_HEAD, Manner.STALL_IN_BODY])
@pytest.mark.parametrize("name", [READ, WRITE])
async def test_while_the_answer_is_on_its_way(name: str, manner: Manner, files: Certificates) -> None:
    async with serving("https", files) as graph, asking(graph, files) as post:
        graph.manners.append(manner)
        task = asyncio.create_task(post.send(name))
        while not graph.done:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as cancelled:
            await task
        assert isinstance(cancelled.value.__cause__, OutcomeUnknown) == (name == WRITE)
        await quiet(graph, post)
        assert not graph.tasks
        await sound(graph, post)


async def test_while_others_wait_for_the_pool(files: Certificates) -> None:
    """encode/httpcore#1093: a cancelled request took its place in the pool with it."""
    async with serving("http", files) as graph, asking(graph, files) as post:
        for turns in range(60):
            tasks = [asyncio.create_task(post.send(READ)) for _ in range(6)]
            for _ in range(turns % 30):
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await sound(graph, post)


async def test_while_a_token_is_fetched_or_a_pause_is_made(files: Certificates) -> None:
    async with serving("http", files) as graph, asking(graph, files) as post:
        waiting = asyncio.Event()

        async def slow() -> str:
            waiting.set()
            await asyncio.Event().wait()
            return ""

        post.token = slow
        task = asyncio.create_task(post.send(WRITE))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as cancelled:
            await task
        post.token = None
        assert cancelled.value.__cause__ is None and graph.connections == 0
        graph.status, graph.retry_after = 503, "3"
        task = asyncio.create_task(post.send(READ))
        while not graph.done:
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        graph.status = 200
        await sound(graph, post)


async def test_while_the_connection_is_built(files: Certificates) -> None:
    begun, go = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def build() -> Pool:
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result()
        return Pool()

    connection = Connection(build)
    first = asyncio.create_task(connection.client())
    await begun.wait()
    second = asyncio.create_task(connection.client())
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    go.set()
    assert (await second) is await connection.client()
    await connection.close()


async def test_a_connection_that_cannot_be_built_is_tried_anew_and_closes_all_the_same() -> None:
    tries: list[str] = []

    def build() -> Pool:
        tries.append("build")
        if len(tries) < 3:
            build_context(Path("/nowhere/ca.pem"))
        return Pool()

    connection = Connection(build)
    for _ in range(2):
        with pytest.raises(BadSettings, match=r"ca\.pem cannot be used"):
            await connection.client()
    await connection.close()
    assert await connection.client() is await connection.client() and len(tries) == 3
    await connection.close()
