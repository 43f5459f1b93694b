"""The log in Redis: one order for all relays, each fact once, and a new epoch when a fact may be lost."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from console.demo.programs import free_port
from console.domain.calls import CallState
from console.domain.errors import BadSettings
from console.domain.events import Event, NotUnderstood
from console.domain.ids import CallId
from console.domain.world import World
from console.relay.history import HistoryFailed
from console.relay.hub import Hub
from console.relay.lead import Alone
from console.relay.retention import Retention
from console.relay.settings import Settings
from console.relay.shared.concerns import find_concerns
from console.relay.shared.history import SharedHistory
from console.relay.shared.lease import Lease
from console.relay.shared.line import connect
from console.relay.shared.log import SharedLog
from console.simulator.app import Running
from tests.relay.redis_server import RedisServer, find_server
from tests.relay.stand import until
from tests.relay.test_history import told

EPOCHS = itertools.count(1)
RIGHTS = (
    "+@read",
    "+@write",
    "+@scripting",
    "+info",
    "+wait",
    "+time",
    "+config|get",
    "+client|setname",
    "+select",
    "+bgrewriteaof",
)
"""What the relay's user needs in Redis; README.md says the same."""


@dataclass
class Sharer:
    """What of a relay there is to sharing a log."""

    hub: Hub
    seen: list[Event] = field(default_factory=list)
    restarts: list[int] = field(default_factory=list)

    @property
    def history(self) -> SharedHistory:
        assert isinstance(self.hub.history, SharedHistory)
        return self.hub.history

    @property
    def calls(self) -> set[str]:
        return set(self.hub.world.calls)


@contextlib.asynccontextmanager
async def sharing(redis: RedisServer, replicas: int = 0, seal: str = "same") -> AsyncIterator[Sharer]:
    shared = SharedLog(connect(Settings(redis=redis.url)), "test", replicas)
    history = SharedHistory(shared, seal, now=lambda: 1000.0, new_epoch=lambda: f"e{next(EPOCHS)}")
    try:
        world, seq = await history.open()
        sharer = Sharer(Hub(history, world, seq))
        sharer.hub.watch(lambda before, after, event: sharer.seen.append(event))
        sharer.hub.on_restart(lambda: sharer.restarts.append(sharer.hub.seq))
        yield sharer
    finally:
        await history.close()


async def test_facts_survive_and_add_up(redis: RedisServer) -> None:
    async with sharing(redis) as lena:
        await asyncio.gather(*(lena.hub.append(told(n)) for n in range(300)))
        await lena.hub.append(told(0, CallState.TERMINATED), NotUnderstood(key="odd", at=1.0, what="odd"))
        epoch, world = lena.history.epoch, lena.hub.world
    async with sharing(redis) as again:
        assert again.hub.seq == 302 and again.hub.world == world and again.history.epoch == epoch
        assert again.calls == {f"call-{n:06d}" for n in range(300)}


async def test_two_relays_fold_the_same_facts_in_the_same_order_each_once(redis: RedisServer) -> None:
    async with sharing(redis) as one, sharing(redis) as two:
        both = (one, two)

        async def add(sharer: Sharer, number: int) -> None:
            new = await sharer.hub.append(told(number), told(number + 1000))
            assert {told(number).key, told(number + 1000).key} <= {e.key for e in sharer.seen}
            assert [r.event.key for r in new] == [
                e.key for e in sharer.seen if e.key in {r.event.key for r in new}
            ]

        # Every fact is told to both, as Microsoft may do.
        await asyncio.gather(*(add(sharer, n) for n in range(200) for sharer in both))
        await until(lambda: one.hub.seq == two.hub.seq == 400, what="both have read everything")
        assert one.seen == two.seen and len({e.key for e in one.seen}) == len(one.seen) == 400
        assert one.hub.world == two.hub.world and not one.restarts and not two.restarts
        kept = await two.history.after(0, 1000)
        assert kept is not None and [seq for seq, _ in kept] == list(range(1, 401))


async def test_what_is_new_is_told_to_one_of_two_who_say_it_together(redis: RedisServer) -> None:
    async with sharing(redis) as one, sharing(redis) as two:
        for n in range(100):
            new = await asyncio.gather(one.hub.append(told(n)), two.hub.append(told(n)))
            assert sorted(len(kept) for kept in new) == [0, 1]


