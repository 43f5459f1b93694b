"""Call records end to end: a caller was sent on, and the story says for how long they were talked to."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from console.domain.events import RecordAnnounced
from console.relay.changes.marks import tenant_of
from console.relay.changes.sealed import Keyring
from console.relay.settings import Rescue
from console.simulator.app import Running, Simulator
from console.simulator.sealing import seal
from console.simulator.subscriptions import Subscription
from console.wire.envelope import read_event
from tests.relay.pair import pair
from tests.relay.redis_server import RedisServer
from tests.relay.stand import ANNA, CALLER, LENA, Desk, serving, until

TALK, RECORD = 120.0, 60.0
"""Simulated seconds for which a caller is talked to, and after which the record is there."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def quiet_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A simulator of our own: these tests move its clock and subscribe to everything.

    By itself it goes slowly: a caller rings for 15 s, and whoever sends them on may be on a busy machine.
    """
    simulator = Simulator(tmp_path_factory.mktemp("quiet"), speed=2.0)
    async with simulator.serve(tls=True) as running:
        yield running


@contextlib.asynccontextmanager
async def watching(simulation: Running, data: Path, **changes: Any) -> AsyncIterator[Desk]:
    """A relay that reads call records, with the simulator's clock, and its subscription."""
    clock = simulation.simulator.clock
    options = {"rescue": Rescue.RING_OUT, "call_records": True, **changes}
    async with serving(simulation, data, facts=clock.now, **options) as desk:
        try:
            if options["call_records"]:
                await until(lambda: subscribed(desk), what="subscribed")
            yield desk
        finally:
            for left in subscribed(desk):
                simulation.simulator.subscriptions.delete(left)


def subscribed(desk: Desk) -> list[Subscription]:
    simulator, bot = desk.simulation.simulator, desk.settings.bot_app_id
    return simulator.subscriptions.owned(bot, bot)


async def announced(desk: Desk, call: str) -> int:
    """How often the log says that the record of `call` is there. A call that lives has none by itself."""
    found = await desk.relay.hub.history.after(0, 10_000)
    assert found is not None
    events = [read_event(data) for _, data in found]
    return sum(isinstance(event, RecordAnnounced) and event.call == call for event in events)


async def post(url: str, body: Any, **more: Any) -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False) as http:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await http.post(url, content=raw, headers={"Content-Type": "application/json"}, **more)


def told(desk: Desk, chain: str, **more: Any) -> dict[str, Any]:
    """A notification of a record as Graph writes it; None takes a member away."""
    ours = subscribed(desk)[0]
    item = {
        "id": str(uuid.uuid4()),
        "subscriptionId": ours.id,
        "clientState": ours.client_state,
        "changeType": "created",
        "tenantId": desk.settings.tenant_ids[0],
        "resource": f"communications/callRecords/{chain}",
        "resourceData": {"@odata.type": "#microsoft.graph.callRecords.callRecord", "id": chain},
        **more,
    }
    return {"value": [{name: value for name, value in item.items() if value is not None}]}


@pytest.mark.parametrize("how", ["transfer", "redirect"])
async def test_the_story_goes_on_after_the_caller_was_sent_on(
    quiet_world: Running, tmp_path: Path, how: str
) -> None:
    clock = quiet_world.simulator.clock
    async with watching(quiet_world, tmp_path) as desk:
        desk.behave(ANNA, "picks-up")
        lena, target = desk.client(LENA), {"identity": {"user": {"id": ANNA}}}
        if how == "transfer":
            id = await desk.answered(LENA)
            caller = desk.call(id).caller_participant
            assert caller is not None
            body = {"transferTarget": target, "transferee": {"identity": CALLER, "participantId": caller.id}}
        else:
            id = await desk.rings()
            body = {"targets": [target]}
        assert (await lena.post(f"/{id}/{how}", body)).status_code == 202
        await until(lambda: desk.call(id).ended, what="sent on")
        assert not desk.call(id).onward and not desk.call(id).unread
        await clock.advance(TALK + RECORD)
        await until(lambda: desk.call(id).onward, what="the record is read")
        [talk] = desk.call(id).onward
        assert talk.who.id == ANNA and talk.who.name and talk.seconds == pytest.approx(TALK, abs=1.0)
        assert desk.call(id).record_version == 1
        await clock.advance(900)
        await until(lambda: desk.call(id).record_version == 2, what="its second version is read")


