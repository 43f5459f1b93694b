"""What one row of the operations table says; the rows themselves are in `table/`, one module per noun.

The console sends the operator's operations straight to Graph and the bot's to the relay, which offers the
same paths. The relay sends the bot's to Graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict, Unpack


class Identity(StrEnum):
    """Whose token an operation is sent with."""

    OPERATOR = "operator"
    BOT = "bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that Graph can be asked to do.

    `permissions`: any one of them is enough, the least privileged comes first (REFERENCE §1.1, §2, §5, §6).
    `deadline` is seconds for the whole exchange. `confirmed_by`: what shows that it really happened.
    `withheld`: why the relay does not offer it to operators. `watches`: what a subscription is about.
    """

    name: str
    method: str
    path: str
    identity: Identity
    permissions: tuple[str, ...]
    success: tuple[int, ...]
    sentence: str
    deadline: float = 10.0
    confirmed_by: str = "the answer"
    relay_only: bool = False
    withheld: str = ""
    watches: str = ""

    @property
    def permission(self) -> str:
        """The least privileged permission for it, empty when none is needed."""
        return self.permissions[0] if self.permissions else ""

    @property
    def reads(self) -> bool:
        """True when it may be sent again without changing anything."""
        return self.method == "GET" or self.name in _READING_POSTS

    @property
    def offered(self) -> bool:
        """True when an operator may have the relay do it."""
        return self.identity is Identity.BOT and not self.withheld


_READING_POSTS = frozenset({"presence.many", "calendar.schedule", "batch.read"})


@dataclass(frozen=True, slots=True)
class Feature:
    """What people would call a feature: a switch in their minds, and the operations behind it.

    `basic` ones are part of every desk and are consented to from the start; the others when they are wanted.
    """

    key: str
    title: str
    sentence: str
    operations: tuple[Operation, ...]
    basic: bool = False

    @property
    def identity(self) -> Identity:
        """Whose token the feature needs; one feature never needs both."""
        return self.operations[0].identity


CALL = "/communications/calls/{call}"
PARTICIPANT = CALL + "/participants/{participant}"

INITIATE, MEDIA = "Calls.Initiate.All", "Calls.AccessMedia.All"
GROUP, JOIN, AS_GUEST = (
    "Calls.InitiateGroupCall.All",
    "Calls.JoinGroupCall.All",
    "Calls.JoinGroupCallAsGuest.All",
)

ESTABLISHED, ENDED = "call established", "call deleted"
FINISHED, ROSTER = "operation deleted", "roster updated"
NOT_AT_THE_DESK = "No action of the desk uses it."


class More(TypedDict, total=False):
    """What few rows say besides."""

    deadline: float
    confirmed_by: str
    relay_only: bool
    withheld: str
    watches: str


def by_bot(
    name: str, request: str, permissions: tuple[str, ...], sentence: str, **more: Unpack[More]
) -> Operation:
    """Return an operation for the bot's token alone. `request`: "METHOD /path" and its success statuses."""
    return _row(Identity.BOT, name, request, permissions, sentence, more)


def by_operator(
    name: str, request: str, permissions: tuple[str, ...], sentence: str, **more: Unpack[More]
) -> Operation:
    """Return an operation for an operator's own token. `request` is as in `by_bot`."""
    return _row(Identity.OPERATOR, name, request, permissions, sentence, more)


def _row(
    identity: Identity, name: str, request: str, permissions: tuple[str, ...], sentence: str, more: More
) -> Operation:
    method, path, *statuses = request.split()
    return Operation(
        name=name,
        method=method,
        path=path,
        identity=identity,
        permissions=permissions,
        success=tuple(int(status) for status in statuses),
        sentence=sentence,
        **more,
    )
