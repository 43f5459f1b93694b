"""Calls that come in: they ring for 15 seconds, and are answered, rejected, redirected or lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from console.simulator import assumptions, errors
from console.simulator.calls import RING_SECONDS, Call, CallState, Onward
from console.simulator.directory import Line
from console.simulator.groups import chat_info
from console.simulator.identities import Json, Party
from console.simulator.participants import invitation_info, participant_info
from console.simulator.people import People
from console.simulator.results import UNANSWERED, Result
from console.simulator.switchboard import Switchboard, meeting_fields


class Incoming:
    """The bot's side of an incoming call (REFERENCE §1.3 to §1.5)."""

    def __init__(self, board: Switchboard, people: People, consented: Callable[[], bool]) -> None:
        """`consented`: the tenant has granted the bot one of the permissions on calls."""
        self._board = board
        self._people = people
        self._consented = consented

    def ring(
        self, caller: Party, line: Line, company: tuple[Party, ...] = (), forwarded_from: Party | None = None
    ) -> Call:
        """A call reaches `line`; `company` are people already in a group call that the line is asked into.

        `forwarded_from` is whom the caller wanted. The line of the bot itself is its application (§3.4).
        """
        board = self._board
        ids, directory = board.ids_for("incoming"), board.directory
        if line.id == directory.bot_app_id:
            bot = Party("application", line.id, line.display_name)
        else:
            bot = Party("applicationInstance", line.id, line.display_name, directory.tenant_id)
        call = Call(
            id=ids.new(),
            chain_id=ids.new(),
            direction="incoming",
            state=CallState.INCOMING,
            tenant_id=directory.tenant_id,
            source=caller,
            targets=(bot,),
            bot=bot,
            my_participant_id=ids.new(),
            started_at=board.clock.now(),
            ids=ids,
            forwarded_from=forwarded_from,
        )
        board.enter(call, caller)
        if company:
            for party in company:
                board.enter(call, party)
            call.is_group = True
            call.chat_info = chat_info(ids.new())
            call.meeting_info = {"@odata.type": "#microsoft.graph.tokenMeetingInfo", "token": ids.new()}
        board.add(call)
        call.set_timer("ring", board.clock.later(RING_SECONDS, lambda: self._lost(call)))
        board.announce(call, self._announcement(call))
        return call

    def answer(
        self, call: Call, callback_uri: str | None, *, delta: bool, sharing: bool,
        modalities: tuple[str, ...], media_config: Json,
    ) -> None:  # fmt: skip
        """Accepts the call; `establishing` and `established` follow as notifications (§1.3)."""
        self._require_ringing(call)
        call.callback_uri = callback_uri
        call.delta = delta
        call.tells_sharing = sharing
        call.modalities = modalities
        call.media_config = media_config
        call.state = CallState.ESTABLISHING
        call.clear_timer("ring")
        soon, up = assumptions.SETUP_SECONDS.value
        clock = self._board.clock

        def establish() -> None:
            self._board.enter(call, call.bot, call.my_participant_id)
            self._board.establish(call)
            self._board.tell_roster(call, list(call.roster.values()))

        def begin() -> None:
            self._board.tell(call)
            call.set_timer("setup", clock.later(up, establish))

        call.set_timer("setup", clock.later(soon, begin))
        self._board.changed(call)

    def reject(self, call: Call, reason: str, callback_uri: str | None) -> None:
        """Refuses the call; the `deleted` that follows has no state (§1.4)."""
        self._require_ringing(call)
        call.callback_uri = callback_uri
        self._board.end(call, None, f"rejected ({reason})", with_state=False)

    def redirect(
        self, call: Call, targets: tuple[Party, ...], timeout: float, callback_uri: str | None
    ) -> None:
        """Sends the call elsewhere: all targets ring, the first to pick up has it (§1.5)."""
        self._require_ringing(call)
        call.callback_uri = callback_uri
        call.state = CallState.REDIRECTING
        call.clear_timer("ring")
        reactions = [(self._people.reaction(target, timeout), target) for target in targets]
        takers = [pair for pair in reactions if pair[0].result is None]
        if takers:
            reaction, target = min(takers, key=lambda pair: pair[0].after)
            outcome = f"redirected to {target.display_name or target.id}"
        else:
            reaction, target = max(reactions, key=lambda pair: pair[0].after)
            outcome = "redirected, nobody picked up"
        taker = target if takers else None
        finish = partial(self._redirected, call, taker, reaction.result, outcome)
        call.set_timer("redirect", self._board.clock.later(reaction.after, finish))
        self._board.changed(call)

    def _redirected(self, call: Call, taker: Party | None, result: Result | None, outcome: str) -> None:
        if taker is not None:
            call.onward = Onward(call.source, taker, assumptions.ONWARD_SECONDS.value)
        echo = {**self._announcement(call), "state": str(CallState.TERMINATED)}
        self._board.end(call, result, outcome, **echo)

    def _lost(self, call: Call) -> None:
        self._board.end(call, UNANSWERED, "not answered")

    def _require_ringing(self, call: Call) -> None:
        if call.state is not CallState.INCOMING:
            raise errors.wrong_state(f"The call is {call.state}, not incoming.")

    def _announcement(self, call: Call) -> Json:
        # Without consent an application does not learn who calls (§3.4).
        source = call.source if self._consented() else Party("encrypted", f"unknown-{call.chain_id}")
        return {
            "@odata.type": "#microsoft.graph.call",
            "@odata.id": f"/communications/calls/{call.id}",
            "id": call.id,
            "state": "incoming",
            "direction": "incoming",
            "callChainId": call.chain_id,
            "source": participant_info(source),
            "targets": [invitation_info(target) for target in call.targets],
            "callRoutes": call.routes(),
            "requestedModalities": ["audio"],
            "tenantId": call.tenant_id,
            "myParticipantId": call.my_participant_id,
            **meeting_fields(call),
        }