async def test_the_records_of_others_leave_no_trace(quiet_world: Running, tmp_path: Path) -> None:
    async with watching(quiet_world, tmp_path) as desk:
        url, before = subscribed(desk)[0].url, desk.relay.hub.seq
        for resource in ("/communications/callRecords/..", "users/somebody", "", "callRecords/a?b=c"):
            assert (await post(url, told(desk, str(uuid.uuid4()), resource=resource))).status_code == 202
        assert (await post(url, told(desk, str(uuid.uuid4())))).status_code == 202
        assert desk.relay.hub.seq == before
        reads = [r for r in desk.simulation.simulator.requests.since(0) if "callRecords" in str(r["path"])]
        assert not [r for r in reads if "/.." in str(r["path"])]


async def test_a_hundred_repeats_are_one_fact(quiet_world: Running, tmp_path: Path) -> None:
    async with watching(quiet_world, tmp_path) as desk:
        id = await desk.answered(LENA)
        url, body = subscribed(desk)[0].url, told(desk, desk.call(id).chain_id)
        answers = [(await post(url, body)).status_code for _ in range(100)]
        assert set(answers) == {202} and await announced(desk, id) == 1
        unnamed = told(desk, desk.call(id).chain_id, id=None)
        assert [(await post(url, unnamed)).status_code for _ in range(3)] == [202] * 3
        assert await announced(desk, id) == 2


async def test_what_was_announced_is_read_after_a_restart(quiet_world: Running, tmp_path: Path) -> None:
    clock = quiet_world.simulator.clock
    async with watching(quiet_world, tmp_path) as desk:
        desk.behave(ANNA, "picks-up")
        id = await desk.rings()
        redirect = {"targets": [{"identity": {"user": {"id": ANNA}}}]}
        assert (await desk.client(LENA).post(f"/{id}/redirect", redirect)).status_code == 202
        await until(lambda: desk.call(id).ended)
        # Announced too early: Graph does not have it yet, as may be, and the relay goes away.
        assert (await post(subscribed(desk)[0].url, told(desk, desk.call(id).chain_id))).status_code == 202
        assert desk.call(id).unread
    await clock.advance(TALK + RECORD)
    async with watching(quiet_world, tmp_path) as desk:
        await until(lambda: desk.call(id).onward, what="read by the next one")
    async with watching(quiet_world, tmp_path) as desk:
        assert desk.call(id).onward and not desk.call(id).unread


async def test_what_was_missed_is_caught_up_with(quiet_world: Running, tmp_path: Path) -> None:
    clock, simulator = quiet_world.simulator.clock, quiet_world.simulator
    async with watching(quiet_world, tmp_path) as desk:
        desk.behave(ANNA, "picks-up")
        [lost] = subscribed(desk)
        simulator.subscriptions.delete(lost)
        id = await desk.rings()
        redirect = {"targets": [{"identity": {"user": {"id": ANNA}}}]}
        assert (await desk.client(LENA).post(f"/{id}/redirect", redirect)).status_code == 202
        await until(lambda: desk.call(id).ended)
        await clock.advance(TALK + RECORD)
        assert not desk.call(id).unread, "nobody said that it is there"
        item = {
            "subscriptionId": lost.id,
            "clientState": lost.client_state,
            "tenantId": desk.settings.tenant_ids[0],
            "lifecycleEvent": "subscriptionRemoved",
        }
        assert (await post(lost.lifecycle_url or "", {"value": [item]})).status_code == 202
        await until(lambda: desk.call(id).onward, what="caught up with")
        assert [s.id for s in subscribed(desk)] != [lost.id]


