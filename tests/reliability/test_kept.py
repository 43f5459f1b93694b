"""R1, R2, R13, R14: what was acknowledged is there, whatever becomes of process, disk and file."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
import uuid
from pathlib import Path

import httpx2
import pytest

from console.domain.events import NotUnderstood
from console.relay.disk import open_disk
from console.simulator.app import Running
from tests.relay.stand import until
from tests.relay.test_webhooks import body
from tests.reliability.conftest import Told, scaled
from tests.reliability.program import RelayProgram

RATE = 100
"""Notifications a second while the relay is being killed."""


async def test_r1_nothing_acknowledged_is_lost(
    simulation: Running, tmp_path: Path, seed: int, told: Told
) -> None:
    kills, dice = scaled(3, 200), random.Random(seed)
    relay = RelayProgram(simulation, tmp_path, rescue="ring-out", silence=1000.0)
    acknowledged: set[str] = set()
    headers = {"Authorization": f"Bearer {simulation.simulator.signer.token()}"}

    async def sender() -> None:
        """One of ten, each with a tenth of the rate; whoever finds no relay tries the next notification."""
        async with httpx2.AsyncClient(trust_env=False, headers=headers, timeout=5.0) as http:
            while True:
                id = str(uuid.uuid4())
                try:
                    answer = await http.post(f"{relay.url}/hooks/calls", json=body(id, "terminated"))
                except httpx2.HTTPError:
                    await asyncio.sleep(0.05)
                    continue
                if answer.status_code == 202:
                    acknowledged.add(id)
                await asyncio.sleep(10 / RATE)

    await relay.start()
    senders = [asyncio.create_task(sender()) for _ in range(10)]
    for _ in range(kills):
        before = len(acknowledged)
        await until(lambda before=before: len(acknowledged) > before + 20, 30)  # type: ignore[misc]
        await asyncio.sleep(dice.uniform(0.0, 0.2))
        await relay.kill()
        await relay.start()
    for task in senders:
        task.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    await relay.kill()
    history, _, seq = open_disk(relay.data / "facts.db", mark="check")
    kept = await history.after(0, 10_000_000)
    await history.close()
    assert kept is not None and [s for s, _ in kept] == list(range(1, seq + 1))
    lost = acknowledged - {json.loads(data).get("call") for _, data in kept}
    told("R1", f"{len(lost)} of {len(acknowledged)} acknowledged notifications lost over {kills} kill -9")
    assert not lost


async def test_r2_ready_soon_after_a_kill(simulation: Running, tmp_path: Path, told: Told) -> None:
    events = scaled(10_000, 100_000)
    (tmp_path / "data").mkdir()
    history, _, _ = open_disk(tmp_path / "data" / "facts.db", mark="made")
    for start in range(0, events, 1000):
        numbers = range(start, start + 1000)
        some = [NotUnderstood(key=f"k{n}", at=1000.0 + n, what=f"kind {n % 7}") for n in numbers]
        await history.append(*some)
    await history.close()
    relay = RelayProgram(simulation, tmp_path)
    await relay.start()
    await relay.kill()
    seconds = await relay.start()
    async with asyncio.timeout(30):
        while not await relay.is_ready():
            await asyncio.sleep(0.05)
    await relay.stop()
    told(
        "R2",
        f"listening {seconds:.1f} s after a kill, {events:,} events on disk, Python's start included",
    )


async def test_r13_a_full_disk_answers_503_and_recovers(
    simulation: Running, tmp_path: Path, told: Told
) -> None:
    prlimit = shutil.which("prlimit")
    if prlimit is None:
        pytest.skip("prlimit is not installed: the disk of a running process cannot be made full")
    relay = RelayProgram(simulation, tmp_path, rescue="ring-out", silence=1000.0)
    await relay.start()
    headers = {"Authorization": f"Bearer {simulation.simulator.signer.token()}"}
    answers: list[int] = []

    async def limit(size: str) -> None:
        command = [prlimit, f"--pid={relay.pid}", f"--fsize={size}:unlimited"]
        made = await asyncio.create_subprocess_exec(*command)
        assert await made.wait() == 0

    async with httpx2.AsyncClient(trust_env=False, headers=headers, timeout=10.0) as http:

        async def post() -> int:
            id = str(uuid.uuid4())
            return (await http.post(f"{relay.url}/hooks/calls", json=body(id, "terminated"))).status_code

        assert await post() == 202
        await limit("40960")
        for _ in range(scaled(30, 300)):
            answers.append(await post())
        assert set(answers) <= {202, 503} and answers[-1] == 503
        live = await http.get(f"{relay.url}/health/live")
        assert live.status_code == 200
        await limit("unlimited")
        assert [await post() for _ in range(5)] == [202] * 5
    await relay.stop()
    good = sqlite3.connect(relay.data / "facts.db")
    assert good.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    kept = good.execute("SELECT count(*) FROM events").fetchone()[0]
    good.close()
    assert kept == answers.count(202) + 6
    told(
        "R13",
        f"{answers.count(503)} notifications answered 503 on a full disk, none after; log intact",
    )


@pytest.mark.logs("the log was damaged")
async def test_r14_flipped_bits_are_never_served(tmp_path: Path, seed: int, told: Told) -> None:
    flips, dice = scaled(25, 500), random.Random(seed)
    whole = tmp_path / "whole.db"
    history, _, _ = open_disk(whole, mark="made")
    facts = [NotUnderstood(key=f"key {n}", at=float(n), what=f"kind {n}") for n in range(400)]
    await history.append(*facts)
    await history.close()
    image, outcomes = whole.read_bytes(), {"unharmed": 0, "set aside": 0}
    for number in range(flips):
        file = tmp_path / f"flip{number}" / "facts.db"
        file.parent.mkdir()
        damaged = bytearray(image)
        if dice.random() < 0.2:  # a torn tail instead of a flipped bit
            del damaged[dice.randrange(4096, len(damaged)) :]
        else:
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        file.write_bytes(damaged)
        opened, world, seq = open_disk(file, mark="x")
        aside = bool(list(file.parent.glob("*.bad")))
        outcomes["set aside" if aside else "unharmed"] += 1
        if aside:
            assert seq == 0 and opened.epoch != history.epoch, number
        else:
            assert (seq, sum(world.unknown.values())) == (400, 400), number
        await opened.close()
    told("R14", f"{flips} damaged files: {outcomes}; none served a wrong or missing fact")