async def test_snapshots_and_purges_lose_no_live_call(redis: RedisServer) -> None:
    moment = 100_000.0
    async with sharing(redis) as one, sharing(redis) as two:
        await one.hub.append(*(told(n) for n in range(1, 1031)))
        await one.hub.append(*(told(n, CallState.TERMINATED) for n in range(1, 1021)))
        await one.hub.append(told(5000, at=moment - 10))
        await Retention(one.hub, Settings(retention=3600.0), Alone(), lambda: moment).purge()
        assert await two.history.after(0, 100) is None, "what has gone cannot be resumed"
        kept = await two.history.after(2050, 100)
        assert kept is not None and len(kept) == 1
        assert redis.ask("XLEN", "{test}:log") == ":1" and redis.ask("HLEN", "{test}:keys") == ":1"
        await two.hub.append(told(5001, at=moment))
        await until(lambda: one.hub.seq == 2052)
        async with sharing(redis) as three:
            assert three.hub.world == one.hub.world and len(three.hub.world.live()) == 12
            assert await three.hub.append(told(1025)), "its name has gone with it"
            await until(lambda: one.hub.seq == two.hub.seq == 2053)
            assert one.hub.world.calls[CallId("call-001025")].told[CallState.INCOMING] == 1, "folded once"


async def test_what_is_purged_is_not_on_the_disk_of_redis_either(redis: RedisServer) -> None:
    async with sharing(redis) as one:
        await one.hub.append(NotUnderstood(key="k", at=1.0, what="a name that must be forgotten"))
        # Redis lets go of blocks of 4 KiB, so there must be more than one.
        await one.hub.append(*(NotUnderstood(key=f"k{n}", at=2.0, what="x" * 400) for n in range(20)))
        await one.hub.append(NotUnderstood(key="l", at=99_999.0, what="a name that may be kept"))

        def kept(words: str) -> bool:
            files = [file for file in redis.folder.rglob("*") if file.suffix in (".aof", ".rdb")]
            return any(words.encode() in file.read_bytes() for file in files)

        assert redis.ask("CONFIG", "SET", "rdbcompression", "no") == "+OK"  # so that we can read it, too
        assert kept("must be forgotten")
        one.hub.world = World()  # a picture counts what was not understood for good
        await Retention(one.hub, Settings(retention=3600.0), Alone(), lambda: 100_000.0).purge()
        await until(lambda: not kept("must be forgotten"), what="written anew")
        assert kept("may be kept")


async def test_an_older_snapshot_never_replaces_a_newer_one(redis: RedisServer) -> None:
    async with sharing(redis) as one:
        await one.hub.append(*(told(n) for n in range(10)))
        await one.history.snapshot(one.hub.world, 10, 1.0)
        await one.history.snapshot(World(), 5, 2.0)
    async with sharing(redis) as again:
        assert len(again.calls) == 10


@pytest.mark.logs("the log cannot be written", "begins a new epoch")
async def test_nothing_is_lost_when_redis_is_killed(redis: RedisServer) -> None:
    """With appendfsync always: what was acknowledged is there, and every console is told to start afresh."""
    async with sharing(redis) as one, sharing(redis) as two:
        acknowledged: set[str] = set()
        refused = 0

        async def pour(sharer: Sharer, first: int) -> None:
            nonlocal refused
            for n in range(first, first + 400):
                try:
                    await sharer.hub.append(told(n))
                except HistoryFailed:
                    refused += 1
                    await asyncio.sleep(0.005)
                else:
                    acknowledged.add(told(n).call)

        pouring = [asyncio.create_task(pour(s, f)) for s, f in ((one, 0), (two, 1000))]
        await until(lambda: len(acknowledged) > 200)
        epoch = one.history.epoch
        redis.kill()
        await until(lambda: refused > 10, what="said honestly")
        redis.start()
        await asyncio.gather(*pouring)
        await until(lambda: not one.history.trouble and not two.history.trouble, what="recovered by itself")
        assert len(acknowledged) > 400, "and goes on"
        await until(lambda: one.hub.seq == two.hub.seq)
        assert one.history.epoch == two.history.epoch != epoch and one.restarts and two.restarts
        async with sharing(redis) as three:
            assert acknowledged <= three.calls and three.hub.world == one.hub.world == two.hub.world


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
        await until(lambda: not one.history.trouble)
        await one.hub.append(told(4))
        assert not one.restarts, "the same process goes on: nobody need start afresh"
        assert "call-000004" in one.calls and "call-000003" not in one.calls