async def test_two_relays_keep_one_subscription_and_any_takes_its_news(
    quiet_world: Running, redis: RedisServer, tmp_path: Path
) -> None:
    clock = quiet_world.simulator.clock
    options = {"rescue": Rescue.RING_OUT, "call_records": True, "facts": clock.now}
    async with pair(quiet_world, redis, tmp_path, **options) as two:
        await until(lambda: subscribed(two.one), what="subscribed")
        [ours] = subscribed(two.one)
        two.one.behave(ANNA, "picks-up")
        id = two.one.ring()
        await until(lambda: all(id in d.world.calls and d.call(id).identified for d in two.running))
        redirect = {"targets": [{"identity": {"user": {"id": ANNA}}}]}
        assert (await two.one.client(LENA).post(f"/{id}/redirect", redirect)).status_code == 202
        await until(lambda: all(desk.call(id).ended for desk in two.running), what="sent on")
        # Told to the one that does not lead, by the address that another relay made up.
        door = ours.url.replace(two.name.url, two.follower.url)
        assert (await post(door, told(two.one, two.one.call(id).chain_id))).status_code == 202
        assert (await post(f"{door}?validationToken=x", b"")).status_code in (200, 403)
        await clock.advance(TALK + RECORD)
        await until(lambda: all(desk.call(id).onward for desk in two.running), what="both know")
        assert [s.id for s in subscribed(two.one)] == [ours.id]
        quiet_world.simulator.subscriptions.delete(ours)


async def test_off_by_default(quiet_world: Running, tmp_path: Path) -> None:
    async with watching(quiet_world, tmp_path, call_records=False) as desk:
        mark = "/hooks/graph/tenant/mark"
        assert (await post(f"{desk.url}{mark}?validationToken=x", b"")).status_code == 404
        assert not subscribed(desk)


async def test_only_what_carries_the_secret_of_its_address_is_believed(
    quiet_world: Running, tmp_path: Path
) -> None:
    async with watching(quiet_world, tmp_path) as desk:
        id = await desk.answered(LENA)
        chain, ours = desk.call(id).chain_id, subscribed(desk)[0]
        url, lifecycle = ours.url, ours.lifecycle_url or ""
        assert ours.client_state is not None
        wrong: dict[str, Any] = {
            "no secret": told(desk, chain, clientState=None),
            "another secret": told(desk, chain, clientState="x" * 24),
            "almost": told(desk, chain, clientState=ours.client_state[:-1]),
            "with a space": told(desk, chain, clientState=ours.client_state + " "),
            "no text": told(desk, chain, clientState=[ours.client_state]),
            "another tenant": told(desk, chain, tenantId=str(uuid.uuid4())),
            "no tenant": told(desk, chain, tenantId=None),
            "nothing told": {"value": []},
            "one of two": {
                "value": [*told(desk, chain)["value"], *told(desk, chain, clientState="x")["value"]]
            },
        }
        for name, body in wrong.items():
            for door in (url, lifecycle):
                assert (await post(door, body)).status_code == 403, name
        head, _, mark = url.rpartition("/")
        for other in (
            "x",
            mark[:-1] + ("A" if mark[-1] != "A" else "B"),
            "f" + mark[1:],
            mark + "x",
            "%2e%2e",
        ):
            assert (await post(f"{head}/{other}", told(desk, chain))).status_code == 404, other
        assert (
            await post(url.replace(desk.settings.tenant_ids[0], str(uuid.uuid4())), {})
        ).status_code == 404
        odd = {400: b'{"value":[],"value":[]}', 413: b" " * 262_145}
        for status, raw in odd.items():
            assert (await post(url, raw)).status_code == status
        assert (await post(url, b"[" * 10_000)).status_code == 400
        assert (await post(url, {"value": told(desk, chain)["value"] * 1001})).status_code == 413
        assert await announced(desk, id) == 0
        assert (await post(url, told(desk, chain))).status_code == 202
        assert await announced(desk, id) == 1


