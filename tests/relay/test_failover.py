"""When Redis itself fails: what README.md promises of that, row by row."""

from __future__ import annotations

import random
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from console.domain.errors import Taken
from console.domain.ids import CallId, IntentId, UserId
from console.domain.people import Operator
from console.relay.claims import Claims
from console.relay.history import HistoryFailed
from console.relay.shared.history import REMEMBERED
from tests.relay.redis_server import RedisServer
from tests.relay.sharing import Address, Sharer, copying, pouring, sharing
from tests.relay.stand import until
from tests.relay.test_history import told

LENA = Operator(UserId("lena"), "Lena Ortiz")
KOFI = Operator(UserId("kofi"), "Kofi Mensah")
CALL = CallId("call-000001")

logged = pytest.mark.logs("the log cannot be written", "begins a new epoch")


@pytest_asyncio.fixture(loop_scope="session")
async def address(redis: RedisServer) -> AsyncIterator[Address]:
    async with Address(redis).serving() as made:
        assert isinstance(made, Address)
        yield made


async def well(*sharers: Sharer) -> None:
    """Wait until all of them can write again."""
    await until(lambda: not any(s.history.trouble for s in sharers), what="recovered by itself")


def claims(sharer: Sharer) -> Claims:
    return Claims(sharer.hub, lambda: 1000.0, lambda: IntentId(str(uuid.uuid4())), 60.0)


# It does not answer.


@pytest.mark.logs("the log cannot be written")
async def test_a_redis_that_hangs_is_not_waited_for_and_costs_nothing(redis: RedisServer) -> None:
    async with sharing(redis) as one:
        await one.hub.append(told(1))
        redis.freeze()
        with pytest.raises(HistoryFailed):
            await one.hub.append(told(2))
        with pytest.raises(HistoryFailed):  # and this one at once: it is known by now
            await one.hub.append(told(3))
        redis.thaw()
        await well(one)
        await one.hub.append(told(4))
        assert not one.restarts, "the same process goes on: nobody need start afresh"
        assert "call-000004" in one.calls and "call-000003" not in one.calls


@pytest.mark.logs("redis_replicas", "the log cannot be written")
async def test_nobody_waits_longer_than_microsoft_would(redis: RedisServer) -> None:
    """Each answer comes in time, but not all of them together: the script's after 1.8 s, WAIT's 1 s later."""
    async with sharing(redis, replicas=1) as one:
        redis.ask("CLIENT", "PAUSE", "1800", "WRITE")
        with pytest.raises(HistoryFailed, match="keep anything just now"):
            await one.hub.append(told(1))


# The line to it breaks.


@pytest.mark.logs("the log cannot be written")
async def test_a_line_that_breaks_costs_nothing_but_the_pause(redis: RedisServer, address: Address) -> None:
    dice = random.Random(7)  # noqa: S311 - repeatable
    async with sharing(address) as one, sharing(address) as two:
        async with pouring(one, two) as pour:
            for _ in range(20):
                before = len(pour.acknowledged)
                address.cut(dice.randint(1, 6), dice)
                await until(lambda before=before: len(pour.acknowledged) > before + 20, what="goes on")  # type: ignore[misc]
        await well(one, two)
        await until(lambda: one.hub.position == two.hub.position)
        assert pour.refused and not one.restarts and not two.restarts, "nobody starts afresh"
        assert pour.acknowledged <= one.calls and one.hub.world == two.hub.world
        assert len({fact.key for fact in one.seen}) == len(one.seen), "each fact once"


# It restarts.


@logged
async def test_nothing_is_lost_when_redis_is_killed(redis: RedisServer) -> None:
    """With appendfsync always: what was acknowledged is there, and every console is told to start afresh."""
    async with sharing(redis) as one, sharing(redis) as two:
        epoch = one.history.epoch
        async with pouring(one, two) as pour:
            redis.kill()
            await until(lambda: pour.refused > 10, what="said honestly")
            before = len(pour.acknowledged)
            redis.start()
            await until(lambda: len(pour.acknowledged) > before + 100, what="and goes on")
        await well(one, two)
        await until(lambda: one.hub.position == two.hub.position)
        assert one.history.epoch == two.history.epoch != epoch and one.restarts and two.restarts
        async with sharing(redis) as three:
            assert pour.acknowledged <= three.calls and three.hub.world == one.hub.world == two.hub.world


