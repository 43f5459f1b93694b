"""A seeded storm: many calls handled at random while every fault is on, and the comparison at rest."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from console.domain.budget import Use
from console.domain.calls import Call, Situation
from console.domain.errors import ConsoleError
from console.domain.events import Event
from console.domain.ids import CallId, IntentId
from console.domain.people import Identity, IdentityKind
from console.domain.world import World
from console.feed.feed import Feed
from console.feed.link import LinkState
from console.graph import calls, participants
from console.graph.connection import Connection
from console.simulator.callers import Temper
from console.simulator.faults import Faults
from console.simulator.identities import Party
from console.store.store import Store
from console.wire.envelope import Greeting
from tests.relay.stand import ANNA, INES, KOFI, LENA, TOM, Desk, Operator

EVERYTHING = Faults(
    duplicate=0.10,
    lost=0.02,
    delay=0.05,
    reorder=0.20,
    delay_seconds=2.0,
    pascal_case=0.3,
    id_variants=0.3,
    string_codes=0.3,
    missing_slash=0.3,
    nameless=0.3,
    swap_established=True,
    batch=0.2,
    legacy_first=0.2,
    forged=0.05,
    throttle_chance=0.03,
    unavailable_chance=0.03,
    broken_chance=0.02,
    bare_error_chance=0.01,
    gateway_chance=0.02,
    silent_chance=0.01,
    silent_seconds=20.0,
    cut_chance=0.02,
    slow_chance=0.05,
    slow_seconds=2.0,
    odd_errors=0.2,
    retry_after=1,
)
MANNERS = ("picks-up", "declines", "away", "busy")


class Console:
    """The stream and the store of one console, without anybody at it.

    `connected` is a connection that is not straight to the relay, which is then at `url`.
    """

    def __init__(self, desk: Desk, user: str, connected: Connection | None = None, url: str = "") -> None:
        self.store = Store()
        self.link_state: LinkState | None = None
        self.resyncs = 0
        self.http = httpx2.AsyncClient(trust_env=False)

        async def connection() -> httpx2.AsyncClient:
            return self.http

        async def token() -> str:
            return self.token(desk, user)

        client = connected.client if connected else connection
        self.feed = Feed(client, f"{url or desk.url}/v1.0", token, self)
        self._task = asyncio.get_running_loop().create_task(self.feed.run())

    def token(self, desk: Desk, user: str) -> str:
        return desk.token(user)

    def events(self, events: list[Event]) -> None:
        self.store.apply(events)

    def snapshot(self, world: World) -> None:
        self.resyncs += 1
        self.store.replace(world)

    def greeted(self, hello: Greeting) -> None:
        pass

    def relay_time(self, now: float) -> None:
        pass

    def relay_budget(self, uses: tuple[Use, ...]) -> None:
        pass

    def link(self, state: LinkState) -> None:
        self.link_state = state

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.feed.close()
        await self.http.aclose()


@contextlib.asynccontextmanager
async def other_region(url: str) -> AsyncIterator[str]:
    """The address of a deployment that sends every notification on to the one at `url` (REFERENCE §3.1)."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
            await reader.readexactly(int(length.split(":")[1]))
            moved = f"HTTP/1.1 302 Found\r\nLocation: {url}\r\n"
            writer.write(f"{moved}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks/calls"


@dataclass
class Storm:
    """Places `count` calls and lets three operators do what comes to mind, by `seed`."""

    desk: Desk
    seed: int
    count: int
    placed: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    """The calls of which the relay was told, or would have been but for a loss."""
    fates: Counter[str] = field(default_factory=Counter)
    """What became of requests and notifications: how many of each fault and of each kind and status."""
    _read: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.operators = [Operator(self.desk, u) for u in (LENA, KOFI, INES)]

    async def blow(self) -> None:
        """Let it happen. What operators are refused or lose is part of it."""
        simulator = self.desk.simulation.simulator
        self._read = simulator.requests.last, simulator.notifications.last
        simulator.faults.put(dataclasses.replace(EVERYTHING, seed=self.seed))
        async with other_region(f"{self.desk.url}/hooks/calls") as simulator.options.webhook:
            await self._place()
            simulator.faults.put(Faults())
            await simulator.notifier.drained()
        simulator.options.webhook = f"{self.desk.url}/hooks/calls"
        self._look()

    async def _place(self) -> None:
        calls_: set[asyncio.Task[None]] = set()
        for number in range(self.count):
            calls_.add(asyncio.create_task(self._one_call(number)))
            await asyncio.sleep(0.01)
            self._look()
            if len(calls_) > 40:
                _, calls_ = await asyncio.wait(calls_, return_when=asyncio.FIRST_COMPLETED)
        if calls_:
            await asyncio.wait(calls_)

    async def close(self) -> None:
        for operator in self.operators:
            await operator.http.aclose()

    def _look(self) -> None:
        """Read the ledgers on, before they forget."""
        simulator = self.desk.simulation.simulator
        asked, sent = simulator.requests.since(self._read[0]), simulator.notifications.since(self._read[1])
        self._read = [
            ledger[-1]["n"] if ledger else n for ledger, n in zip((asked, sent), self._read, strict=True)
        ]
        self.told |= {entry["callId"] for entry in sent}
        self.fates.update(f"request {entry['fault']}" for entry in asked if entry["fault"])
        self.fates.update(f"{entry['kind']} {entry['status']}" for entry in sent)

    async def _one_call(self, number: int) -> None:
        exchange = self.desk.simulation.simulator.exchange
        # Dice of its own: what others do meanwhile changes nothing of what is tried on this call.
        dice = random.Random(f"{self.seed}/{number}")  # noqa: S311 - repeatable
        for user in (ANNA, TOM):
            self.desk.behave(user, dice.choice(MANNERS), dice.uniform(0.1, 3.0))
        party = Party("phone", f"+1425555{number % 10_000:04d}", f"Caller {number}")
        line = dice.choice(self.desk.simulation.directory.lines)
        call = exchange.callers.place(party, line, Temper(dice.uniform(5.0, 60.0), None))
        self.placed.append(call.id)
        for _ in range(dice.randrange(0, 6)):
            await asyncio.sleep(dice.uniform(0.02, 0.25))
            await self._act(dice, CallId(call.id))

    async def _act(self, dice: random.Random, id: CallId) -> None:
        operator = dice.choice(self.operators)
        call = self.desk.world.calls.get(id)
        if call is None or call.ended:
            return
        verb = dice.choice(_VERBS[call.situation])
        # Taken, refused, too late: what happens to real operators, too.
        with contextlib.suppress(ConsoleError):
            await verb(operator, call, IntentId(_guid(dice)))


async def _answer(o: Operator, c: Call, i: IntentId) -> None:
    await calls.answer(o.graph, c.id, intent=i)


async def _reject(o: Operator, c: Call, i: IntentId) -> None:
    await calls.reject(o.graph, c.id, "busy", intent=i)


async def _redirect(o: Operator, c: Call, i: IntentId) -> None:
    await calls.redirect(o.graph, c.id, [_user(TOM)], intent=i, timeout=15)


async def _hang_up(o: Operator, c: Call, i: IntentId) -> None:
    await calls.hang_up(o.graph, c.id, intent=i)


async def _transfer(o: Operator, c: Call, i: IntentId) -> None:
    await calls.transfer(o.graph, c.id, _user(ANNA), intent=i, transferee=c.caller_participant)


async def _park(o: Operator, c: Call, i: IntentId) -> None:
    await calls.park(o.graph, c.id, "storm", intent=i)


async def _invite(o: Operator, c: Call, i: IntentId) -> None:
    await participants.invite(o.graph, c.id, [_user(TOM)], intent=i)


async def _hold(o: Operator, c: Call, i: IntentId) -> None:
    if c.caller_participant:
        await participants.hold(o.graph, c.id, c.caller_participant.id, intent=i)


async def _resume(o: Operator, c: Call, i: IntentId) -> None:
    if c.caller_participant:
        await participants.resume(o.graph, c.id, c.caller_participant.id, intent=i)


async def _mute(o: Operator, c: Call, i: IntentId) -> None:
    if c.people:
        await participants.mute(o.graph, c.id, c.people[-1].id, intent=i)


async def _wait(o: Operator, c: Call, i: IntentId) -> None:
    return None


Verb = Callable[[Operator, Call, IntentId], Awaitable[None]]
_VERBS: dict[Situation, tuple[Verb, ...]] = {
    Situation.RINGING: (_answer, _answer, _answer, _reject, _redirect, _wait),
    Situation.CONNECTING: (_wait, _hang_up),
    Situation.WAITING: (_answer, _answer, _transfer, _park, _hang_up),
    Situation.TALKING: (_hold, _mute, _invite, _transfer, _park, _hang_up, _wait),
    Situation.ON_HOLD: (_resume, _resume, _hang_up, _answer),
    Situation.TRANSFERRING: (_wait,),
    Situation.ENDED: (_wait,),
}


def differences(world: World, desk: Desk, placed: list[str], told: set[str]) -> list[str]:
    """Say where a picture differs from the simulator's truth about the placed calls, at rest."""
    real = desk.simulation.simulator.exchange.board.calls
    wrong = []
    for id in placed:
        truth, known = real[id], world.calls.get(CallId(id))
        if known is None:
            if truth.alive and id in told:
                wrong.append(f"{id}: not known")
            continue
        if known.ended is truth.alive:
            wrong.append(f"{id}: {truth.state} at Graph, {known.state} here")
            continue
        if truth.alive and truth.is_group:
            wrong += _roster_differences(id, known, truth)
    return wrong


def _roster_differences(id: str, known: Call, truth: Any) -> list[str]:
    real = {m.id: (m.muted, m.on_hold) for m in truth.roster.values()}
    seen = {str(p.id): (p.muted, p.on_hold) for p in known.present}
    return [] if real == seen else [f"{id}: {sorted(real.items())} at Graph, {sorted(seen.items())} here"]


def _user(id: str) -> Identity:
    return Identity(IdentityKind.USER, id)


def _guid(dice: random.Random) -> str:
    h = f"{dice.getrandbits(128):032x}"
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-8{h[17:20]}-{h[20:]}"