async def test_a_handshake_is_answered_only_while_we_subscribe(quiet_world: Running, tmp_path: Path) -> None:
    clock = quiet_world.simulator.clock
    async with watching(quiet_world, tmp_path) as desk:
        ours = subscribed(desk)[0]
        for url in (ours.url, ours.lifecycle_url or ""):
            answer = await post(url, b"", params={"validationToken": "Validation: <b>1 & 2</b>"})
            assert answer.status_code == 200 and answer.text == "Validation: &lt;b&gt;1 &amp; 2&lt;/b&gt;"
            assert answer.headers["content-type"] == "text/plain; charset=utf-8"
            assert answer.headers["x-content-type-options"] == "nosniff"
            for odd in ("", "é" * 513):
                assert (await post(url, b"", params={"validationToken": odd})).status_code == 400
            assert (await post(f"{url}?validationToken=a&validationToken=b", b"")).status_code == 400
        await clock.advance(60)
        for url in (ours.url, ours.lifecycle_url or "", f"{desk.url}/hooks/graph", f"{desk.url}/hooks/calls"):
            answer = await post(url, b"", params={"validationToken": "unsolicited"})
            assert answer.status_code in (401, 403, 404) and "unsolicited" not in answer.text


async def test_data_must_be_sealed_for_us_and_vouched_for(quiet_world: Running, tmp_path: Path) -> None:
    certificate, name = Keyring(tmp_path / "changes", quiet_world.simulator.clock.now).current()
    mint = quiet_world.simulator.authority.mint
    async with watching(quiet_world, tmp_path) as desk:
        id = await desk.answered(LENA)
        chain, url = desk.call(id).chain_id, subscribed(desk)[0].url
        good = mint.voucher(desk.settings.bot_app_id)
        sealed = seal({"id": chain}, certificate, name)

        def rich(tokens: object, **changes: Any) -> dict[str, Any]:
            body = told(desk, chain, resource=None, resourceData=None, encryptedContent={**sealed, **changes})
            return {**body, **({} if tokens is None else {"validationTokens": tokens})}

        claims = mint.key.check(good)
        other = [mint.key.sign({**claims, **change}) for change in (
            {"appid": str(uuid.uuid4()), "azp": str(uuid.uuid4())}, {"aud": str(uuid.uuid4())},
            {"tid": str(uuid.uuid4())}, {"iss": "https://sts.windows.net/evil/"}, {"exp": 1},
        )]  # fmt: skip
        for tokens in (None, [], "x", [7], [good, good], *([token] for token in other), ["x"]):
            assert (await post(url, rich(tokens))).status_code in (401, 403), tokens
        for changes in (
            {"dataSignature": sealed["dataKey"][:44]},
            {"encryptionCertificateId": "other"},
            {"dataKey": sealed["dataSignature"]},
            {"data": "!"},
        ):
            assert (await post(url, rich([good], **changes))).status_code == 403, changes
        assert (await post(url, {**told(desk, chain), "validationTokens": [other[0]]})).status_code == 403
        assert await announced(desk, id) == 0
        assert (await post(url, rich([good]))).status_code == 202
        assert await announced(desk, id) == 1


async def test_tenants_are_told_apart_by_the_address(quiet_world: Running, tmp_path: Path) -> None:
    async with watching(quiet_world, tmp_path) as desk:
        path = subscribed(desk)[0].url.removeprefix(desk.url)
        assert tenant_of(path) == desk.settings.tenant_ids[0]
        assert tenant_of(path.replace("graph", "lifecycle", 1)) == desk.settings.tenant_ids[0]
        for other in ("/hooks/calls/x", "/hooks/graph", "/v1.0/stream", "/hooks/graph/"):
            assert tenant_of(other) == ""