# A copy takes over, and redis_replicas is at least 1.


@pytest.mark.logs("redis_replicas", "the log cannot be written")
async def test_what_a_copy_confirmed_is_there_when_it_takes_over_and_everybody_else_dies(
    redis: RedisServer, address: Address, tmp_path: Path
) -> None:
    async with copying(redis, tmp_path / "copy") as copy:
        async with (
            sharing(address, replicas=1) as one,
            sharing(address, replicas=1) as two,
            pouring(one, two) as pour,
        ):
            copy.freeze()
            await until(lambda: pour.refused, what="what no copy has is not acknowledged")
            redis.kill()
            copy.kill()
        with RedisServer(copy.folder).running() as heir:
            address.lead_to(heir)
            async with sharing(address) as three:
                assert len(pour.acknowledged) > 50 and pour.acknowledged <= three.calls


@pytest.mark.logs("redis_replicas", "the log cannot be written", "begins a new epoch")
async def test_after_a_failover_nothing_is_confirmed_until_there_is_a_copy_again(
    redis: RedisServer, address: Address, tmp_path: Path
) -> None:
    async with copying(redis, tmp_path / "copy") as copy, sharing(address, replicas=1) as one:
        await one.hub.append(told(1))
        redis.kill()
        copy.ask("REPLICAOF", "NO", "ONE")
        address.lead_to(copy)
        await until(lambda: one.restarts, what="goes on with the copy")
        await well(one)
        with pytest.raises(HistoryFailed, match="cannot copy"):
            await one.hub.append(told(2))
        async with copying(copy, tmp_path / "next"):
            # It is in the log already, and is acknowledged only now that it is copied, too.
            assert await one.hub.append(told(2)) == [] and "call-000002" in one.calls


@logged
async def test_a_copy_that_did_not_confirm_may_lack_the_newest(
    redis: RedisServer, address: Address, tmp_path: Path
) -> None:
    """Of two copies one confirms and the other takes over, and every relay that knows better is dead."""
    async with copying(redis, tmp_path / "copy"), sharing(address, replicas=1) as one:
        await one.hub.append(told(1))
        heir = redis.fallen_behind(tmp_path / "heir")
        await one.hub.append(told(2))
        redis.kill()
    with heir.running():
        address.lead_to(heir)
        async with sharing(address) as three:
            assert three.calls == {"call-000001"}


# A copy takes over, and redis_replicas is 0.


@logged
async def test_what_a_failover_lost_is_brought_back_by_who_has_seen_it(
    redis: RedisServer, address: Address, tmp_path: Path
) -> None:
    async with sharing(address) as one:
        async with sharing(address) as two:
            await one.hub.append(*(told(n) for n in range(10)))
            heir = redis.fallen_behind(tmp_path / "heir")
            await one.hub.append(*(told(n) for n in range(10, 15)))
            await two.hub.append(*(told(n) for n in range(15, 20)))
            await until(lambda: one.hub.seq == 20)
        redis.kill()
        with heir.running():
            address.lead_to(heir)
            await until(lambda: one.restarts)
            await well(one)
            async with sharing(address) as three:
                assert three.calls == one.calls == {f"call-{n:06d}" for n in range(20)}, (
                    "what two told as well"
                )


@logged
async def test_a_claim_that_a_failover_lost_can_be_granted_again_until_who_knows_it_joins(
    redis: RedisServer, address: Address, tmp_path: Path
) -> None:
    async with Address(redis).serving() as away, sharing(away) as one:
        await one.hub.append(told(1))
        heir = redis.fallen_behind(tmp_path / "heir")
        await claims(one).take(CALL, LENA)
        redis.kill()
        away.lead_to(None)
        with heir.running():
            address.lead_to(heir)
            async with sharing(address) as two:
                await claims(two).take(CALL, KOFI)
                away.lead_to(heir)
                await until(lambda: one.restarts)
                await well(one)
                await until(lambda: one.hub.position == two.hub.position)
                assert one.hub.world == two.hub.world, "and then they agree"
                with pytest.raises(Taken, match="Kofi"):
                    await claims(one).take(CALL, LENA)


