"""Calls the bot makes: to one person, to several, or into a meeting (REFERENCE §1.2)."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulator import assumptions
from console.simulator.calls import Call, CallState
from console.simulator.conference import Conference
from console.simulator.groups import chat_info
from console.simulator.identities import Json, Party
from console.simulator.lobby import Lobby
from console.simulator.people import People
from console.simulator.results import ENDED_BY_BOT, Result
from console.simulator.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class Request:
    """What POST /communications/calls asked for, already checked."""

    callback_uri: str
    targets: tuple[Party, ...]
    source: Party | None
    modalities: tuple[str, ...]
    media_config: Json
    delta: bool
    sharing: bool
    subject: str | None
    chat_info: Json | None
    meeting_info: Json | None
    scenario_id: str | None = None


class Outgoing:
    """Makes calls and hangs them up."""

    def __init__(self, board: Switchboard, people: People, conference: Conference, lobby: Lobby) -> None:
        self._board = board
        self._people = people
        self._conference = conference
        self._lobby = lobby

    def create(self, request: Request) -> Call:
        """Starts a call in `establishing`; the rest follows as notifications."""
        board = self._board
        ids, directory = board.ids_for("outgoing"), board.directory
        bot = request.source or Party("application", directory.bot_app_id, directory.bot_display_name)
        call = Call(
            id=ids.new(),
            chain_id=ids.new(),
            direction="outgoing",
            state=CallState.ESTABLISHING,
            tenant_id=directory.tenant_id,
            source=bot,
            targets=tuple(board.party(target) for target in request.targets),
            bot=bot,
            my_participant_id=ids.new(),
            started_at=board.clock.now(),
            ids=ids,
            callback_uri=request.callback_uri,
            is_group=request.meeting_info is not None or len(request.targets) > 1,
            is_meeting=request.meeting_info is not None,
            delta=request.delta,
            tells_sharing=request.sharing,
            subject=request.subject,
            chat_info=request.chat_info,
            meeting_info=request.meeting_info,
            media_config=request.media_config,
            modalities=request.modalities,
            scenario_id=request.scenario_id,
        )
        if call.is_meeting and call.chat_info is None:
            call.chat_info = chat_info(ids.new())
        board.add(call)
        soon, up = assumptions.SETUP_SECONDS.value

        def begin() -> None:
            board.tell(call)
            if call.is_group:
                call.set_timer("setup", board.clock.later(up, lambda: self._open(call)))
            else:
                self._dial(call)

        call.set_timer("setup", board.clock.later(soon, begin))
        board.changed(call)
        return call

    def hang_up(self, call: Call) -> None:
        """DELETE: `terminating`, then `terminated`; in a group only the bot's leg ends (§1.13)."""
        if call.state in (CallState.TERMINATING, CallState.TERMINATED):
            return
        call.clear_timers()
        staying = [member.party.display_name or member.party.id for member in call.people]
        outcome = "ended by the bot"
        if call.is_group and len(staying) > 1:
            outcome += f"; {', '.join(staying)} talk on"
        self._board.move(call, CallState.TERMINATING)
        wait = assumptions.SETUP_SECONDS.value[0]
        call.set_timer(
            "end", self._board.clock.later(wait, lambda: self._board.end(call, ENDED_BY_BOT, outcome))
        )

    def _dial(self, call: Call) -> None:
        callee = call.targets[0]
        reaction = self._people.reaction(callee, assumptions.OUTGOING_RING_SECONDS.value)

        def react() -> None:
            if reaction.result is None:
                self._picked_up(call, callee)
            else:
                self._failed(call, reaction.result)

        call.set_timer("setup", self._board.clock.later(reaction.after, react))

    def _picked_up(self, call: Call, callee: Party) -> None:
        self._board.enter(call, callee)
        self._board.enter(call, call.bot, call.my_participant_id)
        self._board.establish(call)

    def _failed(self, call: Call, result: Result) -> None:
        self._board.end(call, result, result.message)

    def _open(self, call: Call) -> None:
        bot = self._board.enter(call, call.bot, call.my_participant_id)
        self._board.establish(call)
        if call.is_meeting and self._lobby.holds_bots:
            self._lobby.hold(call, bot)
        self._board.tell_roster(call, list(call.roster.values()))
        if call.targets:
            self._conference.summon(call, call.targets)
