"""Every declared action as a QAction, with what it needs gathered from the operator's choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from console.actions import ACTIONS, Action
from console.actions.runner import Runner
from console.domain.calls import Call, Situation
from console.domain.ids import CallId
from console.domain.people import Identity, IdentityKind, Person
from console.domain.text import Text
from console.domain.world import World
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.labels import button_text, tooltip
from console.ui.language import say, tr
from console.ui.selection import Selection

AskReason = Callable[[str, tuple[str, ...], Callable[[str | None], None]], object]
"""Asks for a few words: a title, suggestions, and what to do with the answer (None: never mind)."""

PARK_REASONS = (Text("Looking for the colleague"), Text("Back in a minute"), Text("Looking something up"))
_NOBODY = Text("Nobody rings and nobody waits.")
"""Why F2 does nothing: it needs no chosen call, only a caller."""
_SOMEBODY = Identity(IdentityKind.UNKNOWN, "somebody", "Somebody")
"""Stands for a person who is yet to be chosen, so that the rest of a refusal can be judged before."""


class Commands(QObject):
    """The actions of the desk as Qt sees them.

    The same rules apply to a button, a menu entry, a key and a row of the palette: `trigger` gathers what the
    action needs from the selection, asks for what is missing, and says why when it cannot be done now.
    """

    refused = Signal(str)
    """Why the press just now did nothing."""
    seeking = Signal(object)
    """This Action waits for a person: the people search should take the keyboard. None: not any more."""
    refreshed = Signal()
    """Reasons may have changed."""

    def __init__(
        self,
        runner: Runner,
        selection: Selection,
        frames: Frames,
        icons: Icons,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._selection = selection
        self._wanted: Action | None = None
        self._wanted_call: CallId | None = None
        self._actions = {id: self._make(action, icons) for id, action in ACTIONS.items()}
        self._reasons: dict[str, str | None] = {}
        self.ask_reason: AskReason | None = None
        self.open_meeting: Callable[[], None] | None = None
        frames.changed.connect(self.refresh)
        frames.ticked.connect(self.refresh)
        selection.changed.connect(self.refresh)
        self.refresh()

    # -- what can be done --------------------------------------------------------------------------

    def action(self, id: str) -> QAction:
        """The QAction of the declared action `id`: for menus and for buttons that follow the selection."""
        return self._actions[id]

    def reason(self, id: str) -> str | None:
        """Why `id` cannot be done now with what is chosen, or None. F2 also counts the next caller."""
        return self._reasons.get(id)

    def refusal(self, id: str, call: CallId | None) -> str | None:
        """Why `id` cannot be done now to exactly this call, or None; a person may still be missing."""
        why = self._judged(ACTIONS[id], call)[1]
        return say(why) if why else None

    def lacking(self, id: str, call: CallId) -> Text | None:
        """What Microsoft's cloud lacks for doing `id` to `call`, whoever presses, or None."""
        return self._runner.lacking(ACTIONS[id], call)

    def person_verb(self) -> Action:
        """What Enter does with a person: what was asked for, else what suits the chosen call."""
        if self._wanted is not None:
            return self._wanted
        call = self._runner.store.view.calls.get(self._selection.call or CallId(""))
        match call.situation if call else None:
            case Situation.RINGING:
                return ACTIONS["call.redirect"]
            case Situation.WAITING | Situation.TALKING | Situation.ON_HOLD:
                lacking = call is not None and self.lacking("call.transfer", call.id)
                return ACTIONS["participant.invite" if lacking else "call.transfer"]
        return ACTIONS["person.call"]

    @property
    def wanted(self) -> Action | None:
        """The verb that waits for a person to be chosen."""
        return self._wanted

    @property
    def wanted_call(self) -> CallId | None:
        """The call that the verb waiting for a person is about."""
        return self._wanted_call

    def refresh(self, *_: object) -> None:
        """Judge every action again and tell the QActions."""
        changed = False
        for id, qaction in self._actions.items():
            why = self._judge(ACTIONS[id])
            if id in self._reasons and self._reasons[id] == why:
                continue
            changed = True
            self._reasons[id] = why
            qaction.setEnabled(why is None)
            qaction.setStatusTip(why or say(ACTIONS[id].summary))
            qaction.setToolTip(tooltip(hint(ACTIONS[id], why)))
        if changed:
            self.refreshed.emit()

    # -- doing it ----------------------------------------------------------------------------------

    def trigger(self, id: str, call: CallId | None = None) -> None:
        """Do `id` to `call`, or to what is chosen. Asks for what is missing; says why when it cannot."""
        action = ACTIONS[id]
        target = call or self._call_for(action)
        args, why = self._judged(action, target)
        if why is not None:
            self.refused.emit(say(why))
        elif "meeting" in action.needs:
            if self.open_meeting is not None:
                self.open_meeting()
        elif "person" in action.needs and self._selection.person is None:
            self._seek(action, target)
        elif "reason" in action.needs and self.ask_reason is not None:
            self._ask(action, args)
        else:
            self._start(action, args)

    def with_person(self, person: Person) -> None:
        """Enter on a person: do the verb that waits for one, else the one that suits the chosen call."""
        action, call = self.person_verb(), self._wanted_call or self._selection.call
        self._selection.person = person
        self.let_go()
        self.trigger(action.id, call if "call" in action.needs else None)

    def let_go(self) -> None:
        """Forget the verb that waits for a person: Escape backs out."""
        if self._wanted is not None:
            self._wanted = self._wanted_call = None
            self.seeking.emit(None)

    def press(self, keys: str) -> None:
        """A key that several verbs share does the first that is possible now, or says why none is."""
        sharing = [action for action in ACTIONS.values() if action.keys == keys]
        able = next((a for a in sharing if self._judge(a) is None), None)
        if able is not None:
            self.trigger(able.id)
            return
        call = self._runner.store.view.calls.get(self._selection.call or CallId(""))
        ringing = call is not None and call.situation is Situation.RINGING
        # The verbs for ringing calls are declared before those for calls that are up.
        self.refused.emit(self._judge(sharing[0 if ringing else -1]) or "")

    def undo(self) -> None:
        """Undo the newest press that still waits."""
        if not self._runner.undo():
            self.refused.emit(tr("There is nothing to undo."))

    # -- keys --------------------------------------------------------------------------------------

    def listen_keys(self, window: QWidget) -> None:
        """Let the keys of all verbs work anywhere in `window`, but those for a participant."""
        keys = {a.keys: a for a in ACTIONS.values() if a.keys and "participant" not in a.needs}
        for key in keys:
            self._shortcut(key, window, Qt.ShortcutContext.WindowShortcut)

    def listen_participant_keys(self, roster: QWidget) -> None:
        """Let M and Delete work while `roster` has the keyboard: elsewhere letters start a search."""
        for action in ACTIONS.values():
            if action.keys and "participant" in action.needs:
                self._shortcut(action.keys, roster, Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _shortcut(self, keys: str, widget: QWidget, context: Qt.ShortcutContext) -> None:
        shortcut = QShortcut(widget)
        shortcut.setKeys(list(_variants(keys)))
        shortcut.setContext(context)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: self.press(keys))

    # -- inside ------------------------------------------------------------------------------------

    def _make(self, action: Action, icons: Icons) -> QAction:
        made = QAction(button_text(say(action.title)), self)
        made.setObjectName(action.id)
        made.setIconText(say(action.title))
        icons.dress(made, action.icon, "danger" if action.dangerous else "text_muted")
        if action.keys:
            # Shown in menus only: two actions may share a key, and Qt would then run neither.
            made.setShortcut(QKeySequence(action.keys))
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        made.triggered.connect(lambda: self.trigger(action.id))
        return made

    def _judge(self, action: Action) -> str | None:
        return self.refusal(action.id, self._call_for(action))

    def _judged(self, action: Action, call: CallId | None) -> tuple[tuple[Any, ...], Text | None]:
        """What the action is given, and why it cannot be done: first what no choice can change."""
        if lacking := self._runner.lacking(action):
            return (), lacking
        args, why = self._gather(action, call)
        return args, why or self._runner.refusal(action, *args)

    def _call_for(self, action: Action) -> CallId | None:
        """The chosen call; for Answer the next caller when the chosen call cannot be answered."""
        chosen = self._selection.call
        if action.id != "call.answer":
            return chosen
        if chosen is not None and self._runner.refusal(action, chosen) is None:
            return chosen
        able = (c.id for c in in_turn(self._runner.store.view) if not self._runner.refusal(action, c.id))
        return next(able, chosen)

    def _gather(self, action: Action, call: CallId | None) -> tuple[tuple[Any, ...], Text | None]:
        args: list[Any] = []
        for need in action.needs:
            match need:
                case "call" if call is None:
                    return (), _NOBODY if action.id == "call.answer" else Text("Choose a call first.")
                case "call":
                    args.append(call)
                case "participant" if self._selection.participant is None:
                    return (), Text("Choose a participant first.")
                case "participant":
                    args.append(self._selection.participant)
                case "person":
                    person = self._selection.person
                    args.append(person.identity if person else _SOMEBODY)
        return tuple(args), None

    def _seek(self, action: Action, call: CallId | None) -> None:
        self._wanted = action
        self._wanted_call = call if "call" in action.needs else None
        self.seeking.emit(action)

    def _ask(self, action: Action, args: tuple[Any, ...]) -> None:
        def answered(reason: str | None) -> None:
            if reason is not None:
                self._start(action, (*args, reason))

        if self.ask_reason is not None:
            title = tr("{action}: why?", action=action.title)
            self.ask_reason(title, tuple(say(reason) for reason in PARK_REASONS), answered)

    def _start(self, action: Action, args: tuple[Any, ...]) -> None:
        self._runner.start(action, *args)
        if action.id == "call.answer":
            self._selection.call = args[0]


def in_turn(world: World) -> Iterable[Call]:
    """The callers whom nobody has, in the order of answering: least time left, then longest wait."""
    free = [(call, call.situation) for call in world.calls.values() if call.live and not call.claim]
    ringing = (call for call, situation in free if situation is Situation.RINGING and call.identified)
    yield from sorted(ringing, key=lambda c: (c.deadline, c.id))
    waiting = (call for call, situation in free if situation is Situation.WAITING and call.identified)
    yield from sorted(waiting, key=lambda c: (c.parked is not None, c.waiting_since, c.id))


def hint(action: Action, why: str | None) -> str:
    """What a tooltip says about an action: its name and key, and what it does or why it cannot be done."""
    title = say(action.title)
    head = f"{title} ({key_text(action.keys)})" if action.keys else title
    return f"{head}\n{why or say(action.summary)}"


def key_text(keys: str) -> str:
    """A key as people read it: "Ctrl+Enter"."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText).replace("Return", "Enter")


def _variants(keys: str) -> Iterable[QKeySequence]:
    yield QKeySequence(keys)
    if keys == "Ctrl+Return":  # the Enter key of the number block
        yield QKeySequence(QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Enter))
