"""Two relays behind one name that share a Redis, beside the simulator."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from console.simulator.app import Running
from tests.relay.balancer import Balancer
from tests.relay.redis_server import RedisServer
from tests.relay.stand import Desk, serving, until


@dataclass
class Pair:
    """The relays `one` and `two`; `name` is a desk at the address that leads to either."""

    one: Desk
    two: Desk
    name: Desk
    balancer: Balancer
    _ends: dict[str, contextlib.AsyncExitStack]
    _left_out: set[str]

    @property
    def running(self) -> list[Desk]:
        return [desk for desk in (self.one, self.two) if desk.url in self._ends]

    @property
    def leader(self) -> Desk | None:
        return next((desk for desk in self.running if desk.relay.lead.held), None)

    @property
    def follower(self) -> Desk:
        return next(desk for desk in self.running if desk is not self.leader)

    @contextlib.contextmanager
    def leading_to(self, desk: Desk) -> Iterator[None]:
        """The name leads to `desk` alone while the block runs; lines that are open stay."""
        self._left_out |= {other.url for other in self.running if other is not desk}
        try:
            yield
        finally:
            self._left_out.clear()

    async def settled(self) -> None:
        """Wait until every relay has read everything."""
        await until(lambda: len({desk.relay.hub.position for desk in self.running}) == 1, what="same place")

    async def stop(self, desk: Desk) -> None:
        """Stop one of the relays; its calls go on."""
        await self._ends.pop(desk.url).aclose()


@contextlib.asynccontextmanager
async def pair(simulation: Running, redis: RedisServer, folder: Path, **changes: Any) -> AsyncIterator[Pair]:
    """Run two relays while the block runs; calls end with them."""
    ends: dict[str, contextlib.AsyncExitStack] = {}
    ports: dict[int, str] = {}
    left_out: set[str] = set()
    balancer = Balancer(lambda: [port for port, url in ports.items() if url in ends.keys() - left_out])
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(balancer.serving())
        desks = []
        for name in ("one", "two"):
            ends_ = contextlib.AsyncExitStack()
            stack.push_async_callback(ends_.aclose)
            desk = await ends_.enter_async_context(
                serving(
                    simulation,
                    folder / name,
                    keep_calls=True,
                    public_url=balancer.url,
                    redis=redis.url,
                    callback_key_file=str(folder / "callback.key"),
                    **changes,
                )
            )
            ends[desk.url] = ends_
            ports[int(desk.url.rpartition(":")[2])] = desk.url
            desks.append(desk)
        simulation.simulator.options.webhook = f"{balancer.url}/hooks/calls"
        made = Pair(desks[0], desks[1], replace(desks[0], url=balancer.url), balancer, ends, left_out)
        await until(lambda: made.leader, what="one leads")
        try:
            yield made
        finally:
            board = simulation.simulator.exchange.board
            simulation.simulator.exchange.people.forget()
            for call in list(board.calls.values()):
                board.end(call, None, "the test is over")
            simulation.simulator.options.webhook = None
