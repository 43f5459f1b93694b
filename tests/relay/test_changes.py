"""A subscription that stays: renewed in time, authorised again, made anew, and its sealed news are opened.

Presence is what is watched here, in an operator's name: the one thing whose notifications carry data in v1.0.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette

from console.domain.events import Event
from console.domain.ids import UserId
from console.domain.subscriptions import presences_of
from console.graph.client import Door, GraphClient
from console.graph.connection import Connection
from console.graph.operations import Identity
from console.relay.app import new_id
from console.relay.changes.door import Change, ChangeDoor
from console.relay.changes.marks import Marks
from console.relay.changes.sealed import ROTATED, Keyring
from console.relay.changes.watching import LOOK, Topic, Watcher
from console.relay.disk import open_disk
from console.relay.doorkeeper import Doorkeeper, change_profile
from console.relay.hub import Hub
from console.relay.keys import KeySet
from console.relay.lead import Alone
from console.relay.outside import connection, fetcher
from console.relay.tokens import Gate
from console.simulator.app import Running, Simulator
from console.simulator.assumptions import REAUTHORIZE_SHARE
from console.simulator.directory import GRAPH_RESOURCE_ID
from console.simulator.entra.resources import Grant
from console.simulator.subscriptions import Subscription
from tests.relay.stand import LENA, TOM, settings_for, until

HOUR = 3600.0
TOPIC = Topic(presences_of([UserId(TOM)]), ("updated",), HOUR)


@dataclass
class Post:
    """A door on a socket, a watcher who subscribes to it, and what came in."""

    simulation: Running
    another: Callable[[], Watcher] = field(init=False)
    keyring: Keyring = field(init=False)
    scopes: frozenset[str] = frozenset({"Presence.Read.All"})
    keys_ahead: float = 0.0
    """Seconds by which the keys are older than the rest."""
    came: list[Change] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    missed: int = 0

    @functools.cached_property
    def watcher(self) -> Watcher:
        return self.another()

    @property
    def now(self) -> float:
        return self.simulation.simulator.clock.now()

    async def pass_time(self, seconds: float) -> None:
        await self.simulation.simulator.clock.advance(seconds)
        await self.simulation.simulator.postman.drained()

    def asked(self, ending: str, method: str = "POST") -> int:
        """How often Graph was asked for a subscription by such a path."""
        found = self.simulation.simulator.requests.since(0)
        return sum(
            r["method"] == method and "/subscriptions" in r["path"] and r["path"].endswith(ending)
            for r in found
        )

    @property
    def kept(self) -> list[Subscription]:
        found = self.simulation.simulator.subscriptions
        return found.owned(self.simulation.directory.console_app_id, LENA)

    async def change(self, word: str) -> None:
        """Tom's presence changes, and everybody has been told."""
        user = self.simulation.directory.user(TOM)
        assert user is not None
        self.simulation.simulator.presences.wish(user, word, word, 30 * HOUR)
        await self.simulation.simulator.postman.drained()


@pytest_asyncio.fixture(loop_scope="session")
async def still_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    simulator = Simulator(tmp_path_factory.mktemp("still"), speed=0.0)
    async with simulator.serve(tls=True) as running:
        yield running


@contextlib.asynccontextmanager
async def closing(http: Connection) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await http.close()


@contextlib.asynccontextmanager
async def listening(simulation: Running, folder: Path) -> AsyncIterator[Post]:
    settings, clock = settings_for(simulation, folder), simulation.simulator.clock
    listener = await asyncio.to_thread(uvicorn.Config("", port=0).bind_socket)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    history, world, seq = open_disk(folder / "facts.db", mark="x")
    http = connection(settings)
    async with closing(http):
        keys = KeySet(settings.change_keys, fetcher(http), clock.now)
        # Microsoft's token is for the application that subscribed, which is the operator's console here.
        profile = replace(change_profile(settings), audience=simulation.directory.console_app_id)
        gate = Gate(profile, keys, simulation.simulator.authority.mint.now)
        tenant, post = settings.tenant_ids[0], Post(simulation)
        marks = Marks(url, tenant, b"k" * 32, clock.now)
        keyring = Keyring(folder / "changes", lambda: clock.now() + post.keys_ahead)

        async def token() -> str:
            mint = simulation.simulator.authority.mint
            user = simulation.directory.user(LENA)
            assert user is not None
            grant = Grant(GRAPH_RESOURCE_ID, post.scopes, " ".join(post.scopes))
            return str(mint.for_user(user, grant, simulation.directory.console_app_id)["access_token"])

        graph = GraphClient(http, {Identity.OPERATOR: Door(settings.graph_root, token)})

        def missed() -> None:
            post.missed += 1

        def take(changes: Sequence[Change], _: float) -> list[Event]:
            post.came += changes
            return []

        def another() -> Watcher:
            return Watcher(
                graph, Identity.OPERATOR, TOPIC, marks, lead=Alone(), now=clock.now, new_id=new_id,
                missed=missed, keyring=keyring,
            )  # fmt: skip

        def heard(event: str) -> None:
            post.heard.append(event)
            post.watcher.heard(event)

        post.keyring, post.another = keyring, another

        doorkeeper = Doorkeeper(gate, gate, gate, {})
        door = ChangeDoor(
            Hub(history, world, seq), doorkeeper, marks, keyring,
            tenant=tenant, take=take, heard=heard, now=clock.now,
        )  # fmt: skip
        config = uvicorn.Config(Starlette(routes=door.routes()), log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign]
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        try:
            yield post
        finally:
            server.should_exit = True
            await task
            await history.close()
            listener.close()


