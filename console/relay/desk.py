"""What an operator asks of the relay, done: permitted, claimed, sent to Graph, and undone if it fails."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from console.domain.calls import Call, CallState
from console.domain.errors import CallGone, ConsoleError, OutcomeUnknown, Refused, WrongState
from console.domain.events import CallParked, CallTold, HandedOn, InvitationWithdrawn
from console.domain.ids import CallId, IntentId, OperationId, ParticipantId
from console.domain.participants import Participant
from console.domain.people import Identity
from console.graph import calls, participants
from console.relay.bodies import Transfer
from console.relay.bot import Bot
from console.relay.claims import Claims
from console.relay.clock import Clock
from console.relay.doorkeeper import Principal
from console.relay.history import HistoryFailed
from console.relay.hub import Hub
from console.relay.lead import Lead
from console.relay.policy import Action, refusal


class Desk:
    """The verbs. Each raises a ConsoleError when it cannot be done; nothing is then left half claimed."""

    def __init__(self, hub: Hub, bot: Bot, claims: Claims, *, lead: Lead, now: Clock, tenant_id: str) -> None:
        self._hub = hub
        self._bot = bot
        self._claims = claims
        self._lead = lead
        self._now = now
        self._tenant_id = tenant_id

    async def create(
        self, who: Principal, targets: Sequence[Identity], source: Identity | None, intent: IntentId
    ) -> CallId:
        """Ring `targets` for the operator, who is invited as soon as they pick up."""
        callback = self._bot.callbacks.for_new()
        call = await calls.create(
            self._bot.graph,
            targets,
            intent=intent,
            callback=callback,
            tenant_id=self._tenant_id,
            source=source,
        )
        await self._claims.take(call, who.operator)
        return call

    async def look(self, call: CallId) -> Any:
        """Read a call from Graph for everybody; Graph's own resource comes back."""
        return await self._bot.look(call)

    async def roster(self, call: CallId) -> Any:
        """Read a call's participants from Graph for everybody; Graph's own list comes back."""
        self._known(call)
        return await self._bot.read_roster(call)

    async def answer(self, who: Principal, id: CallId, intent: IntentId) -> None:
        """Answer a ringing call, or pick up a caller whom nobody is talking to."""
        call = self._permitted(Action.ANSWER, who, id)
        if call.state in (CallState.INCOMING, CallState.ESTABLISHING):
            await self._claims.take(id, who.operator)
            if call.state is CallState.INCOMING:
                await self._or_release(who, id, self._answer(id, intent))
        else:
            await self._claims.take(id, who.operator, anew=True)
            await self._or_release(who, id, self._pick_up(id, intent))

    async def _answer(self, id: CallId, intent: IntentId) -> None:
        try:
            await self._bot.answer(id, intent)
        except WrongState:
            # Another relay may have answered for nobody a moment ago; then this operator gets the caller.
            await self._bot.look(id)
            if self._known(id).state is CallState.INCOMING:
                raise

    async def _pick_up(self, id: CallId, intent: IntentId) -> None:
        call = self._known(id)
        caller = call.caller_participant
        if caller is not None and caller.on_hold:
            with contextlib.suppress(WrongState):  # off hold already, only the roster does not say so yet
                await participants.resume(self._bot.graph, id, caller.id, intent=intent)
        if self._lead.held:
            await self._bot.invite_operator(
                id
            )  # otherwise the relay that leads does, as soon as it reads this

    async def reject(self, who: Principal, id: CallId, reason: str, intent: IntentId) -> None:
        await self._turn_away(Action.REJECT, who, id)
        await self._or_release(who, id, calls.reject(self._bot.graph, id, reason, intent=intent))

    async def redirect(
        self, who: Principal, id: CallId, targets: Sequence[Identity], seconds: int, intent: IntentId
    ) -> None:
        await self._turn_away(Action.REDIRECT, who, id)
        callback = self._bot.callbacks.for_call(id)
        sent = calls.redirect(self._bot.graph, id, targets, intent=intent, timeout=seconds, callback=callback)
        await self._or_release(who, id, sent)
        # Graph tells nothing until somebody picks up; every console should see where the call is.
        gone = CallTold(call=id, key=f"redirected:{intent}", at=self._now(), state=CallState.REDIRECTING)
        await self._hub.note(gone)
        await self._handed_on(who, id, targets, intent)

    async def _handed_on(
        self, who: Principal, id: CallId, targets: Sequence[Identity], intent: IntentId
    ) -> None:
        """Note for every console who got the caller: Graph tells only that the call ended here."""
        key = f"handed-on:{intent}"
        note = HandedOn(call=id, key=key, at=self._now(), operator=who.operator, targets=tuple(targets))
        await self._hub.note(note)

    async def _turn_away(self, action: Action, who: Principal, id: CallId) -> None:
        self._permitted(action, who, id)
        if self._bot.is_answered(id):
            raise Refused("The call has just been answered.")
        await self._claims.take(id, who.operator)

    async def transfer(self, who: Principal, id: CallId, body: Transfer, intent: IntentId) -> None:
        """Hand the caller over. A group call needs to be told whom: the caller, unless the operator says."""
        call = self._permitted(Action.TRANSFER, who, id)
        leaving: Participant | None = None
        if call.group:
            named = call.participants.get(body.leaving) if body.leaving else None
            leaving = named if named is not None and not named.left else call.caller_participant
            if leaving is None:
                raise Refused("The caller is not in the call any more.")
        target = body.transferTarget
        await calls.transfer(
            self._bot.graph,
            id,
            target.identity.read(),
            intent=intent,
            transferee=leaving,
            replaces=target.replaces,
        )
        await self._handed_on(who, id, (target.identity.read(),), intent)

    async def hang_up(self, who: Principal, id: CallId, intent: IntentId) -> None:
        self._permitted(Action.HANG_UP, who, id)
        await calls.hang_up(self._bot.graph, id, intent=intent)

    async def play(self, who: Principal, id: CallId, names: Sequence[str], intent: IntentId) -> OperationId:
        self._permitted(Action.PLAY, who, id)
        return await self._bot.play(id, names, intent)

    async def park(self, who: Principal, id: CallId, reason: str, intent: IntentId) -> None:
        """Let the caller hear music and take the operator out. Peer-to-peer, the upkeep plays a prompt."""
        call = self._permitted(Action.PARK, who, id)
        owner = call.claim.operator if call.claim else who.operator
        caller = call.caller_participant
        staying = [p for p in call.people if p is not caller and p.identity.id != owner.id and not p.in_lobby]
        if staying:
            raise Refused("Other people are still talking to this caller.")
        held = call.group and caller is not None and not caller.on_hold
        if held and caller is not None:
            await self._bot.hold(id, caller.id, intent)
        try:
            for participant in _legs(call, owner.id):
                await participants.remove(self._bot.graph, id, participant, intent=intent)
        except ConsoleError:
            if held and caller is not None:
                await participants.resume(self._bot.graph, id, caller.id, intent=intent)
            raise
        key = f"parked:{intent}"
        await self._hub.note(
            CallParked(call=id, key=key, at=self._now(), operator=who.operator, reason=reason)
        )

    async def invite(
        self, who: Principal, id: CallId, targets: Sequence[Identity], intent: IntentId
    ) -> list[tuple[OperationId, ParticipantId | None]]:
        """Ask people in, each with an operation of their own. Raises only if nobody could be asked."""
        self._permitted(Action.INVITE, who, id)
        invited: list[tuple[OperationId, ParticipantId | None]] = []
        for target in targets:
            try:
                invited.append(await self._bot.invite(id, target, intent, who.operator))
            except ConsoleError:
                if target is targets[-1] and not invited:
                    raise
        return invited

    async def remove(self, who: Principal, id: CallId, participant: ParticipantId, intent: IntentId) -> None:
        """Remove a participant, or withdraw an invitation that nobody has answered yet."""
        call = self._permitted(Action.REMOVE, who, id)
        pending = any(i.participant == participant for i in call.pending)
        await participants.remove(self._bot.graph, id, participant, intent=intent)
        if pending:
            key = f"withdrawn:{intent}"
            await self._hub.note(
                InvitationWithdrawn(call=id, key=key, at=self._now(), participant=participant)
            )

    async def mute(self, who: Principal, id: CallId, participant: ParticipantId, intent: IntentId) -> None:
        self._permitted(Action.MUTE, who, id)
        await participants.mute(self._bot.graph, id, participant, intent=intent)

    async def hold(self, who: Principal, id: CallId, participant: ParticipantId, intent: IntentId) -> None:
        self._permitted(Action.HOLD, who, id)
        await self._bot.hold(id, participant, intent)

    async def resume(self, who: Principal, id: CallId, participant: ParticipantId, intent: IntentId) -> None:
        self._permitted(Action.RESUME, who, id)
        await participants.resume(self._bot.graph, id, participant, intent=intent)

    def _known(self, id: CallId) -> Call:
        call = self._hub.world.calls.get(id)
        if call is None or not call.live:
            raise CallGone
        return call

    def _permitted(self, action: Action, who: Principal, id: CallId) -> Call:
        call = self._known(id)
        if self._hub.history.trouble and action is not Action.HANG_UP:
            # Nothing begins that nobody could be told of, except the end of a call.
            raise HistoryFailed("The relay cannot keep anything just now.", "Try again in a moment.")
        refused = refusal(action, call, who)
        if refused is not None:
            raise refused
        return call

    async def _or_release(self, who: Principal, id: CallId, sent: Any) -> None:
        """Await `sent`; give the claim up when it surely did not happen."""
        try:
            await sent
        except OutcomeUnknown:
            raise  # it may have happened: the upkeep asks Graph, and the lease ends the claim if it did not
        except ConsoleError:
            with contextlib.suppress(HistoryFailed):  # then the lease ends it, too
                await self._claims.release(id, who.operator)
            raise


def _legs(call: Call, operator: str) -> list[ParticipantId]:
    """The operator's own places in a call, and those they have been asked to take."""
    here = [p.id for p in call.people if p.identity.id == operator]
    asked = [i.participant for i in call.pending if i.identity.id == operator and i.participant]
    return [*here, *asked]
