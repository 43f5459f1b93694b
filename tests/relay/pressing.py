"""A console without a window beside the real relay, and what its operator is shown of one call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2

from console.actions import Action
from console.actions.registry import Desk as Judged
from console.actions.runner import Runner
from console.domain.calls import Call
from console.domain.events import Event
from console.domain.ids import CallId
from console.domain.world import World
from console.graph.client import Door, GraphClient
from console.graph.operations import Identity
from console.simulator.entra.resources import GRAPH_SCOPES, Grant
from console.store.intents import Intent, Verdict
from console.wire.envelope import Greeting
from tests.relay.stand import Desk, until
from tests.relay.storm import Console

GRAPH = "00000003-0000-0000-c000-000000000000"


class Deskside(Console):
    """One operator at a console. It remembers each truth it was told, one for every fact."""

    def __init__(self, desk: Desk, user: str) -> None:
        self.truths: list[World] = []
        self.settled: list[tuple[str, Verdict, World]] = []
        super().__init__(desk, user)
        self.trusting = httpx2.AsyncClient(verify=desk.trust(), trust_env=False)
        person = desk.simulation.directory.user(user)
        assert person is not None
        mint = desk.simulation.simulator.authority.mint
        grant = Grant(GRAPH, GRAPH_SCOPES, "")

        async def to_relay() -> str:
            return desk.token(user)

        async def to_graph() -> str:
            return str(mint.for_user(person, grant, desk.simulation.directory.console_app_id)["access_token"])

        doors = {
            Identity.BOT: Door(f"{desk.url}/v1.0", to_relay),
            Identity.OPERATOR: Door(desk.simulation.graph_url, to_graph),
        }
        self.runner = Runner(
            self.store,
            GraphClient(self.trusting, doors),
            now=time.time,
            unlinked=lambda: None,
            audit=lambda record: None,
            undo_seconds=0.0,
        )
        self.store.on_settled(self._note)

    def _note(self, intent: Intent, verdict: Verdict) -> None:
        self.settled.append((intent.action, verdict, self.store.truth))

    def greeted(self, hello: Greeting) -> None:
        self.runner.identify(hello.operator, frozenset(hello.roles))

    def events(self, events: list[Event]) -> None:
        for event in events:
            self.store.apply([event])
            self.truths.append(self.store.truth)

    async def live(self) -> None:
        await until(
            lambda: self.runner.me is not None and self.link_state and self.link_state.live, what="live"
        )

    async def same(self, desk: Desk) -> None:
        """Wait until this console knows what the relay knows."""
        await until(lambda: self.store.truth == desk.world, what="the same picture")

    async def close(self) -> None:
        await self.runner.close()
        await self.trusting.aclose()
        await super().close()


@dataclass(frozen=True)
class Pressed:
    """One press: the picture before it, right after it, what was told until it settled, and then."""

    desk: Judged
    before: World
    predicted: World
    told: list[World]
    settled: World
    verdict: Verdict

    def laid_over(self, action: Action, truth: World, *args: Any) -> World:
        return action.predict(self.desk, truth, *args)


async def press(console: Deskside, action: Action, *args: Any) -> Pressed:
    """Press, and wait until the world has answered."""
    desk, before = console.runner.desk(), console.store.truth
    assert desk is not None
    assert (why := console.runner.refusal(action, *args)) is None, str(why)
    console.truths.clear()
    task = console.runner.start(action, *args)
    await asyncio.sleep(0)
    assert console.store.truth is before, "nothing was told yet"
    predicted = console.store.view
    await until(lambda: console.settled, what=f"{action.id} is settled")
    (name, verdict, truth), *more = console.settled
    assert (name, more) == (action.id, [])
    await task
    told = console.truths[: console.truths.index(truth) + 1]
    return Pressed(desk, before, predicted, told, truth, verdict)


Aspect = Callable[[Call], Any]

SHOWN: dict[str, Aspect] = {
    "situation": lambda c: c.situation,
    "live": lambda c: c.live,
    "claim": lambda c: c.claim and c.claim.operator,
    "parked": lambda c: c.parked and (c.parked.by, c.parked.reason),
    "people": lambda c: sorted((p.identity.id, p.muted, p.on_hold, p.in_lobby) for p in c.people),
    "pending": lambda c: sorted(i.identity.id for i in c.pending),
}
"""What the operator is shown of a call that an action may change."""

_TOLD = "when and how is for Graph to tell; a prediction that guessed it would be a lie"
UNCHANGED = (
    "id", "direction", "source", "targets", "forwarded_from", "subject", "tenant_id", "chain_id",
    "my_participant", "first_seen", "rescued_at", "transfers_failed",
)  # fmt: skip
NOT_PREDICTED = {
    "told": "counted facts; what they add up to is compared as the situation",
    "participants": "compared as the people: a prediction does not know ids and sequence numbers to come",
    "invitations": "compared as those that are pending: the operation's id is Graph's to give",
    "claim": "compared as the operator: how long the claim lasts is the relay's to say",
    "parked": "compared as by whom and why: the time is the relay's",
    "established_at": _TOLD,
    "ended_at": _TOLD,
    "result": _TOLD,
    "returned": _TOLD,
    "outcomes": _TOLD,
    "claims": "how often the call was taken: the relay counts, and nobody is shown it",
    "prompt": "what the caller hears is the relay's to decide",
    "played": "what the caller has heard is the relay's to tell",
    "announced_at": "the record of a call comes when the call is over",
    "record_at": "the same",
    "record_version": "the same",
    "talks": "the same",
    "checked_at": "when the relay last asked Graph about the call",
    "history": "the story is written from facts",
    "seen": "the keys of facts",
}
"""Fields of a call that are not compared as they are, each with the reason."""


def shown(world: World, id: CallId) -> dict[str, Any]:
    """What the operator is shown of a call, and what no action changes."""
    call = world.calls[id]
    return {name: aspect(call) for name, aspect in SHOWN.items()} | {
        name: getattr(call, name) for name in UNCHANGED
    }