@pytest.mark.logs("the log cannot be written", "begins a new epoch")
async def test_a_redis_that_has_lost_everything_is_given_back_the_picture(redis: RedisServer) -> None:
    async with sharing(redis) as one, sharing(redis) as two:
        await one.hub.append(*(told(n) for n in range(40)))
        await until(lambda: two.hub.seq == 40)
        assert redis.ask("FLUSHALL") == "+OK"
        await until(lambda: one.restarts and two.restarts, what="both begin again")
        await until(lambda: not one.history.trouble and not two.history.trouble)
        await two.hub.append(told(40))
        await until(lambda: len(one.calls) == 41)
        async with sharing(redis) as three:
            assert len(three.calls) == 41


@pytest.mark.logs("the log cannot be written", "begins a new epoch")
async def test_what_a_failover_lost_is_brought_back_by_who_has_seen_it(
    redis: RedisServer, tmp_path: Path
) -> None:
    """The newest facts vanish, as with a replica that was behind; the relay that told them knows them."""
    async with sharing(redis) as one, sharing(redis) as two:
        await one.hub.append(*(told(n) for n in range(10)))
        await until(lambda: two.hub.seq == 10)
        kept = tmp_path / "kept"
        shutil.copytree(redis.folder, kept)
        await one.hub.append(*(told(n) for n in range(10, 20)))
        redis.kill()
        shutil.rmtree(redis.folder)
        shutil.copytree(kept, redis.folder)
        redis.start()
        await until(lambda: one.restarts and two.restarts)
        await until(lambda: not one.history.trouble and not two.history.trouble)
        await until(lambda: len(one.calls) == len(two.calls) == 20, what="brought back")
        async with sharing(redis) as three:
            assert len(three.calls) == 20


async def test_a_lead_is_over_here_before_it_begins_there(redis: RedisServer) -> None:
    """One relay stops in the middle of its lead, as a killed or paused one does."""
    shared = SharedLog(connect(Settings(redis=redis.url)), "test", 0)
    await shared.prepare()
    stopped, other = Lease(shared, "stopped"), Lease(shared, "other")
    await stopped._renew()
    assert stopped.held
    leading = asyncio.create_task(other.run())
    both = 0

    def taken_over() -> bool:
        nonlocal both
        both += stopped.held and other.held
        return other.held

    await until(taken_over)
    assert not both and not stopped.held
    await stopped._renew()
    assert not stopped.held, "it comes too late"
    leading.cancel()
    await asyncio.gather(leading, return_exceptions=True)
    await stopped._renew()
    assert stopped.held, "who stops in good order leaves the lead at once"
    await shared.close()


async def test_relays_with_different_callback_keys_do_not_share(redis: RedisServer) -> None:
    async with sharing(redis):
        with pytest.raises(BadSettings, match="callback key"):
            async with sharing(redis, seal="other"):
                pass


@pytest.mark.logs("the log in Redis was damaged", "the log cannot be written")
async def test_a_damaged_log_is_set_aside(redis: RedisServer) -> None:
    async with sharing(redis) as one:
        await one.hub.append(*(told(n) for n in range(10)))
        epoch = one.history.epoch
    redis.ask("XDEL", "{test}:log", "5-0")
    async with sharing(redis) as two:
        await until(lambda: not two.history.trouble)
        assert two.history.epoch not in ("", epoch) and two.calls == set()
    assert redis.ask("XLEN", "{test}:log:1000.bad") == ":9", "for people to look at"


@pytest.mark.logs("redis_replicas", "the log cannot be written", "begins a new epoch")
async def test_nothing_acknowledged_is_lost_by_a_failover_when_a_copy_has_it(
    redis: RedisServer, tmp_path: Path
) -> None:
    """The primary dies for good and its replica takes over its address, as a managed service does it."""
    copy = RedisServer(tmp_path / "copy", replicaof=f"127.0.0.1 {redis.port}", repl_diskless_sync_delay="0")
    copy.start()
    try:
        await until(lambda: "slave" in copy.tell("ROLE") and "connected" in copy.tell("ROLE"), what="copying")
        async with sharing(redis, replicas=1) as one:
            acknowledged = []
            for n in range(100):
                await one.hub.append(told(n))
                acknowledged.append(str(told(n).call))
            copy.freeze()
            with pytest.raises(HistoryFailed, match="cannot copy"):
                await one.hub.append(told(100))
            copy.thaw()
            # It is in the log already, and is acknowledged only now that it is copied, too.
            assert await one.hub.append(told(100)) == [] and "call-000100" in one.calls
            redis.kill()
            copy.ask("REPLICAOF", "NO", "ONE")
            copy.stop()
            heir = RedisServer(copy.folder, redis.port)
            heir.start()
            try:
                await until(lambda: one.restarts and not one.history.trouble, what="goes on with the copy")
                async with sharing(heir) as two:
                    assert {*acknowledged, "call-000100"} <= two.calls
            finally:
                heir.stop()
    finally:
        copy.stop()


