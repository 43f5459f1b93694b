"""What one line of the audit says, and the chain that joins it to the line before.

A line has a part that anybody may keep (which action, on which call, with what outcome, by which pseudonym)
and a part that names people. The chain covers the second only through its seal, so that names can be erased
after their time, or at a person's wish, and the chain still holds (SECURITY §8).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from console.domain.ids import CallId, IntentId
from console.relay.doorkeeper import Principal

START = bytes(32)
"""What the first line of a chain follows."""
NONCE = 16
"""Bytes of chance in a seal: without them a phone number could be found by trying all."""


class Stage(StrEnum):
    """Where an action stands. Every action that reaches Graph has INTENDED and one other, in that order."""

    INTENDED = "intended"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """No answer came: it may have happened."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The part without names. `at` is UTC seconds, `about` the number of the line that intended this."""

    n: int
    at: float
    stage: Stage
    action: str
    call: str = ""
    intent: str = ""
    who: str = ""
    role: str = ""
    tenant: str = ""
    about: int = 0
    code: str = ""
    graph_request: str = ""


class People(msgspec.Struct, frozen=True, kw_only=True):
    """The part that names people: the operator, the console's application, and who was acted upon."""

    operator: str = ""
    name: str = ""
    console: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """One action before it is written: who wants what of which call, and whom else it names."""

    action: str
    who: Principal | None
    """None for the relay's own steps."""
    call: CallId | None = None
    intent: IntentId | None = None
    others: Sequence[str] = ()

    def people(self) -> People:
        if self.who is None:
            return People(others=tuple(self.others))
        return People(
            operator=str(self.who.operator.id),
            name=self.who.operator.name,
            console=self.who.console,
            others=tuple(self.others),
        )


@dataclass(frozen=True, slots=True)
class Link:
    """A line as it is kept: its bytes, the seal of its names, and the head of the chain after it."""

    n: int
    body: bytes
    seal: bytes
    head: bytes


def canonical(value: Line | People) -> bytes:
    """Return JSON with sorted members: the same value is always the same bytes."""
    return msgspec.json.encode(value, order="sorted")


def seal(nonce: bytes, names: bytes) -> bytes:
    return hashlib.sha256(nonce + names).digest()


def link(key: bytes, before: bytes, line: Line, sealed: bytes) -> Link:
    """Return `line` joined to the chain whose head is `before`."""
    body = canonical(line)
    return Link(line.n, body, sealed, hmac.digest(key, before + body + sealed, hashlib.sha256))


def pseudonym(key: bytes, tenant: str, person: str) -> str:
    """Return a name for a person that tells two apart and says nothing without the key; empty for nobody."""
    if not person:
        return ""
    return hmac.digest(key, f"who|{tenant}|{person}".encode(), hashlib.sha256).hex()[:16]


def faults(key: bytes, links: Sequence[Link], before: bytes, first: int) -> list[str]:
    """Return what is wrong with a chain whose first line should be number `first`, one sentence for each.

    `before` is the head that the first line follows.
    """
    found: list[str] = []
    expected, head = first, before
    for one in links:
        if one.n != expected:
            missing = f"{expected}" if one.n == expected + 1 else f"{expected} to {one.n - 1}"
            found.append(f"Line {missing} is missing.")
        elif not hmac.compare_digest(hmac.digest(key, head + one.body + one.seal, hashlib.sha256), one.head):
            found.append(f"Line {one.n} was changed, or does not belong where it stands.")
        expected, head = one.n + 1, one.head
    return found
