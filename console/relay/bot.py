"""What the relay says to Graph on a call, with the addresses and prompts that are the relay's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from console.domain.calls import CallState
from console.domain.errors import CallGone
from console.domain.events import CallRead, InvitationSent, RosterRead
from console.domain.ids import CallId, IntentId, OperationId, ParticipantId
from console.domain.people import Identity, IdentityKind, Operator
from console.graph import calls, participants
from console.graph.client import GraphClient
from console.relay.callbacks import Callbacks
from console.relay.claims import claimed_at
from console.relay.clock import Clock
from console.relay.hub import Hub
from console.relay.prompts import Prompts
from console.wire.calls import read_call
from console.wire.notifications import without_media
from console.wire.participants import read_participants
from console.wire.values import member

ROSTER_TRIES = 3
ASKED = "roster:"
"""How the key of a roster begins that Graph was asked for, and that no notification told."""


class Bot:
    """The bot's hands. Facts that only the relay can know are kept before its methods return."""

    def __init__(
        self,
        graph: GraphClient,
        hub: Hub,
        callbacks: Callbacks,
        prompts: Prompts,
        *,
        now: Clock,
        new_id: Callable[[], IntentId],
    ) -> None:
        self.graph = graph
        self._hub = hub
        self.callbacks = callbacks
        self.prompts = prompts
        self._now = now
        self.new_id = new_id
        self._flights: dict[tuple[str, str], asyncio.Task[Any]] = {}
        self._answered: set[CallId] = set()

    def is_answered(self, call: CallId) -> bool:
        """True when Graph has been asked to answer and has not refused: it may not show in the state yet."""
        return call in self._answered or ("answer", call) in self._flights

    def forget(self, call: CallId) -> None:
        """The call has ended."""
        self._answered.discard(call)

    async def answer(self, call: CallId, intent: IntentId) -> None:
        """Answer, once: whoever asks while it is on its way, or afterwards, shares the one answer."""
        if call not in self._answered:
            await self._once(("answer", call), lambda: self._answer(call, intent))

    async def _answer(self, call: CallId, intent: IntentId) -> None:
        await calls.answer(self.graph, call, intent=intent, callback=self.callbacks.for_call(call))
        self._answered.add(call)

    async def invite(
        self, call: CallId, who: Identity, intent: IntentId, by: Operator
    ) -> tuple[OperationId, ParticipantId | None]:
        """Ask one person in. One at a time, so that each has an outcome and can be withdrawn alone."""
        invited = await participants.invite(self.graph, call, [who], intent=intent)
        participant = next(iter(invited.participants), None)
        await self._hub.note(
            InvitationSent(
                call=call,
                key=f"invited:{invited.operation or intent}",
                at=self._now(),
                operation=invited.operation,
                identity=who,
                participant=participant,
                operator=by,
            )
        )
        return invited.operation, participant

    async def invite_operator(self, call: CallId) -> None:
        """Ring the claim holder's own Teams, once for each claim. Peer-to-peer becomes a group call."""
        await self._once(("operator", call), lambda: self._invite_operator(call))

    async def _invite_operator(self, id: CallId) -> None:
        call = self._hub.world.calls.get(id)
        if call is None or call.claim is None:
            return
        operator, since = call.claim.operator, claimed_at(call)
        asked = any(i.identity.id == operator.id and i.at >= since for i in call.invitations.values())
        if not asked and not any(p.identity.id == operator.id for p in call.people):
            own = Identity(IdentityKind.USER, operator.id, operator.name)
            await self.invite(id, own, self.new_id(), operator)

    async def hold(self, call: CallId, participant: ParticipantId, intent: IntentId) -> None:
        music = self.prompts.url("hold")
        await participants.hold(self.graph, call, participant, intent=intent, music=music)

    async def play(self, call: CallId, names: Sequence[str], intent: IntentId) -> OperationId:
        urls = [self.prompts.url(name) for name in names]
        return await calls.play_prompt(self.graph, call, urls, intent=intent)

    async def look(self, id: CallId) -> Any:
        """Read a call from Graph, tell everybody, and return Graph's resource. Raises CallGone."""
        key, known = f"read:{self.new_id()}", id in self._hub.world.calls
        try:
            resource = without_media(await calls.get(self.graph, id))
        except CallGone:
            if known:
                await self._hub.append(CallRead(call=id, key=key, at=self._now(), told=None))
            raise
        at = self._now()
        told = read_call(resource, id, key=key, at=at)
        await self._hub.append(CallRead(call=id, key=key, at=at, told=told))
        call = self._hub.world.calls.get(id)
        if call is not None and call.state is CallState.ESTABLISHED and (call.group or _has_chat(resource)):
            await self.read_roster(id)
        return resource

    async def read_roster(self, id: CallId) -> Any:
        """Read a call's participants from Graph, tell everybody, and return Graph's list."""
        for attempt in range(ROSTER_TRIES):
            before = self._roster(id)
            reply = await self.graph.send("participant.list", call=id)
            # A change that came while we asked may be newer than the answer: believing the answer would
            # drop who has just joined.
            if self._roster(id) == before or attempt + 1 == ROSTER_TRIES:
                break
        listed = without_media(member(reply.body, "value")) or []
        found = read_participants(listed)
        if found:
            key = f"{ASKED}{self.new_id()}"
            await self._hub.append(RosterRead(call=id, key=key, at=self._now(), participants=found))
        return listed

    def _roster(self, id: CallId) -> object:
        call = self._hub.world.calls.get(id)
        return None if call is None else call.participants

    async def _once(self, name: tuple[str, str], work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        flight = self._flights.get(name)
        if flight is None:
            flight = asyncio.create_task(work(), name=" ".join(name))
            self._flights[name] = flight
            flight.add_done_callback(lambda done: self._landed(name, done))
        # Whoever waits may go away; what has been sent to Graph goes on.
        await asyncio.shield(flight)

    def _landed(self, name: tuple[str, str], flight: asyncio.Task[None]) -> None:
        self._flights.pop(name, None)
        if not flight.cancelled():
            flight.exception()  # asked for in any case: there may be nobody left who waits for it


def _has_chat(resource: object) -> bool:
    return isinstance(member(resource, "chatInfo"), dict)
