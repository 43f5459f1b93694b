"""The declaration of an action. Every surface reads this list; nothing else defines a command."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from console.domain.calls import Call
from console.domain.ids import IntentId
from console.domain.people import Operator
from console.domain.text import Text
from console.domain.world import World
from console.graph.client import GraphClient
from console.store.intents import Verdict

OPERATOR = "Operator"
SUPERVISOR = "Supervisor"


@dataclass(frozen=True, slots=True)
class Desk:
    """What an action is judged against: the view, who presses, their app roles, the time (UTC seconds).

    `closed_lines` are the lines, by id, that other supervisors look after.
    """

    world: World
    me: Operator
    roles: frozenset[str]
    now: float
    closed_lines: frozenset[str] = frozenset()

    def supervises(self, call: Call) -> bool:
        """True when the relay would let this operator step in on another's call of that line."""
        return SUPERVISOR in self.roles and (call.line.id if call.line else "") not in self.closed_lines


@dataclass(frozen=True, slots=True)
class Context:
    """What an action may use when it runs."""

    intent: IntentId
    desk: Desk
    graph: GraphClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing an operator can do.

    `needs` names its arguments in order ("call", "person", "participant", "reason", "meeting"), so that a
    surface knows what to ask for. `operation` is its row in the operations table, which knows the permission
    and whether the relay is needed. `refuse(desk, *args)` gives the reason it cannot be done now, or None.
    `sends(world, *args)` names what its request holds that not every cloud takes.
    `predict(desk, world, *args)` is the world when it has worked; `judge(before, truth, desk, *args)` finds
    the answer in the truth; without `judge` Graph's reply is the answer. `patience`: seconds to wait for it.
    """

    id: str
    title: Text
    doing: Text
    icon: str
    operation: str
    keys: str
    needs: tuple[str, ...]
    places: tuple[str, ...]
    role: str
    run: Callable[..., Awaitable[Any]]
    refuse: Callable[..., Text | None]
    sends: Callable[..., tuple[str, ...]]
    predict: Callable[..., World]
    judge: Callable[..., Verdict | None] | None
    undoable: bool
    dangerous: bool
    patience: float

    @property
    def help(self) -> tuple[Text, ...]:
        """The help text: the paragraphs of the function's docstring."""
        return tuple(Text(" ".join(p.split())) for p in (inspect.getdoc(self.run) or "").split("\n\n") if p)

    @property
    def summary(self) -> Text:
        return self.help[0] if self.help else self.title


def unchanged(desk: Desk, world: World, *args: Any) -> World:
    """The prediction of an action that changes nothing on screen."""
    return world


def plain(world: World, *args: Any) -> tuple[str, ...]:
    """What an action sends that every cloud takes."""
    return ()


class Registry(dict[str, Action]):
    """Actions by id, in the order of their declaration."""

    def declare(
        self,
        id: str,
        *,
        title: str,
        doing: str,
        icon: str,
        operation: str,
        needs: tuple[str, ...],
        refuse: Callable[..., Text | None],
        judge: Callable[..., Verdict | None] | None = None,
        sends: Callable[..., tuple[str, ...]] = plain,
        predict: Callable[..., World] = unchanged,
        keys: str = "",
        places: tuple[str, ...] = (),
        role: str = OPERATOR,
        undoable: bool = False,
        dangerous: bool = False,
        patience: float = 15.0,
    ) -> Callable[[Callable[..., Awaitable[Any]]], Action]:
        """Declare the decorated coroutine function as an action and return the Action in its place.

        Title, doing and docstring are English and become keys of the catalogue. Raises
        ValueError when the id is taken.
        """

        def finish(run: Callable[..., Awaitable[Any]]) -> Action:
            if id in self:
                raise ValueError(f"action {id!r} is declared twice")
            self[id] = Action(
                id=id,
                title=Text(title),
                doing=Text(doing),
                icon=icon,
                operation=operation,
                keys=keys,
                needs=needs,
                places=places,
                role=role,
                run=run,
                refuse=refuse,
                sends=sends,
                predict=predict,
                judge=judge,
                undoable=undoable,
                dangerous=dangerous,
                patience=patience,
            )
            return self[id]

        return finish


ACTIONS = Registry()
