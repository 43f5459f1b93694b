"""One exchange with Graph as a value and as text: the request, the answer, and what Graph told afterwards.

The text is in the form that editors know as .http: parts behind `###`, each with its first line, its headers
and its body. JSON is written out over several lines, so that people and `diff` can read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NOTHING = object()
"""The body of a message that has none; None is JSON's null."""

_BINARY = re.compile(r"\((?P<kind>[\w.+-]+/[\w.+-]+)\)")
_PART = re.compile(r"^### (.*)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Binary:
    """A body that is not JSON and is never kept: only its media type is."""

    kind: str


@dataclass(frozen=True, slots=True)
class Message:
    """`start` is the request line without its version, or the status line without its version.

    `body` is JSON, a Binary or NOTHING.
    """

    start: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = NOTHING

    @property
    def status(self) -> int:
        """The status of an answer. Raises ValueError for a request."""
        return int(self.start.split(" ", 1)[0])


@dataclass(frozen=True, slots=True)
class Exchange:
    """`name` is the operation's (`calls/transfer`), `identity` whose token it was, application or delegated.

    An exchange without a request is something that Graph tells of its own accord.
    """

    name: str
    identity: str
    request: Message | None
    answer: Message | None
    told: tuple[Message, ...] = ()


def write(exchange: Exchange) -> str:
    """The text of an exchange; it ends with a newline."""
    parts = []
    if exchange.request is not None:
        parts.append((f"{exchange.name}, {exchange.identity}", exchange.request))
    if exchange.answer is not None:
        parts.append(("answer", exchange.answer))
    title = "notification" if exchange.request is not None else f"{exchange.name}, notification"
    parts += [(title, message) for message in exchange.told]
    return "\n".join(f"### {title}\n\n{_written(message)}" for title, message in parts)


def read(text: str) -> Exchange:
    """The exchange that `write` wrote. Raises ValueError for any other text."""
    parts = list(_parts(text))
    if not parts:
        raise ValueError("there is no exchange in this file")
    name, _, identity = parts[0][0].partition(", ")
    messages = [_read(part) for _, part in parts]
    if identity == "notification":
        return Exchange(name, "", None, None, tuple(messages))
    if len(messages) < 2 or parts[1][0] != "answer":
        raise ValueError("a request has no answer in this file")
    return Exchange(name, identity, messages[0], messages[1], tuple(messages[2:]))


def _written(message: Message) -> str:
    head = "\n".join([message.start, *(f"{name}: {value}" for name, value in message.headers)])
    if message.body is NOTHING:
        return f"{head}\n"
    if isinstance(message.body, Binary):
        return f"{head}\n\n({message.body.kind})\n"
    return f"{head}\n\n{json.dumps(message.body, indent=2, ensure_ascii=False)}\n"


def _parts(text: str) -> Iterator[tuple[str, str]]:
    found = list(_PART.finditer(text))
    for part, following in zip(found, [*found[1:], None], strict=True):
        yield part[1], text[part.end() : following.start() if following else len(text)]


def _read(part: str) -> Message:
    head, _, body = part.strip("\n").partition("\n\n")
    start, *lines = head.split("\n")
    headers = []
    for line in lines:
        name, colon, value = line.partition(": ")
        if not colon:
            raise ValueError(f"{line!r} is no header")
        headers.append((name, value))
    return Message(start, tuple(headers), _read_body(body))


def _read_body(body: str) -> Any:
    if not body:
        return NOTHING
    if (binary := _BINARY.fullmatch(body)) is not None:
        return Binary(binary["kind"])
    return json.loads(body)
