"""The loop that takes the relay's own steps: it looks at the facts, does what is due, and looks again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from console.domain.calls import Call, CallState
from console.domain.errors import CallGone, ConsoleError, NotAllowed, WrongState
from console.domain.events import CallRescued, Event, PromptStarted
from console.domain.ids import CallId, IntentId
from console.graph import calls
from console.relay.audit.entries import Deed
from console.relay.audit.journal import Journal
from console.relay.bot import Bot
from console.relay.claims import Claims
from console.relay.clock import Clock
from console.relay.hub import Hub
from console.relay.lead import Lead
from console.relay.settings import Rescue, Settings
from console.relay.steps import (
    Memory,
    Step,
    due,
    has_gap,
    is_doubtful,
    is_unordered,
    rescue_rule,
    wanted_prompt,
)

TICK = 0.25
"""Seconds between looks at calls about which nothing was heard: deadlines pass without a fact."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
INVITE_TRIES = 3
LOOPS = 4
"""How often the hold prompt is played in one go."""
AT_ONCE = 8
"""Calls that are read from Graph at the same time."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Attempt:
    """A step that failed, and from when it may be tried again."""

    count: int
    again: float


@dataclass(slots=True)
class _Case:
    memory: Memory
    attempts: dict[Step, _Attempt] = field(default_factory=dict)
    running: dict[Step, asyncio.Task[None]] = field(default_factory=dict)


class Upkeep:
    """Keeps every live call going, while this relay leads. `now` is the relay's steady clock."""

    def __init__(
        self,
        hub: Hub,
        bot: Bot,
        claims: Claims,
        settings: Settings,
        journal: Journal,
        *,
        lead: Lead,
        now: Clock,
        new_id: Callable[[], IntentId],
    ) -> None:
        self._hub = hub
        self._journal = journal
        self._bot = bot
        self._claims = claims
        self._settings = settings
        self._lead = lead
        self._led = False
        self._now = now
        self._new_id = new_id
        self._cases: dict[CallId, _Case] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._unread: set[CallId] = set()
        self._reading = asyncio.Semaphore(AT_ONCE)
        hub.watch(self._noticed)
        hub.on_restart(self._take_over)

    @property
    def unread(self) -> int:
        """How many calls from before this relay led have not been asked about yet."""
        return len(self._unread) if self._lead.held else 0

    async def run(self) -> None:
        """Ask Graph about every call we knew, then keep looking until cancelled; again with each new lead."""
        try:
            while True:
                led, self._led = self._led, self._lead.held
                if self._led and not led:
                    self._take_over()
                for call in tuple(self._hub.world.calls.values()):
                    self._look_again_at(call)
                await asyncio.sleep(TICK)
        finally:
            # Not the cases' own lists: a step may outlive the call that it was about.
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _take_over(self) -> None:
        """Trust nothing that may have been missed: whoever led before may have stopped in the middle."""
        for id in self._cases.keys() - self._hub.world.calls.keys():
            self._close(id)
        now = self._now()
        for call in self._hub.world.calls.values():
            if not call.ended and self._lead.held:
                memory = self._case(call.id).memory
                memory.read_at = now
                memory.kept = call.established_at or now
                memory.orphan |= call.state is CallState.INCOMING and call.claim is not None
                self._unread.add(call.id)

    def check(self, call: CallId) -> None:
        """Ask Graph about a call soon, because nobody knows whether something happened."""
        known = self._hub.world.calls.get(call)
        if known is not None and not known.ended:
            self._case(call).memory.read_at = self._now()

    def _case(self, call: CallId) -> _Case:
        case = self._cases.get(call)
        if case is None:
            now = self._now()
            case = self._cases[call] = _Case(Memory(heard=now, kept=now, orphan=self._lead.grace > 0))
        return case

    def _noticed(self, known: Call | None, call: Call | None, event: Event) -> None:
        if call is None:
            return
        if call.ended:
            self._close(call.id)
            return
        case, now = self._case(call.id), self._now()
        memory = case.memory
        memory.heard = now
        if is_doubtful(event):
            memory.read_at = memory.heard
        # Who came before the bot is not told one by one (REFERENCE §10.6), so a new roster is read once.
        new = call.group and not (known and known.group)
        if memory.roster_at is None and (new or has_gap(known, event) or is_unordered(event)):
            memory.roster_at = now + self._settings.roster_delay
        # Not as this fact left it: what was done about it may have been kept together with it.
        newest = self._hub.world.calls.get(call.id)
        if newest is not None and not newest.ended:
            self._look_at(newest, case, now)

    def _close(self, call: CallId) -> None:
        self._unread.discard(call)
        self._cases.pop(call, None)
        self._bot.forget(call)

    def _look_again_at(self, call: Call) -> None:
        if not call.ended:
            self._look_at(call, self._case(call.id), self._now())

    def _look_at(self, call: Call, case: _Case, now: float) -> None:
        lead = self._lead
        answered = self._bot.is_answered(call.id)
        for step in due(call, case.memory, now, self._settings, answered=answered, grace=lead.grace):
            # Who does not lead only asks about what has come into doubt here.
            if not lead.held and not (step is Step.READ and case.memory.read_at is not None):
                continue
            attempt = case.attempts.get(step)
            if step in case.running or (attempt is not None and now < attempt.again):
                continue
            task = asyncio.create_task(self._take(step, call.id, case), name=f"{step} {call.id}")
            case.running[step] = task
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _take(self, step: Step, id: CallId, case: _Case) -> None:
        try:
            await self._do(step, id, case.memory)
        except ConsoleError as error:
            await self._failed(step, id, case, error)
        except Exception:
            # An edge like a request: a mistake in one step of one call must not end the care for the others.
            log.exception("a step failed unexpectedly: %s", step, extra={"call": id})
            case.attempts[step] = _Attempt(LOOPS, self._now() + LONGEST_PAUSE)
        else:
            case.attempts.pop(step, None)
        finally:
            case.running.pop(step, None)
            if step is Step.READ:
                self._unread.discard(id)
        call = self._hub.world.calls.get(id)
        if call is not None:
            self._look_again_at(call)

    async def _failed(self, step: Step, id: CallId, case: _Case, error: ConsoleError) -> None:
        known = case.attempts.get(step)
        count = known.count + 1 if known else 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (count - 1))
        case.attempts[step] = _Attempt(count, self._now() + pause)
        if count == 1:
            # A call may end, and an operator may answer it, at any moment; that is no trouble.
            raced = isinstance(error, WrongState) and step in (Step.ANSWER, Step.RESCUE)
            level = logging.INFO if raced or isinstance(error, CallGone) else logging.WARNING
            log.log(level, "could not %s: %s", step, error.code, extra={"call": id})
        if isinstance(error, CallGone) and step is not Step.READ:
            case.memory.read_at = self._now()
        elif step in (Step.ANSWER, Step.RESCUE) and isinstance(error, WrongState):
            case.memory.orphan = False
            case.memory.read_at = self._now()
        elif step is Step.INVITE and (count >= INVITE_TRIES or isinstance(error, NotAllowed | WrongState)):
            # The operator cannot be rung, so the caller must become everybody's again.
            call = self._hub.world.calls.get(id)
            case.attempts.pop(step)
            if call is not None and call.claim is not None:
                await self._claims.release(id, call.claim.operator)

    async def _do(self, step: Step, id: CallId, memory: Memory) -> None:
        match step:
            case Step.READ:
                await self._read(id, memory)
            case Step.ANSWER:
                await self._answer(id, step)
            case Step.RESCUE:
                await self._rescue(id)
            case Step.INVITE:
                await self._bot.invite_operator(id)
            case Step.RELEASE:
                call = self._hub.world.calls.get(id)
                if call is not None and call.claim is not None:
                    await self._claims.release(id, call.claim.operator)
            case Step.HUSH:
                call = self._hub.world.calls.get(id)
                await calls.cancel_media(self._bot.graph, id, intent=self._new_id())
                memory.hushed = call.prompt.operation if call and call.prompt else None
            case Step.PLAY:
                await self._play(id)
            case Step.ROSTER:
                memory.roster_at = None
                await self._bot.read_roster(id)
            case Step.KEEP_ALIVE:
                await calls.keep_alive(self._bot.graph, id)
                memory.kept = self._now()

    async def _read(self, id: CallId, memory: Memory) -> None:
        asked = memory.read_at
        try:
            async with self._reading:
                await self._bot.look(id)
        except CallGone:
            return  # it has been noted as ended
        except ConsoleError:
            memory.read_at = self._now() + FIRST_PAUSE
            raise
        if memory.read_at == asked:
            memory.read_at = None

    async def _rescue(self, id: CallId) -> None:
        call = self._hub.world.calls.get(id)
        if self._claims.is_pending(id) or (call is not None and call.claim is not None):
            return  # somebody has just taken it
        await self._answer(id, Step.RESCUE)
        call = self._hub.world.calls.get(id)
        if call is not None and rescue_rule(call, self._settings) is Rescue.RESCUE:
            await self._hub.append(CallRescued(call=id, key=f"rescued:{id}", at=self._now()))

    async def _answer(self, id: CallId, why: Step) -> None:
        """The one thing that the relay does to a caller by itself: the audit shows that it was the relay."""
        intent = self._new_id()
        deed = Deed(f"relay.{why}", None, id, intent)
        await self._journal.carry_out(deed, lambda: self._bot.answer(id, intent))

    async def _play(self, id: CallId) -> None:
        call = self._hub.world.calls.get(id)
        name = wanted_prompt(call) if call is not None else ""
        if not name:
            return
        operation = await self._bot.play(id, [name] * (LOOPS if name == "hold" else 1), self._new_id())
        key = f"prompt:{operation or self._new_id()}"
        await self._hub.append(
            PromptStarted(call=id, key=key, at=self._now(), operation=operation, name=name)
        )
