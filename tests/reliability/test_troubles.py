"""R3, R8, R10, R11, R12, R18, R19, R20: storms, clocks, Microsoft's bad days, races and upgrades."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import httpx2
import pytest

from console.domain.errors import BadSettings
from console.domain.events import NotUnderstood
from console.domain.ids import CallId
from console.relay import ledger
from console.relay.disk import open_disk
from console.relay.settings import Rescue
from console.simulator.app import Running
from tests.benchmarks.loadgen import percentile
from tests.relay.stand import ANSWER, KOFI, LENA, Operator, Start, serving, until
from tests.relay.storm import Console, Storm, differences
from tests.reliability.conftest import Told, scaled


@pytest.mark.logs("console.relay")
async def test_r3_and_r18_storms_end_in_the_truth(
    simulation: Running, tmp_path: Path, seed: int, told: Told
) -> None:
    """Many seeds, each a storm of its own with every fault of notifications on."""
    storms, calls, seen = scaled(2, 20), scaled(25, 500), 0
    for number in range(storms):
        own = seed * 1000 + number
        async with serving(simulation, tmp_path / str(own), silence=1.0, claim_lease=5.0) as desk:
            console, storm = Console(desk, LENA), Storm(desk, own, calls)
            await storm.blow()
            desk.trouble()
            await desk.simulation.simulator.notifier.drained()
            heard = {str(r.get("callId")) for r in desk.simulation.simulator.notifications.since(0)}

            wrong = [""]
            for _ in range(400):
                pictures = (desk.world, console.store.truth)
                wrong = [d for world in pictures for d in differences(world, desk, storm.placed, heard)]
                if not wrong:
                    break
                await asyncio.sleep(0.05)
            assert wrong == [], f"replay with RELIABILITY_SEED={seed}, storm {number}"
            seen += len(storm.placed)
            await storm.close()
            await console.close()
    told(
        "R3",
        f"{seen} calls with doubled, late, lost and reordered notifications: relay and console right at rest",
    )
    told("R18", f"{storms} seeded storms, 0 differences from the truth")


async def test_r8_a_clock_that_jumps(start: Start, told: Told) -> None:
    jump = [0.0]
    desk = await start(wall=lambda: time.time() + jump[0], rescue=Rescue.RING_OUT)
    console = Console(desk, LENA)
    await until(lambda: console.link_state and console.link_state.live)
    for hours in (1, -1, 0):
        # A token is dated by the computer's clock, so it must be one of that hour.
        jump[0] = hours * 3600.0
        id = CallId(desk.ring())
        await until(lambda id=id: id in console.store.truth.calls, what="seen")  # type: ignore[misc]
        shift = int(time.time() + jump[0])
        token = desk.token(LENA, iat=shift, nbf=shift, exp=shift + 3600)
        theirs = {"Authorization": f"Bearer {token}"}
        answer = await desk.client(LENA).post(f"/{id}/answer", ANSWER, headers=theirs)
        assert answer.status_code == 202, hours
        await until(lambda id=id: desk.is_in(LENA, id), what="joined")  # type: ignore[misc]
    times = [m.at for m in desk.call(id).history]
    assert times == sorted(times) and max(times) - min(times) < 60
    assert console.resyncs == 1
    await console.close()
    told(
        "R8", "clock set on by 1 h and back by 2 h: calls answered, story in order, no claim ended, no resync"
    )


@pytest.mark.logs("console.relay", "sign in")
async def test_r10_the_sign_in_service_is_away(start: Start, told: Told) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    authority = desk.simulation.simulator.authority
    first = await desk.answered(LENA)
    from console.simulator.entra import Fault

    authority.faults.add(*(Fault(503, endpoint=e) for e in ("token", "discovery") for _ in range(200)))
    try:
        presses = scaled(5, 100)
        for _ in range(presses):
            id = await desk.rings()
            assert (await desk.client(KOFI).answer(id)).status_code == 202
            await until(lambda id=id: desk.is_in(KOFI, id))  # type: ignore[misc]
            assert (await desk.client(KOFI).post(f"/{id}", method="DELETE")).status_code == 204
        assert desk.call(first).live
    finally:
        authority.faults.clear()
    told("R10", f"{presses} calls answered and ended while the sign-in service answered 503 to everything")


async def test_r11_throttling_is_obeyed(start: Start, seed: int, told: Told) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    dice, tried, refused, slowest = random.Random(seed), scaled(15, 200), 0, 0.0
    for _ in range(tried):
        id = await desk.rings()
        if dice.random() < 0.5:
            desk.trouble(throttle=1, retry_after=dice.randint(1, 30), operation="calls.answer")
        began = time.monotonic()
        answer = await desk.client(LENA).answer(id)
        slowest = max(slowest, time.monotonic() - began)
        desk.trouble()
        assert len(desk.sent("/answer", id)) == 1, "one request, whatever came back"
        if answer.status_code == 429:
            refused += 1
            assert int(answer.headers["retry-after"]) >= 1
            await until(lambda id=id: desk.call(id).claim is None, what="free for the next press")  # type: ignore[misc]
        else:
            assert answer.status_code == 202
        board = desk.simulation.simulator.exchange.board
        board.end(board.calls[id], None, "over")
    told(
        "R11",
        f"{refused} of {tried} answers throttled: 1 request each, told after at most {slowest * 1000:.0f} ms",
    )


@pytest.mark.logs("console.relay")
async def test_r12_an_unknown_outcome_is_looked_up(start: Start, seed: int, told: Told) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    dice, tried, unknown = random.Random(seed), scaled(6, 60), 0
    for _ in range(tried):
        id = await desk.rings()
        strike = dice.choice(["cut", "gateway", "none"])
        if strike != "none":
            desk.trouble(**{strike: 1}, operation="calls.answer")
        answer = await desk.client(LENA).answer(id)
        desk.trouble()
        unknown += answer.status_code == 504
        assert answer.status_code in (202, 504)
        # The work had been done: the relay finds out by itself, and nobody answered twice.
        await until(lambda id=id: desk.is_in(LENA, id), 15, "in the call all the same")  # type: ignore[misc]
        assert len(desk.sent("/answer", id)) == 1
        await desk.client(LENA).post(f"/{id}", method="DELETE")
    told("R12", f"{unknown} of {tried} answers of unknown outcome: all found out, none sent twice")


async def test_r19_one_winner(start: Start, told: Told) -> None:
    rounds, waits = scaled(20, 1000), []
    desk = await start(rescue=Rescue.RING_OUT)
    lena, kofi = desk.client(LENA), desk.client(KOFI)

    async def press(who: Operator, call: str) -> tuple[httpx2.Response, float]:
        began = time.monotonic()
        return await who.answer(call), time.monotonic() - began

    with desk.pace(1.0):  # the caller rings for 15 s, however busy the machine is
        for number in range(rounds):
            id = await desk.rings()
            pair = (lena, kofi) if number % 2 else (kofi, lena)
            (one, t1), (other, t2) = await asyncio.gather(*(press(who, id) for who in pair))
            assert sorted((one.status_code, other.status_code)) == [202, 409]
            loser, wait = (one, t1) if one.status_code == 409 else (other, t2)
            assert loser.json()["error"]["code"] == "taken" and loser.json()["error"]["innerError"]["by"]
            waits.append(wait)
            assert len(desk.sent("/answer", id)) == 1
            board = desk.simulation.simulator.exchange.board
            board.end(board.calls[id], None, "over")
    p99 = percentile(waits, 0.99)
    told(
        "R19",
        f"{rounds} races: one answer each; the loser told by whom after {p99 * 1000:.0f} ms (p99), "
        f"at most {max(waits) * 1000:.0f} ms",
    )


NEXT = (*ledger.MIGRATIONS, "ALTER TABLE events ADD COLUMN origin TEXT NOT NULL DEFAULT ''")
"""A schema after today's: it only adds, as the rule says."""


async def test_r20_an_upgrade_and_back_loses_nothing(tmp_path: Path, seed: int, told: Told) -> None:
    file, dice, kept, turns = tmp_path / "facts.db", random.Random(seed), 0, scaled(6, 100)
    history, _, _ = open_disk(file, mark="x")
    epoch = history.epoch
    for turn in range(turns):
        facts = [
            NotUnderstood(key=f"{turn}.{n}", at=float(turn), what="x") for n in range(dice.randint(1, 20))
        ]
        kept += len(await history.append(*facts))
        await history.close()
        history, world, seq = open_disk(file, mark="x", migrations=dice.choice([NEXT, ledger.MIGRATIONS]))
        assert (seq, sum(world.unknown.values()), history.epoch) == (kept, kept, epoch)
    await history.close()
    told("R20", f"{turns} upgrades and downgrades between {kept} facts: 0 lost, the same epoch")
    with pytest.raises(BadSettings, match="newer relay"):
        ledger.connect(file, ())