@pytest_asyncio.fixture(loop_scope="session")
async def post(still_world: Running, tmp_path: Path) -> AsyncIterator[Post]:
    async with listening(still_world, tmp_path) as found:
        yield found


async def test_sealed_news_are_opened_and_keys_change_under_a_living_subscription(post: Post) -> None:
    await post.watcher.look()
    await post.change("Busy")
    assert [(c.what, c.data["id"], c.data["availability"]) for c in post.came] == [("updated", TOM, "Busy")]
    assert post.keyring.current()[1] == post.kept[0].certificate_id
    post.keys_ahead = ROTATED.total_seconds()
    assert post.keyring.current()[1] != post.kept[0].certificate_id
    await post.change("DoNotDisturb")
    assert post.came[-1].data["availability"] == "DoNotDisturb"


async def test_it_is_renewed_at_half_of_its_life_and_never_doubled(post: Post) -> None:
    pauses = [await post.watcher.look()]
    first = post.kept[0]
    assert pauses[0] == pytest.approx(HOUR / 2, abs=2) and post.missed == 1
    for _ in range(6):
        await post.pass_time(pauses[-1])
        pauses.append(await post.watcher.look())
        assert [s.id for s in post.kept] == [first.id]
    assert post.kept[0].expires == pytest.approx(post.now + HOUR, abs=2)
    assert max(pauses) <= HOUR / 2 + 2 and post.heard == [] and post.missed == 1
    assert LOOK <= HOUR, "a longer one is looked after more often than that"


async def test_it_shows_again_that_it_is_allowed_when_asked(post: Post) -> None:
    await post.watcher.look()
    await post.pass_time(HOUR * REAUTHORIZE_SHARE.value + 1)
    assert post.heard == ["reauthorizationrequired"]
    await post.watcher.look()
    renewals = 1 if REAUTHORIZE_SHARE.value > 0.5 else 0
    assert post.asked("", "PATCH") == renewals, "renewing says that it is allowed, too"
    before = post.asked("/reauthorize")
    post.watcher.heard("reauthorizationrequired")
    await post.watcher.look()
    await post.watcher.look()
    assert post.asked("/reauthorize") == before + 1


async def test_what_was_removed_is_made_anew_and_what_was_missed_is_caught_up_with(post: Post) -> None:
    await post.watcher.look()
    [first] = post.kept
    await post.pass_time(HOUR + 1)
    assert post.heard[-1] == "subscriptionremoved" and not post.kept
    await post.watcher.look()
    [second] = post.kept
    assert second.id != first.id and second.url != first.url and second.client_state != first.client_state
    assert post.missed == 2
    await post.change("Busy")
    assert post.came[-1].data["availability"] == "Busy"
    post.watcher.heard("missed")
    assert post.missed == 3
    post.watcher.heard("somethingOfLaterTimes")
    assert post.missed == 3


async def test_another_relay_takes_the_subscription_over(post: Post) -> None:
    await post.watcher.look()
    [first] = post.kept
    other = post.another()
    await other.look()
    assert [s.id for s in post.kept] == [first.id]
    subscriptions = post.simulation.simulator.subscriptions
    # Somebody else's, of the same application.
    subscriptions.renew(
        replace(first, id="stray", url="https://elsewhere.example/hooks/graph/t/m"), first.expires
    )
    await other.look()
    assert {s.id for s in post.kept} == {first.id, "stray"}


async def test_graph_may_spell_what_it_lists_in_its_own_way(post: Post) -> None:
    await post.watcher.look()
    [first] = post.kept
    spelt = replace(first, resource=first.resource.strip("/").upper(), url=first.url.upper())
    post.simulation.simulator.subscriptions.renew(spelt, first.expires)
    await post.watcher.look()
    assert [s.id for s in post.kept] == [first.id]


async def test_it_runs_and_says_what_is_wrong(post: Post) -> None:
    task = asyncio.create_task(post.watcher.run())
    await until(lambda: post.kept, what="subscribed")
    post.simulation.simulator.subscriptions.delete(post.kept[0])
    post.watcher.heard("subscriptionremoved")
    await until(lambda: post.kept, what="subscribed anew")
    assert not post.watcher.trouble
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.logs("cannot subscribe to /communications/presences")
async def test_a_missing_permission_is_told_and_not_asked_for_again_and_again(post: Post) -> None:
    post.scopes = frozenset({"User.Read"})
    task = asyncio.create_task(post.watcher.run())
    await until(lambda: post.watcher.trouble, what="trouble")
    assert post.asked("", "GET") <= 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
