"""The log: what was acknowledged is there after a kill, once; what is damaged is never served."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from console.domain.calls import Call, CallState, Direction
from console.domain.errors import BadSettings
from console.domain.events import CallTold, Event, NotUnderstood
from console.domain.ids import CallId
from console.domain.reduce import reduce
from console.domain.world import World
from console.relay import ledger
from console.relay.disk import DiskHistory, open_disk
from console.relay.history import HistoryFailed, Recorded
from console.relay.hub import Hub
from console.relay.lead import Alone
from console.relay.lock import hold_folder
from console.relay.retention import Retention
from console.relay.settings import Settings
from tests.relay.stand import until


def aside(folder: Path, mark: str) -> list[Path]:
    return list(folder.glob(f"*.{mark}.bad"))


def told(number: int, state: CallState = CallState.INCOMING, at: float = 0.0) -> CallTold:
    return CallTold(
        call=CallId(f"call-{number:06d}"),
        key=f"{number}-{state}",
        at=at or float(number),
        state=state,
        direction=Direction.INCOMING,
    )


async def test_facts_survive_and_add_up(tmp_path: Path) -> None:
    history, world, seq = open_disk(tmp_path / "facts.db", mark="1")
    assert (world, seq) == (World(), 0)
    hub = Hub(history, world, seq)
    await asyncio.gather(*(hub.append(told(n)) for n in range(100)))
    await hub.append(told(0, CallState.TERMINATED), NotUnderstood(key="odd", at=1.0, what="an odd thing"))
    await history.close()
    again, world, seq = open_disk(tmp_path / "facts.db", mark="2")
    assert seq == 102 and world == hub.world and again.epoch == history.epoch
    assert world.calls[CallId("call-000000")].ended and len(world.live()) == 99
    await again.close()


async def test_what_was_folded_ahead_counts_only_when_it_came_so(tmp_path: Path) -> None:
    """Repeats are found while the disk writes, and the picture may be another by then."""
    history, world, seq = open_disk(tmp_path / "facts.db", mark="1")
    hub = Hub(history, world, seq)
    heard: list[str] = []
    hub.watch(lambda before, after, event: heard.append(event.key))
    await hub.append(*(told(n) for n in range(50)))  # the next commit comes before they are told
    for many in (range(40, 60), range(40, 90)):  # few of them are new, and many
        await hub.append(*(told(n) for n in many), told(45))
    assert hub.seq == 90
    assert hub.world == reduced(told(n) for n in range(90))
    await until(lambda: len(heard) == 90)
    coming = [Recorded(91, told(90), b"{}"), Recorded(92, told(0, CallState.TERMINATED), b"{}")]
    hub.coming(coming)
    assert (
        heard == [f"{n}-incoming" for n in range(90)]
        and hub.seq == 90
        and CallId("call-000090") not in hub.world.calls
    )
    hub.world = hub.world.only(lambda call: call.id != "call-000001")
    hub.committed(coming)
    await until(lambda: len(heard) == 92)
    assert heard[90:] == ["90-incoming", "0-terminated"] and hub.seq == 92
    assert len(hub.world.calls) == 90 and CallId("call-000001") not in hub.world.calls
    await history.close()


def reduced(events: Iterable[Event]) -> World:
    world = World()
    for event in events:
        world = reduce(world, event)
    return world


def test_any_number_of_rows_is_added_with_few_statements(tmp_path: Path) -> None:
    """SQLite keeps each statement in memory, and one with many rows is large."""
    connection, lengths, seq = ledger.connect(tmp_path / "facts.db"), set[int](), 0
    connection.set_trace_callback(lambda told: lengths.add(1 + told.count("),(")))
    for number in range(1, ledger.MOST_ROWS + 1):
        rows = [ledger.Row(n, float(n), "call", f"{n}", b"{}") for n in range(seq + 1, seq + number + 1)]
        ledger.insert(connection, rows)
        seq += number
    connection.set_trace_callback(None)
    assert lengths == {1, 2, 4, 8, 16, 32, 64, 128}
    assert [row.seq for row in ledger.read_after(connection, 0)] == list(range(1, seq + 1))
    connection.close()


async def test_a_repeated_fact_is_kept_once_and_leaves_no_hole(tmp_path: Path) -> None:
    history, _, _ = open_disk(tmp_path / "facts.db", mark="1")
    first = await history.append(told(1), told(2))
    again = await history.append(told(1), told(3), told(3))
    assert [r.seq for r in first] == [1, 2] and [r.seq for r in again] == [3]
    kept = await history.after(0, 10)
    assert kept is not None and [seq for seq, _ in kept] == [1, 2, 3]
    await history.close()


async def test_watchers_are_told_of_the_call_before_and_after_each_fact(tmp_path: Path) -> None:
    history, world, seq = open_disk(tmp_path / "facts.db", mark="1")
    hub = Hub(history, world, seq)
    seen: list[tuple[Call | None, Call | None, str]] = []
    hub.watch(lambda before, after, event: seen.append((before, after, event.key)))
    odd = NotUnderstood(key="odd", at=1.0, what="an odd thing")
    await hub.append(told(1), replace(told(1), key="again", state=CallState.TERMINATED), odd)  # one commit
    (none, rang, _), (known, ended, key), (nothing, neither, _) = seen
    assert none is None and rang is not None and not rang.ended
    assert known is rang and ended is not None and ended.ended and key == "again"
    assert nothing is None and neither is None
    assert hub.world.calls == {ended.id: ended} and sum(hub.world.unknown.values()) == 1
    await history.close()


async def test_commits_are_folded_before_append_returns_and_told_in_order(tmp_path: Path) -> None:
    history, world, seq = open_disk(tmp_path / "facts.db", mark="1")
    hub = Hub(history, world, seq)
    seen: list[Event] = []
    hub.watch(lambda before, after, event: seen.append(event))

    async def add(number: int) -> None:
        await hub.append(told(number))
        assert told(number).call in hub.world.calls

    await asyncio.gather(*(add(n) for n in range(200)))
    assert hub.seq == 200
    await until(lambda: len(seen) == 200, what="a large commit is told although nothing follows")
    await add(200)
    assert seen == [told(n) for n in range(201)], "a small one at once"
    await history.close()


async def test_snapshots_and_purges_lose_no_live_call(tmp_path: Path) -> None:
    moment = 100_000.0
    history, world, seq = open_disk(tmp_path / "facts.db", mark="1")
    hub = Hub(history, world, seq)
    for n in range(1, 31):
        await hub.append(told(n))
    for n in range(1, 21):
        await hub.append(told(n, CallState.TERMINATED))
    await hub.append(told(500, at=moment - 10))
    await Retention(hub, Settings(retention=3600.0), Alone(), lambda: moment).purge()
    assert await history.after(0, 100) is None, "what has gone cannot be resumed"
    kept = await history.after(50, 100)
    assert kept is not None and len(kept) == 1
    await hub.append(told(501, at=moment))
    await history.close()
    with sqlite3.connect(tmp_path / "facts.db") as file:
        (left,) = file.execute("SELECT count(*) FROM events").fetchone()
    file.close()
    assert left == 12, "ten live calls' facts and two young ones"
    assert not any(call.ended for call in hub.world.calls.values()), "ended calls go after their time, too"
    again, world, seq = open_disk(tmp_path / "facts.db", mark="2")
    assert world == hub.world and seq == 52 and len(world.live()) == 12
    await again.close()


@pytest.mark.logs("the log was damaged")
async def test_damage_is_noticed_set_aside_and_a_new_epoch_begins(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "facts.db"
    history, _, _ = open_disk(file, mark="1")
    for n in range(300):
        await history.append(told(n))
    await history.close()
    good, dice = file.read_bytes(), random.Random(3)  # noqa: S311 - repeatable
    unnoticed = 0
    for round in range(60):
        damaged = bytearray(good)
        damaged[dice.randrange(len(good))] ^= 1 << dice.randrange(8)
        file.write_bytes(damaged)
        again, world, seq = open_disk(file, mark=f"round{round}")
        if again.epoch == history.epoch:
            unnoticed += 1  # the flipped bit lay in unused space, or the log is whole all the same
            assert seq == 300 and len(world.calls) == 300
        else:
            assert seq == 0 and world == World() and aside(tmp_path, f"round{round}")
        await again.close()
    assert unnoticed < 60
    file.write_bytes(b"this is not a database at all, but somebody's shopping list" * 100)
    again, world, seq = open_disk(file, mark="list")
    assert seq == 0 and again.epoch != history.epoch
    await again.close()
    caplog.clear()


async def test_a_full_disk_refuses_and_recovers(tmp_path: Path) -> None:
    history, world, seq = open_disk(tmp_path / "facts.db", mark="1")
    hub = Hub(history, world, seq)
    await hub.append(told(1))
    history._writer.execute(
        "PRAGMA max_page_count = 8"
    )  # the nearest thing to a full disk that needs no root
    with pytest.raises(HistoryFailed):
        for n in range(2, 200):
            await hub.append(told(n))
    before = hub.seq
    history._writer.execute("PRAGMA max_page_count = 100000")
    await hub.append(told(1000))
    assert hub.seq == before + 1
    await history.close()
    _, world, seq = await _reopen(tmp_path / "facts.db")
    assert seq == before + 1 and world == hub.world


async def _reopen(file: Path) -> tuple[DiskHistory, World, int]:
    history, world, seq = open_disk(file, mark="again")
    await history.close()
    return history, world, seq


def test_two_relays_never_share_a_folder(tmp_path: Path) -> None:
    with hold_folder(tmp_path), pytest.raises(BadSettings, match="Another relay"), hold_folder(tmp_path):
        pass
    with hold_folder(tmp_path):
        pass


WRITER = """
import asyncio, sys
from pathlib import Path
from tests.relay.test_history import told
from console.relay.disk import open_disk
async def main():
    history, _, seq = open_disk(Path(sys.argv[1]), mark="x")
    async def add(n):
        await history.append(told(n))
        print(n, flush=True)
    n = seq
    while True:
        await asyncio.gather(*(add(n + i) for i in range(7)))
        n += 7
asyncio.run(main())
"""


async def test_what_was_acknowledged_is_there_after_kill_9(tmp_path: Path) -> None:
    file, acknowledged = tmp_path / "facts.db", set()
    root = Path(__file__).parents[2]
    for round in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True, cwd=root
        )
        assert process.stdout is not None
        timer = threading.Timer(20, process.kill)
        timer.start()
        for count, line in enumerate(process.stdout):
            acknowledged.add(int(line))
            if count == 50 + 31 * round:
                process.send_signal(signal.SIGKILL)
        process.wait()
        timer.cancel()
        process.stdout.close()
        history, _, seq = open_disk(file, mark="check")
        kept = await history.after(0, 1_000_000)
        assert kept is not None and [s for s, _ in kept] == list(range(1, seq + 1))
        there = {int(json.loads(data)["key"].split("-")[0]) for _, data in kept}
        assert acknowledged <= there
        await history.close()
