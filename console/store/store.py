"""Confirmed truth, pending intents laid over it, and one signal when the view changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from console.domain.events import Event
from console.domain.ids import CallId, IntentId
from console.domain.reduce import reduce
from console.domain.world import World
from console.store.intents import Intent, Verdict

Listener = Callable[[World, World], None]
"""Called with the view before and after; calls that did not change are the same objects in both."""

Settled = Callable[[Intent, Verdict], None]


class Store:
    """The one place that holds the picture. Everything happens on the caller's thread."""

    def __init__(self, world: World | None = None) -> None:
        self._truth = world or World()
        self._view = self._truth
        self._intents: dict[IntentId, Intent] = {}
        self._listeners: list[Listener] = []
        self._settled: list[Settled] = []

    @property
    def truth(self) -> World:
        """What the relay told, and nothing else."""
        return self._truth

    @property
    def view(self) -> World:
        """What the operator sees: the truth with every pending intent already done."""
        return self._view

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change of the view; returns the function that stops it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def on_settled(self, listener: Settled) -> None:
        """Call `listener` with every intent that the world answered."""
        self._settled.append(listener)

    def pending(self, call: CallId) -> tuple[Intent, ...]:
        """The intents about one call, oldest first."""
        return tuple(i for i in self._intents.values() if i.call == call)

    def apply(self, events: Iterable[Event]) -> None:
        """Fold events into the truth, in their order, and tell listeners once."""
        truth = self._truth
        for event in events:
            truth = reduce(truth, event)
        self.replace(truth)

    def replace(self, truth: World) -> None:
        """Take a whole new truth: a snapshot, or what `apply` folded."""
        self._truth = truth
        answered = [(i, v) for i in self._intents.values() if (v := i.judge(truth)) is not None]
        for intent, _ in answered:
            del self._intents[intent.id]
        self._refresh()
        for intent, verdict in answered:
            for listener in tuple(self._settled):
                listener(intent, verdict)

    def expect(self, intent: Intent) -> None:
        """Show `intent` as done until the world answers, it is forgotten, or it expires."""
        self._intents[intent.id] = intent
        self._refresh()

    def forget(self, id: IntentId) -> bool:
        """Take an intent back; the view falls back to the truth. False when it had already gone."""
        if self._intents.pop(id, None) is None:
            return False
        self._refresh()
        return True

    def expire(self, now: float) -> tuple[Intent, ...]:
        """Forget and return the intents whose time is over at `now` (UTC seconds)."""
        overdue = tuple(i for i in self._intents.values() if i.expires <= now)
        for intent in overdue:
            del self._intents[intent.id]
        if overdue:
            self._refresh()
        return overdue

    def _refresh(self) -> None:
        before, view = self._view, self._truth
        for intent in self._intents.values():
            view = intent.predict(view)
        if view is before:
            return
        self._view = view
        for listener in tuple(self._listeners):
            listener(before, view)
