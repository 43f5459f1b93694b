"""Two relays behind one name are killed at random while notifications pour in and consoles watch.

`run` is the experiment; `python -m tests.reliability.two_relays --seed 7 --kills 200` runs it by itself.
A relay is killed only while the other is ready: that no call is lost when both are down, nobody promises.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from console.domain.errors import ConsoleError, Taken
from console.domain.events import CallClaimed, ClaimReleased, Event
from console.domain.ids import CallId, IntentId
from console.graph import calls
from console.graph.client import Door, GraphClient
from console.graph.operations import Identity
from console.relay.settings import Settings
from console.relay.shared.line import connect
from console.relay.shared.log import SharedLog
from console.relay.webhooks import item_key
from console.simulator.app import Running, Simulator
from console.simulator.callers import Temper
from console.simulator.identities import Party
from console.wire.envelope import read_event
from console.wire.notifications import read_items
from tests.benchmarks.loadgen import Sender, percentile
from tests.benchmarks.notifications import lives
from tests.relay.balancer import Balancer
from tests.relay.redis_server import RedisServer
from tests.relay.stand import INES, KOFI, LENA, operator_token, until
from tests.reliability.program import RelayProgram
from tests.reliability.watcher import Tally, Watcher

RATE = 100
"""Notifications a second."""
CONSOLES = 40
OPERATORS = (LENA, KOFI, INES)


@dataclass(slots=True)
class Seen:
    """What came of a run. `blind` is seconds, one for each time that a console lost its line.

    `late` is by how many seconds this process itself came too late to look, as it does on a busy machine;
    `load` is how many processes wanted a processor.
    """

    seed: int
    kills: int = 0
    cuts: int = 0
    acknowledged: int = 0
    resent: int = 0
    lost: int = 0
    doubled: int = 0
    afresh: int = 0
    races: int = 0
    two_winners: int = 0
    seconds: float = 0.0
    blind: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    load: list[float] = field(default_factory=list)

    def sentence(self) -> str:
        p50, p99 = percentile(self.blind, 0.5), percentile(self.blind, 0.99)
        return (
            f"{self.kills} kill -9 of either relay and {self.cuts} cuts of lines in {self.seconds:.0f} s: "
            f"{self.lost} of {self.acknowledged:,} acknowledged facts lost, {self.doubled} told twice, "
            f"{self.two_winners} of {self.races} races with two winners; {len(self.blind):,} times a console "
            f"was blind, p50 {p50:.2f} s, p99 {p99:.2f} s, at most {max(self.blind):.2f} s "
            f"(whoever watched was late by p99 {percentile(self.late, 0.99):.2f} s, "
            f"load {statistics.mean(self.load):.1f} on {os.cpu_count()} cores); "
            f"{self.afresh} had to start afresh; replay with seed {self.seed}"
        )


class Experiment:
    """The relays, the name in front of them, and everybody who uses it."""

    def __init__(self, simulation: Running, folder: Path, seed: int) -> None:
        self.seen = Seen(seed)
        self.simulation = simulation
        self.dice = random.Random(seed)
        self.acknowledged: set[str] = set()
        self.watchers: list[Watcher] = []
        self.numbers: dict[str, int] = {}
        self.redis = RedisServer(folder / "redis")
        self.ready: dict[str, RelayProgram] = {}
        self.balancer = Balancer(lambda: [int(r.url.rpartition(":")[2]) for r in self.ready.values()])
        self.folder = folder
        self.relays: list[RelayProgram] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            self.redis.start()
            stack.callback(self.redis.stop)
            await stack.enter_async_context(self.balancer.serving())
            self.simulation.simulator.options.webhook = f"{self.balancer.url}/hooks/calls"
            for name in ("one", "two"):
                relay = RelayProgram(
                    self.simulation,
                    self.folder / name,
                    public_url=self.balancer.url,
                    redis=self.redis.url,
                    callback_key_file=str(self.folder / "callback.key"),
                    rescue="ring-out",
                    silence=3600.0,
                    streams_per_operator=CONSOLES,
                )
                self.relays.append(relay)
                stack.push_async_callback(relay.stop)
                await self.start(relay)
            http = await stack.enter_async_context(
                httpx2.AsyncClient(trust_env=False, limits=httpx2.Limits(max_connections=None))
            )
            for number in range(CONSOLES):
                token = operator_token(self.simulation, OPERATORS[number % 3], exp=int(time.time()) + 7200)
                self.watchers.append(Watcher(http, self.balancer.url, token, self.numbers))
                stack.push_async_callback(self.watchers[-1].close)
            await until(lambda: all(w.feed.state.live for w in self.watchers), 20.0, "every console is live")
            yield

    async def start(self, relay: RelayProgram) -> None:
        """Start a relay; the name leads to it once it is ready."""
        await relay.start()
        async with asyncio.timeout(30.0):
            while not await relay.is_ready():
                await asyncio.sleep(0.05)
        self.ready[relay.data.parent.name] = relay

    async def kill(self) -> None:
        """Kill one relay as a power cut would, find that out as a balancer does, and start it again."""
        relay = self.dice.choice(self.relays)
        await relay.kill()
        self.ready.pop(relay.data.parent.name)
        self.seen.kills += 1
        await self.start(relay)

    async def pour(self) -> None:
        """Send RATE notifications a second until cancelled, and what is not acknowledged again."""
        token = self.simulation.simulator.signer.token()
        tenant = self.simulation.directory.tenant_id
        began, waiting = time.monotonic(), asyncio.Queue[tuple[str, bytes]]()
        sending = [asyncio.create_task(self.send(waiting, token)) for _ in range(20)]
        try:
            for number, content in enumerate(lives(0, 1_000_000, tenant, apart=25)):
                await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
                waiting.put_nowait((f"n-{number}", content))
        finally:
            for task in sending:
                task.cancel()
            await asyncio.gather(*sending, return_exceptions=True)

    async def send(self, waiting: asyncio.Queue[tuple[str, bytes]], token: str) -> None:
        while True:
            sender = Sender("127.0.0.1", self.balancer.port, "/hooks/calls", token)
            try:
                await self.send_on(sender, waiting)
            finally:
                with contextlib.suppress(OSError):
                    await sender.close()
            await asyncio.sleep(0.05)

    async def send_on(self, sender: Sender, waiting: asyncio.Queue[tuple[str, bytes]]) -> None:
        """Send on one connection until it is lost or something is not acknowledged."""
        while True:
            id, content = await waiting.get()
            try:
                async with asyncio.timeout(3.0):
                    status = await sender.post(content, id)
            except (OSError, EOFError):
                status = 0
            if status != 202:
                self.seen.resent += 1
                waiting.put_nowait((id, content))
                return
            self.acknowledged.add(key_of(id, content))

    async def race(self, http: httpx2.AsyncClient, number: int) -> None:
        """Somebody rings and all operators press at once, each at whichever relay the name leads to."""
        exchange, directory = self.simulation.simulator.exchange, self.simulation.directory
        party = Party("phone", f"+1206555{number:04d}", f"Racer {number}")
        call = exchange.callers.place(party, directory.lines[0], Temper(60.0, None))
        winners = await asyncio.gather(*(self.press(http, user, CallId(call.id)) for user in OPERATORS))
        self.seen.races += any(winners)
        self.seen.two_winners += sum(winners) > 1
        if call.alive:
            exchange.callers.hang_up(call)

    async def press(self, http: httpx2.AsyncClient, user: str, call: CallId) -> bool:
        """Press Answer until there is an answer. True when the call is theirs."""

        async def token() -> str:
            return operator_token(self.simulation, user)

        graph = GraphClient(http, {Identity.BOT: Door(f"{self.balancer.url}/v1.0", token)})
        for _ in range(8):
            try:
                await calls.answer(graph, call, intent=IntentId(str(uuid.uuid4())))
            except Taken:
                return False
            except ConsoleError:  # not known yet, or its relay has just been killed
                await asyncio.sleep(0.1)
            else:
                return True
        return False

    async def trouble(self, kills: int) -> None:
        """Kill a relay `kills` times and cut lines as often, in random order; consoles race meanwhile."""
        what = ["kill", "cut"] * kills
        self.dice.shuffle(what)
        for one in what:
            await asyncio.sleep(self.dice.uniform(0.05, 0.6))
            if one == "kill":
                await self.kill()
            else:
                self.seen.cuts += 1
                self.balancer.cut(self.dice.randint(1, 10), self.dice)

    async def races(self) -> None:
        """Race about once a second until cancelled."""
        async with httpx2.AsyncClient(trust_env=False, timeout=3.0) as http:
            for number in itertools.count():
                await self.race(http, number)
                await asyncio.sleep(self.dice.uniform(0.2, 0.8))

    async def watch_itself(self) -> None:
        while True:
            due = time.monotonic() + 0.02
            await asyncio.sleep(0.02)
            self.seen.late.append(time.monotonic() - due)
            self.seen.load.append(os.getloadavg()[0])

    async def count(self) -> None:
        """At rest: compare what was acknowledged with the log and with what each console was told."""
        seen, watchers = self.seen, self.watchers
        for _ in range(10):  # what is not told by then is lost
            if not any(w.missing(self.acknowledged) for w in watchers):
                break
            await asyncio.sleep(1.0)
        log = SharedLog(connect(Settings(redis=self.redis.url)), "operator-relay", 0)
        facts: list[Event] = []
        seq = 0
        while entries := await log.read(seq, 1000):
            facts += [read_event(entry.data) for entry in entries]
            seq = entries[-1].seq
        await log.close()
        kept = Tally(self.numbers)
        kept.add(fact.key for fact in facts)
        seen.acknowledged = len(self.acknowledged)
        seen.lost = kept.missing(self.acknowledged) + sum(w.missing(self.acknowledged) for w in watchers)
        seen.doubled = kept.doubled() + sum(w.told.doubled() for w in watchers)
        seen.afresh = sum(w.snapshots - 1 for w in watchers)
        seen.two_winners += contested(facts)
        seen.blind = [seconds for w in watchers for seconds in w.blind]


async def run(simulation: Running, folder: Path, seed: int, kills: int) -> Seen:
    """Kill relays `kills` times and cut lines as often; return what was seen."""
    experiment = Experiment(simulation, folder, seed)
    began = time.monotonic()
    async with experiment.running():
        works = (experiment.pour, experiment.races, experiment.watch_itself)
        busy = [asyncio.create_task(work()) for work in works]
        try:
            await experiment.trouble(kills)
            await asyncio.sleep(1.0)
        finally:
            for task in busy:
                task.cancel()
            ends = await asyncio.gather(*busy, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):  # a load that died proves nothing
                raise end
        await experiment.count()
    experiment.seen.seconds = time.monotonic() - began
    return experiment.seen


def contested(facts: list[Event]) -> int:
    """Return how many calls were claimed by one operator while another had them."""
    holders: dict[str, str] = {}
    found = set()
    for fact in facts:
        match fact:
            case CallClaimed(call=call, operator=operator):
                if holders.get(call, operator.id) != operator.id:
                    found.add(call)
                holders[call] = operator.id
            case ClaimReleased(call=call):
                holders.pop(call, None)
    return len(found)


def key_of(id: str, content: bytes) -> str:
    """Return the key that a relay gives the one fact in a notification."""
    (item,) = read_items(content) or ()
    return item_key(id.encode(), 0, item)


async def _main(seed: int, kills: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        simulator = Simulator(Path(folder) / "simulator", speed=10.0)
        async with simulator.serve(tls=True) as simulation:
            print((await run(simulation, Path(folder), seed, kills)).sentence())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Kill two relays at random and see what becomes of it.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=200)
    asked = parser.parse_args()
    import uvloop  # not on Windows

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main(asked.seed, asked.kills))
