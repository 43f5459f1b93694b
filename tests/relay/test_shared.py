"""The log in Redis: one order for all relays, each fact once, and a new epoch when a fact may be lost."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from console.demo.programs import free_port
from console.domain.calls import CallState
from console.domain.errors import BadSettings
from console.domain.events import NotUnderstood
from console.domain.ids import CallId
from console.domain.world import World
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
from tests.relay.sharing import Sharer, sharing
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
        facts = [told(n) for n in range(1, 1031)] + [told(n, CallState.TERMINATED) for n in range(1, 1021)]
        for page in range(0, len(facts), 100):
            await one.hub.append(*facts[page : page + 100])
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


async def test_who_lost_another_relay_is_told_from_memory_what_they_missed(redis: RedisServer) -> None:
    async with sharing(redis) as one, sharing(redis) as two:
        await one.hub.append(*(told(n) for n in range(1, 101)))
        await until(lambda: two.hub.seq == 100)
        shared = SharedLog(connect(Settings(redis=redis.url)), "test", 0)
        whole = await shared.read(0, 1000)
        await shared.close()
        redis.freeze()
        try:
            for sharer in (one, two):
                assert await sharer.history.after(40, 30) == [(e.seq, e.data) for e in whole[40:70]]
                assert await sharer.history.after(0, 1000) == [(e.seq, e.data) for e in whole]
                assert await sharer.history.after(100, 30) == []
        finally:
            redis.thaw()
    async with sharing(redis) as three:
        assert await three.history.after(40, 30) == [(e.seq, e.data) for e in whole[40:70]], (
            "and from the log"
        )


async def test_an_older_snapshot_never_replaces_a_newer_one(redis: RedisServer) -> None:
    async with sharing(redis) as one:
        await one.hub.append(*(told(n) for n in range(10)))
        await one.history.snapshot(one.hub.world, 10, 1.0)
        await one.history.snapshot(World(), 5, 2.0)
    async with sharing(redis) as again:
        assert len(again.calls) == 10


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