@pytest.mark.logs("the log cannot be written", "begins a new epoch")
async def test_a_failover_that_lost_the_newest_loses_only_what_no_relay_has_seen(
    redis: RedisServer, tmp_path: Path
) -> None:
    """Without redis_replicas: a copy that was behind takes over while one relay dies with the primary."""
    copy = RedisServer(tmp_path / "copy", replicaof=f"127.0.0.1 {redis.port}", repl_diskless_sync_delay="0")
    copy.start()
    try:
        await until(lambda: "connected" in copy.tell("ROLE"), what="copying")
        async with sharing(redis) as one:
            await one.hub.append(*(told(n) for n in range(50)))
            await until(lambda: copy.tell("HGET", "{test}:meta", "seq") == "50")
            copy.freeze()
            async with sharing(redis) as two:
                await two.hub.append(*(told(n) for n in range(50, 60)))
                await until(lambda: one.hub.seq == 60)
            redis.kill()
            copy.kill()
            heir = RedisServer(copy.folder, redis.port)
            heir.start()
            try:
                await until(lambda: one.restarts and not one.history.trouble)
                async with sharing(heir) as three:
                    assert three.calls == {f"call-{n:06d}" for n in range(60)}, (
                        "one had read all that two told"
                    )
            finally:
                heir.stop()
    finally:
        copy.stop()


async def test_concerns_are_named(tmp_path: Path) -> None:
    if find_server() is None:
        pytest.skip("no redis-server: Debian has it in redis-tools")
    careless = RedisServer(tmp_path / "redis", appendonly="no", maxmemory_policy="allkeys-lru")
    careless.start()
    try:
        said = " ".join(await find_concerns(Settings(redis=careless.url, redis_replicas=2)))
        for word in ("appendonly no, not yes", "maxmemory-policy allkeys-lru", "redis_replicas is 2"):
            assert word in said, said
        assert "appendfsync" not in said and "clock" not in said
        assert careless.ask("CONFIG", "SET", "appendonly", "yes") == "+OK"
        assert careless.ask("CONFIG", "SET", "maxmemory-policy", "noeviction") == "+OK"
        assert await find_concerns(Settings(redis=careless.url)) == []
    finally:
        careless.stop()
    assert "cannot be used" in (await find_concerns(Settings(redis=careless.url)))[0]


async def test_an_encrypted_line_a_user_with_few_rights_and_a_password_that_nobody_sees(
    simulation: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if find_server() is None:
        pytest.skip("no redis-server: Debian has it in redis-tools")
    certificates, tls_port = simulation.certificates, free_port()
    redis = RedisServer(
        tmp_path / "redis",
        tls_port=str(tls_port),
        tls_cert_file=str(certificates.server_certificate),
        tls_key_file=str(certificates.server_key),
        tls_ca_cert_file=str(certificates.ca_file),
        tls_auth_clients="no",
    )
    redis.start()
    try:
        assert redis.ask("ACL", "SETUSER", "relay", "on", ">s3cret-word", "~{test}:*", *RIGHTS) == "+OK"
        secret = tmp_path / "password"
        secret.write_text("s3cret-word\n", "utf-8")
        settings = Settings(
            redis=f"rediss://relay@localhost:{tls_port}/0",
            redis_password_file=str(secret),
            redis_prefix="test",
            ca_file=str(certificates.ca_file),
        )
        assert await find_concerns(settings) == []
        shared = SharedLog(connect(settings), "test", 0)
        history = SharedHistory(shared, "same", now=lambda: 1.0, new_epoch=lambda: "e")
        hub = Hub(history, *await history.open())
        lease = Lease(shared, "me")
        leading = asyncio.create_task(lease.run())
        await hub.append(told(1))
        await Retention(hub, Settings(), Alone(), lambda: 1e9).purge()
        await until(lambda: lease.held)
        leading.cancel()
        await asyncio.gather(leading, return_exceptions=True)
        await history.close()
        assert not history.trouble.startswith("Redis")

        secret.write_text("an0ther-word\n", "utf-8")
        assert "cannot be used" in (await find_concerns(settings))[0]
        untrusting = replace(settings, ca_file="")
        assert "certificate" in (await find_concerns(untrusting))[0].lower()
        assert "-word" not in caplog.text + " ".join(await find_concerns(settings))
    finally:
        redis.stop()
