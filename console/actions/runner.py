"""The one road from a press to the outside world: permit, predict, wait for undo, send, settle, record."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.actions.registry import OPERATOR, SUPERVISOR, Action, Context, Desk
from console.domain.calls import Situation
from console.domain.errors import ConsoleError, OutcomeUnknown, Refused
from console.domain.ids import CallId, IntentId
from console.domain.people import Operator
from console.domain.text import NOTHING, Text
from console.domain.world import World
from console.graph import calls
from console.graph.catalogue import DESK
from console.graph.client import GraphClient
from console.graph.operations import Identity
from console.store.intents import Intent, Verdict
from console.store.store import Store

log = logging.getLogger(__name__)

SPARE = 2.5
"""Seconds of a ringing call's time that undo never uses up."""

_NOBODY = Text("Nobody is signed in.")
_ROLE_NEEDED = {
    OPERATOR: Text("This needs the Operator role."),
    SUPERVISOR: Text("This needs the Supervisor role."),
}


class NoticeKind(StrEnum):
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    UNDONE = "undone"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the operator should read: what became of a press. Plain text.

    `request_id` is what Microsoft's support asks for, empty where nothing was sent.
    """

    kind: NoticeKind
    action: Action
    text: Text
    remedy: Text = NOTHING
    call: CallId | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A press that can still be undone until `until` (UTC seconds)."""

    intent: IntentId
    action: Action
    args: tuple[Any, ...]
    until: float


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the audit trail: ids only, no names and no numbers."""

    at: float
    stage: str
    action: str
    intent: IntentId
    call: CallId | None
    detail: str = ""


class Runner:
    """Carries out actions. `unlinked()` gives the reason why the relay cannot be reached, or None."""

    def __init__(
        self,
        store: Store,
        graph: GraphClient,
        *,
        now: Callable[[], float],
        unlinked: Callable[[], Text | None],
        audit: Callable[[Record], None],
        undo_seconds: float = 3.0,
    ) -> None:
        self.store = store
        self._graph = graph
        self._now = now
        self._unlinked = unlinked
        self._audit = audit
        self._undo_seconds = undo_seconds
        self._me: Operator | None = None
        self._roles: frozenset[str] = frozenset()
        self._closed_lines: frozenset[str] = frozenset()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._waiting: dict[IntentId, tuple[Waiting, asyncio.Event]] = {}
        self._actions: dict[IntentId, Action] = {}
        self._notices: list[Callable[[Notice], None]] = []
        self._undo_listeners: list[Callable[[tuple[Waiting, ...]], None]] = []
        store.on_settled(self._settled)

    # -- who is pressing ---------------------------------------------------------------------------

    def identify(
        self, me: Operator | None, roles: frozenset[str], closed_lines: frozenset[str] = frozenset()
    ) -> None:
        """The relay said who is signed in, what their token allows and which lines others supervise."""
        self._me, self._roles, self._closed_lines = me, roles, closed_lines

    @property
    def me(self) -> Operator | None:
        return self._me

    def desk(self) -> Desk | None:
        """What actions are judged against now; None while nobody is signed in."""
        if self._me is None:
            return None
        return Desk(self.store.view, self._me, self._roles, self._now(), self._closed_lines)

    # -- what can be done --------------------------------------------------------------------------

    def lacking(self, action: Action, *args: Any) -> Text | None:
        """Return what Microsoft's cloud lacks for `action`, whoever presses, or None.

        Without arguments only what it lacks for every call and person.
        """
        sends = action.sends(self.store.view, *args) if args else ()
        return self._graph.lacks(action.operation, sends)

    def refusal(self, action: Action, *args: Any) -> Text | None:
        """Return why `action` cannot be done now, in the operator's words, or None."""
        if why := self.lacking(action, *args):
            return why
        desk = self.desk()
        if desk is None:
            return _NOBODY
        if action.role not in self._roles:
            return _ROLE_NEEDED[action.role]
        needs_relay = DESK[action.operation].identity is Identity.BOT
        if needs_relay and (why := self._unlinked()):
            return why
        return action.refuse(desk, *args)

    def listen(self, listener: Callable[[Notice], None]) -> None:
        """Call `listener` with what became of each press."""
        self._notices.append(listener)

    def listen_undo(self, listener: Callable[[tuple[Waiting, ...]], None]) -> None:
        """Call `listener` with the presses that can be undone, whenever they change."""
        self._undo_listeners.append(listener)

    # -- doing it ----------------------------------------------------------------------------------

    def start(self, action: Action, *args: Any) -> asyncio.Task[Any]:
        """Run `action` as a named task that is kept and reports its own failure; the task never raises."""
        task = asyncio.get_running_loop().create_task(self._guarded(action, args), name=action.id)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def run(self, action: Action, *args: Any) -> Any:
        """Carry out `action` and return what its function returns, or None when it was undone.

        Raises a ConsoleError when it was refused or failed; the view has then fallen back to the truth.
        """
        intent_id = IntentId(str(uuid.uuid4()))
        call = _call_of(action, args)
        if why := self.refusal(action, *args):
            self._record("refused", action, intent_id, call, str(why))
            raise Refused(why)
        desk = self._require_desk()
        self._expect(intent_id, action, args, desk, call)
        try:
            if action.undoable and await self._undone(intent_id, action, args):
                self._record("undone", action, intent_id, call)
                self._tell(
                    NoticeKind.UNDONE, action, Text("{action} undone.", action=action.title), call=call
                )
                return None
            self._record("sent", action, intent_id, call)
            result = await action.run(Context(intent_id, desk, self._graph), *args)
        except OutcomeUnknown as error:
            self._record("unknown", action, intent_id, call, _detail(error))
            self._look_again(call)
            raise
        except ConsoleError as error:
            self._forget(intent_id)
            self._record("failed", action, intent_id, call, _detail(error))
            raise
        except asyncio.CancelledError as cancelled:
            self._forget(intent_id)
            in_doubt = isinstance(cancelled.__cause__, OutcomeUnknown)
            self._record("unknown" if in_doubt else "failed", action, intent_id, call, "cancelled")
            raise
        except BaseException:
            self._forget(intent_id)
            self._record("failed", action, intent_id, call, "unexpected")
            raise
        self._record("accepted", action, intent_id, call)
        return result

    def undo(self) -> bool:
        """Undo the newest press that can still be undone; False when there is none."""
        if not self._waiting:
            return False
        _, undone = self._waiting[next(reversed(self._waiting))]
        undone.set()
        return True

    def tick(self) -> None:
        """Drop intents whose time is over, say so, and re-read their calls. Called a few times a second."""
        for intent in self.store.expire(self._now()):
            action = self._actions.pop(intent.id, None)
            self._look_again(intent.call)
            if action is not None:
                self._record("unconfirmed", action, intent.id, intent.call)
                text = Text("{action} was not confirmed by Teams.", action=action.title)
                remedy = Text("The call is being checked.")
                self._tell(NoticeKind.UNCONFIRMED, action, text, remedy, intent.call)

    async def close(self) -> None:
        """Cancel what is still running and wait for it."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _require_desk(self) -> Desk:
        desk = self.desk()
        if desk is None:
            raise Refused(_NOBODY)
        return desk

    # -- inside ------------------------------------------------------------------------------------

    async def _guarded(self, action: Action, args: tuple[Any, ...]) -> Any:
        call = _call_of(action, args)
        try:
            return await self.run(action, *args)
        except Refused as error:
            self._tell(NoticeKind.REFUSED, action, error.sentence, error.remedy, call)
        except ConsoleError as error:
            text = Text("{action} failed. {why}", action=action.title, why=error.sentence)
            self._tell(NoticeKind.FAILED, action, text, error.remedy, call, error.request_id or "")
        except Exception:
            log.exception("action %s failed", action.id)
            text = Text("{action} failed unexpectedly.", action=action.title)
            self._tell(NoticeKind.FAILED, action, text, Text("See the log."), call)
        return None

    def _expect(
        self, id: IntentId, action: Action, args: tuple[Any, ...], desk: Desk, call: CallId | None
    ) -> None:
        judge = action.judge
        if judge is None:
            return
        before = self.store.truth

        def judged(truth: World) -> Verdict | None:
            return None if id in self._waiting else judge(before, truth, desk, *args)

        self._actions[id] = action
        self.store.expect(
            Intent(
                id=id,
                action=action.id,
                call=call,
                doing=action.doing,
                expires=self._now() + action.patience + (self._undo_seconds if action.undoable else 0.0),
                predict=lambda world: action.predict(desk, world, *args),
                judge=judged,
            )
        )

    async def _undone(self, id: IntentId, action: Action, args: tuple[Any, ...]) -> bool:
        seconds = self._undo_time(action, args)
        if seconds <= 0:
            return False
        undone = asyncio.Event()
        self._waiting[id] = (Waiting(id, action, args, self._now() + seconds), undone)
        self._tell_undo()
        try:
            async with asyncio.timeout(seconds):
                await undone.wait()
        except TimeoutError:
            return False
        finally:
            del self._waiting[id]
            self._tell_undo()
        self._forget(id)
        return True

    def _undo_time(self, action: Action, args: tuple[Any, ...]) -> float:
        call = self.store.truth.calls.get(_call_of(action, args) or CallId(""))
        if call is not None and call.situation is Situation.RINGING:
            return min(self._undo_seconds, call.deadline - self._now() - SPARE)
        return self._undo_seconds

    def _forget(self, id: IntentId) -> None:
        self._actions.pop(id, None)
        self.store.forget(id)

    def _settled(self, intent: Intent, verdict: Verdict) -> None:
        action = self._actions.pop(intent.id, None)
        if action is None:
            return
        self._record("failed" if verdict.failed else "settled", action, intent.id, intent.call)
        if verdict.failed:
            self._tell(NoticeKind.FAILED, action, verdict.failed, call=intent.call)
        else:
            self._tell(NoticeKind.DONE, action, action.title, call=intent.call)

    def _look_again(self, call: CallId | None) -> None:
        if call is None:
            return
        task = asyncio.get_running_loop().create_task(self._read(call), name=f"re-read {call}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self, call: CallId) -> None:
        """Ask the relay to look: what it finds reaches every console as a fact."""
        try:
            await calls.get(self._graph, call)
        except ConsoleError as error:
            log.info("re-reading a call failed: %s", error.code)

    def _tell(
        self,
        kind: NoticeKind,
        action: Action,
        text: Text,
        remedy: Text = NOTHING,
        call: CallId | None = None,
        request_id: str = "",
    ) -> None:
        notice = Notice(kind, action, text, remedy, call, request_id)
        for listener in tuple(self._notices):
            listener(notice)

    def _tell_undo(self) -> None:
        waiting = tuple(w for w, _ in self._waiting.values())
        for listener in tuple(self._undo_listeners):
            listener(waiting)

    def _record(
        self, stage: str, action: Action, intent: IntentId, call: CallId | None, detail: str = ""
    ) -> None:
        self._audit(Record(self._now(), stage, action.id, intent, call, detail))


def _detail(error: ConsoleError) -> str:
    return f"{error.code} request={error.request_id}" if error.request_id else error.code


def _call_of(action: Action, args: tuple[Any, ...]) -> CallId | None:
    return CallId(args[0]) if action.needs[:1] == ("call",) and args else None
