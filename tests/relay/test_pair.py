"""Two relays behind one name: any takes any notification, one acts, and a console that loses one goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from console.domain.calls import Situation
from console.domain.ids import CallId
from console.relay.server import listen
from console.relay.settings import Rescue, Settings
from console.simulator.app import Running
from console.simulator.faults import Faults
from tests.relay.pair import Pair, pair
from tests.relay.redis_server import RedisServer
from tests.relay.stand import KOFI, LENA, TOM, Desk, until
from tests.relay.storm import Console, Storm, differences
from tests.relay.test_streams import listening, odd


@pytest_asyncio.fixture(loop_scope="session")
async def two(simulation: Running, redis: RedisServer, tmp_path: Path) -> AsyncIterator[Pair]:
    async with pair(simulation, redis, tmp_path) as made:
        yield made


async def rings(both: Pair) -> str:
    id = both.one.ring()
    await until(lambda: all(id in d.world.calls and d.call(id).identified for d in both.running))
    return id


async def test_an_operator_at_either_relay_gets_the_caller(two: Pair) -> None:
    for desk in (two.one, two.two):
        id = await rings(two)
        assert (await desk.client(LENA).answer(id)).status_code == 202
        await until(lambda id=id: all(d.is_in(LENA, id) for d in two.running), what="Lena joins")  # type: ignore[misc]
        assert len(desk.sent("answer", id)) == len(desk.sent("invite", id)) == 1
        await two.settled()
        assert two.one.world == two.two.world


async def test_two_operators_press_at_two_relays_and_one_wins(two: Pair) -> None:
    people = {LENA: "Lena Ortiz", KOFI: "Kofi Mensah"}
    with two.one.pace(1.0):  # the caller rings for 15 s, however busy the machine is
        for number in range(20):
            id = await rings(two)
            desks = (two.one, two.two) if number % 2 else (two.two, two.one)
            replies = await asyncio.gather(
                *(d.client(u).answer(id) for d, u in zip(desks, people, strict=True))
            )
            assert sorted(r.status_code for r in replies) == [202, 409]
            await two.settled()
            claim = two.one.call(id).claim
            assert claim is not None and claim == two.two.call(id).claim
            winner = next(u for r, u in zip(replies, people, strict=True) if r.status_code == 202)
            error = next(r for r in replies if r.status_code == 409).json()["error"]
            assert claim.operator.id == winner and error["innerError"]["by"] == people[winner]
            assert len(two.one.sent("answer", id)) == 1
            exchange = two.one.simulation.simulator.exchange
            exchange.callers.hang_up(exchange.board.find(id))


async def test_who_presses_while_another_relay_answers_for_nobody_gets_the_caller(
    simulation: Running, redis: RedisServer, tmp_path: Path
) -> None:
    async with pair(simulation, redis, tmp_path, rescue=Rescue.AT_ONCE) as two:
        for _ in range(5):
            id = two.one.ring()
            await until(lambda id=id: id in two.follower.world.calls)  # type: ignore[misc]
            assert (await two.follower.client(LENA).answer(id)).status_code == 202
            await until(lambda id=id: two.one.is_in(LENA, id), what="Lena joins")  # type: ignore[misc]
            await two.one.client(LENA).post(f"/{id}", method="DELETE")


async def test_when_the_leader_stops_the_other_takes_over(
    simulation: Running, redis: RedisServer, tmp_path: Path
) -> None:
    async with pair(simulation, redis, tmp_path, rescue_seconds_left=14.0) as two:
        leader = two.leader
        assert leader is not None
        first = await rings(two)
        await until(lambda: leader.call(first).rescued_at, what="rescued by the leader")
        await leader.client(LENA).answer(first)
        await until(lambda: leader.is_in(LENA, first))
        other = two.follower
        await two.stop(leader)
        await until(lambda: other.relay.lead.held, what="takes over")
        await until(lambda: not other.relay.health.reasons(), what="asks about the live call")
        assert other.call(first).situation is Situation.TALKING
        second = await rings(two)
        await until(lambda: other.call(second).rescued_at, what="rescued by the other")
        await until(lambda: other.sent("playPrompt", second), what="and told so")
        assert len(other.sent("answer", second)) == 1
        assert (await other.client(LENA).post(f"/{first}/park", {})).status_code == 202
        await until(lambda: other.call(first).parked)


async def test_a_console_goes_on_at_the_other_relay_without_a_gap(two: Pair) -> None:
    consoles: list[Console] = []
    try:
        for desk in two.running:
            with two.leading_to(desk):
                consoles += [Console(two.name, user) for user in (LENA, KOFI)]
                await until(lambda desk=desk: desk.relay.hub.streams == 2, what="connected")  # type: ignore[misc]
        placed = [CallId(two.one.ring()) for _ in range(3)]
        await until(lambda: all(p in c.store.truth.calls for p in placed for c in consoles))
        await two.stop(two.one)
        placed += [CallId(two.two.ring()) for _ in range(5)]
        await until(
            lambda: all(p in c.store.truth.calls for p in placed for c in consoles), what="all are told"
        )
        two.balancer.cut(4)
        placed += [CallId(two.two.ring()) for _ in range(5)]
        await until(
            lambda: all(p in c.store.truth.calls for p in placed for c in consoles), what="all are told"
        )
        await until(lambda: all(c.store.truth == two.two.world for c in consoles), what="the same picture")
        assert [c.resyncs for c in consoles] == [1] * 4, "one snapshot at the start and none since"
    finally:
        for console in consoles:
            await console.close()


async def test_one_of_several_refuses_lines_until_it_serves() -> None:
    """So that the name leads to another meanwhile; a relay alone lets them wait, for there is no other."""
    for settings, meanwhile in ((Settings(redis="redis://h:1/0"), "refused"), (Settings(), "waits")):
        listener, url = listen(replace(settings, listen_port=0))
        with listener:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            except ConnectionRefusedError:
                assert meanwhile == "refused"
            else:
                assert meanwhile == "waits"
                writer.close()


async def test_a_console_that_knows_more_than_its_new_relay_is_waited_for(two: Pair) -> None:
    """One relay may have told what the other has not read yet: neither a gap, nor twice, nor all anew."""
    ahead = two.two.relay.hub.position.seq + 2

    async def tell() -> None:
        await until(lambda: two.two.relay.hub.streams)
        for n in range(4):
            await two.one.relay.hub.append(odd(n))

    telling = asyncio.create_task(tell())
    async with listening(two.two, f"{two.two.relay.hub.history.epoch}:{ahead}") as lena:
        await telling
        await until(lambda: len(lena.sequence) == 2)
        assert lena.hello.recovered and lena.hello.seq == ahead and not lena.of("snapshot")
        assert lena.sequence == [ahead + 1, ahead + 2]
    async with listening(two.two, f"{two.two.relay.hub.history.epoch}:{ahead + 1000}") as lena:
        await until(lambda: lena.of("snapshot"), what="a place that nobody has reached")
        assert not lena.hello.recovered


@pytest.mark.logs("the log cannot be written", "begins a new epoch", "was not kept", "could not")
async def test_without_redis_everything_is_refused_honestly_and_comes_back(
    two: Pair, redis: RedisServer
) -> None:
    id = await rings(two)
    await two.one.client(LENA).answer(id)
    await until(lambda: all(d.is_in(LENA, id) for d in two.running))
    console = Console(two.name, LENA)
    try:
        await until(lambda: console.link_state and console.link_state.live)
        redis.kill()
        await until(lambda: all(d.relay.hub.history.trouble for d in two.running), what="noticed")
        for desk in two.running:
            assert desk.relay.health.reasons()["log"] == "Redis cannot be used"
            refused = await desk.client(LENA).post(f"/{id}/participants/invite", {"participants": [TARGET]})
            assert refused.status_code == 503 and refused.json()["error"]["code"] == "serviceNotAvailable"
        # The end of a call needs nobody's leave; Graph may have ended it, because nobody takes its word.
        assert (await two.one.client(LENA).post(f"/{id}", method="DELETE")).status_code in (204, 404)
        missed = two.one.ring()
        await until(lambda: 503 in answers(two.one, missed), what="Microsoft is told that it was not kept")
        assert 202 not in answers(two.one, missed)
        redis.start()
        await until(lambda: not any(d.relay.hub.history.trouble for d in two.running), what="back")
        await until(lambda: all(d.call(id).ended for d in two.running), what="found out by asking")
        await until(lambda: console.store.truth == two.one.world, what="starts afresh")
        assert console.resyncs >= 2
        again = await rings(two)
        assert (await two.two.client(KOFI).answer(again)).status_code == 202
    finally:
        await console.close()


@pytest.mark.logs("the log cannot be written", "was not kept", "could not")
async def test_while_redis_hangs_consoles_keep_their_picture(two: Pair, redis: RedisServer) -> None:
    console = Console(two.name, LENA)
    try:
        with two.one.pace(1.0):  # the caller rings for as long as it takes
            id = await rings(two)
            await until(lambda: CallId(id) in console.store.truth.calls)
            redis.freeze()
            missed = two.one.ring()
            await until(
                lambda: 503 in answers(two.one, missed), what="Microsoft is told that it was not kept"
            )
            assert 202 not in answers(two.one, missed)
            await until(lambda: all(d.relay.hub.history.trouble for d in two.running), what="noticed by both")
            refused = await two.two.client(LENA).answer(id)
            assert refused.status_code == 503 and not two.one.sent("answer", id)
            assert (
                console.link_state and console.link_state.live and console.store.truth.calls[CallId(id)].live
            )
            redis.thaw()
            await until(lambda: not any(d.relay.hub.history.trouble for d in two.running), what="back")
            assert (await two.two.client(LENA).answer(id)).status_code == 202
        await until(lambda: console.store.truth == two.one.world == two.two.world, what="one picture")
        assert console.resyncs == 1, "nobody starts afresh"
    finally:
        redis.thaw()
        await console.close()


TARGET = {"identity": {"user": {"id": TOM}}}


def answers(desk: Desk, call: str) -> list[int]:
    notes = desk.simulation.simulator.notifications.since(0)
    return [int(n["status"]) for n in notes if n.get("callId") == call and n.get("status")]


@pytest.mark.logs("console.relay.upkeep")
async def test_a_storm_over_two_relays_ends_in_the_truth(
    simulation: Running, redis: RedisServer, tmp_path: Path
) -> None:
    async with pair(simulation, redis, tmp_path, silence=1.0, claim_lease=5.0) as two:
        console = Console(two.name, LENA)
        storm = Storm(two.name, seed=5, count=100)
        try:
            await storm.blow()
            simulation.simulator.faults.put(Faults())
            await simulation.simulator.notifier.drained()
            told = {str(r.get("callId")) for r in simulation.simulator.notifications.since(0)}
            for desk in two.running:
                await until(
                    lambda d=desk: not differences(d.world, d, storm.placed, told),  # type: ignore[misc]
                    seconds=20.0,
                    what="the truth",
                )
            await until(lambda: two.one.world == two.two.world == console.store.truth, what="one picture")
            assert console.resyncs == 1
        finally:
            await storm.close()
            await console.close()