# It comes back empty.


@logged
async def test_a_redis_that_has_lost_everything_is_given_back_the_picture(redis: RedisServer) -> None:
    async with sharing(redis) as one, sharing(redis) as two:
        await one.hub.append(*(told(n) for n in range(40)))
        await until(lambda: two.hub.seq == 40)
        assert redis.ask("FLUSHALL") == "+OK"
        await until(lambda: one.restarts and two.restarts, what="both begin again")
        await well(one, two)
        await two.hub.append(told(40))
        await until(lambda: len(one.calls) == 41)
        async with sharing(redis) as three:
            assert len(three.calls) == 41


@logged
async def test_the_others_add_the_newest_that_the_first_did_not_know(
    redis: RedisServer, address: Address
) -> None:
    async with Address(redis).serving() as away, sharing(away) as one, sharing(address) as two:
        await one.hub.append(*(told(n) for n in range(10)))
        await until(lambda: two.hub.seq == 10)
        address.lead_to(None)
        await until(lambda: two.history.trouble, what="cut off")
        for n in range(10, REMEMBERED + 20):
            await one.hub.append(told(n))
        redis.ask("FLUSHALL")
        away.lead_to(None)
        await until(lambda: one.history.trouble, what="cut off")
        address.lead_to(redis)
        await well(two)
        assert len(two.calls) == 10
        away.lead_to(redis)
        await well(one)
        await until(lambda: one.hub.position == two.hub.position)
        missing = {f"call-{n:06d}" for n in range(REMEMBERED + 20)} - two.calls
        assert missing == {f"call-{n:06d}" for n in range(10, 20)}, "it remembers no more"


# Its log is damaged.


@pytest.mark.logs("the log in Redis was damaged", "the log cannot be written")
async def test_a_damaged_log_is_set_aside(redis: RedisServer) -> None:
    async with sharing(redis) as one:
        await one.hub.append(*(told(n) for n in range(10)))
        epoch = one.history.epoch
    redis.ask("XDEL", "{test}:log", "5-0")
    async with sharing(redis) as two:
        await well(two)
        assert two.history.epoch not in ("", epoch) and two.calls == set()
    assert redis.ask("XLEN", "{test}:log:1000.bad") == ":9", "for people to look at"


@pytest.mark.logs("the log in Redis was damaged", "the log cannot be written", "begins a new epoch")
async def test_a_relay_that_has_a_picture_goes_on_with_it_when_the_log_is_damaged(redis: RedisServer) -> None:
    async with sharing(redis) as one:
        await one.hub.append(*(told(n) for n in range(10)))
        redis.ask("XDEL", "{test}:log", "5-0")
        redis.kill()
        redis.start()
        await until(lambda: one.restarts)
        await well(one)
        async with sharing(redis) as two:
            assert two.calls == one.calls == {f"call-{n:06d}" for n in range(10)}


# There are two primaries.


@pytest.mark.logs("redis_replicas", "the log cannot be written", "begins a new epoch")
async def test_a_primary_that_is_cut_off_from_its_copies_confirms_nothing(
    redis: RedisServer, address: Address, tmp_path: Path
) -> None:
    async with (
        copying(redis, tmp_path / "copy") as heir,
        Address(redis).serving() as old,
        sharing(old, replicas=1) as one,
    ):
        await one.hub.append(told(1))
        heir.ask("REPLICAOF", "NO", "ONE")
        address.lead_to(heir)
        async with copying(heir, tmp_path / "next"), sharing(address, replicas=1) as two:
            with pytest.raises(HistoryFailed, match="cannot copy"):
                await claims(one).take(CALL, LENA)
            await claims(two).take(CALL, KOFI)
            with pytest.raises(HistoryFailed, match="cannot copy"):
                await one.hub.append(told(2))
            old.lead_to(heir)
            await until(lambda: one.restarts, what="finds the other primary")
            await well(one)
            await until(lambda: one.hub.position == two.hub.position)
            assert one.hub.world == two.hub.world
            with pytest.raises(Taken, match="Kofi"):
                await claims(one).take(CALL, LENA)
