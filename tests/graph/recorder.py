"""Takes down what the Graph layer and the simulator say to each other."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import httpx2

from console.simulator.recording.exchanges import Exchange, Message
from console.simulator.recording.messages import (
    ANSWER_HEADERS,
    REQUEST_HEADERS,
    TOLD_HEADERS,
    identity_of,
    message,
    target,
)
from console.simulator.recording.naming import operation_of
from console.simulator.recording.telling import Following, kind_of
from tests.simulator.conftest import Hook

Post = tuple[str, dict[str, str], Any]
"""What the webhook got: path, headers and JSON."""

ANY_REQUEST = "c11e0000-0000-4000-8000-000000000001"
"""Stands for the client-request-id of a request that no button caused: it is a new one each time."""


class Recorder:
    """All exchanges of a test. `origins` are addresses of this run and what is written instead of them."""

    def __init__(self, hook: Hook) -> None:
        self.origins: dict[str, str] = {}
        self._hook = hook
        self._taken: list[tuple[Exchange, int]] = []
        """Each with the number of notifications that had come before it."""

    async def note(self, response: httpx2.Response) -> None:
        """Take down one exchange; a response hook of httpx2."""
        content = await response.aread()
        request = response.request
        path = request.url.path.removeprefix("/v1.0")
        body = json.loads(request.content) if request.content else None
        identity = identity_of(request.headers.get("authorization", ""))
        named = operation_of(request.method, path, dict(request.url.params), body, identity) or "unknown"
        name = named if response.is_success else ".".join([named, str(response.status_code), _code(content)])
        start = f"{request.method} {target(str(request.url))}"
        asked = message(start, request.headers.items(), request.content, REQUEST_HEADERS)
        answered = message(
            f"{response.status_code} {response.reason_phrase}",
            response.headers.items(),
            content,
            ANSWER_HEADERS,
        )
        self._taken.append((Exchange(name, identity, asked, answered), len(self._hook.posts)))

    @property
    def names(self) -> set[str]:
        return {exchange.name for exchange in self._kept()}

    def first(self, name: str) -> Exchange:
        """The first exchange of that name, held still, with what was told about it.

        For `notifications/…` the first notification of that kind that followed no request.
        """
        return self._still(next(exchange for exchange in self._kept() if exchange.name == name))

    def _kept(self) -> list[Exchange]:
        """What there was, in its order, each exchange with the notifications that follow it."""
        kept: dict[str, Exchange] = {}
        following, posts = Following(), self._hook.posts
        bounds = [number for _, number in self._taken] + [len(posts)]
        self._hand_out(kept, following, posts[: bounds[0]])
        for (exchange, start), end in zip(self._taken, bounds[1:], strict=True):
            following.began(exchange, None if exchange.name in kept else exchange.name)
            kept.setdefault(exchange.name, exchange)
            self._hand_out(kept, following, posts[start:end])
        return list(kept.values())

    def _hand_out(self, kept: dict[str, Exchange], following: Following, posts: list[Post]) -> None:
        for post in posts:
            told, body = self._told(*post), post[2]
            for name in following.names(body):
                kept[name] = dataclasses.replace(kept[name], told=(*kept[name].told, told))
            if not following.names(body):
                kept.setdefault(kind_of(body), Exchange(kind_of(body), "", None, None, (told,)))

    def _told(self, path: str, headers: dict[str, str], body: Any) -> Message:
        start = f"POST {self._hook.url.removesuffix('/hook')}{path}"
        return message(start, headers.items(), json.dumps(body).encode(), TOLD_HEADERS)

    def _still(self, exchange: Exchange) -> Exchange:
        request, answer = exchange.request, exchange.answer
        moving: dict[str, str] = dict(self.origins)
        for name, value in request.headers if request else ():
            if name == "client-request-id" and not value.startswith("6a0e0b5a"):
                moving[value] = ANY_REQUEST
        return dataclasses.replace(
            exchange,
            request=_replaced(request, moving) if request else None,
            answer=_replaced(answer, moving) if answer else None,
            told=tuple(_replaced(message, moving) for message in exchange.told),
        )


def _replaced(message: Message, moving: dict[str, str]) -> Message:
    found = re.compile("|".join(map(re.escape, moving)))

    def still(text: str) -> str:
        return found.sub(lambda match: moving[match[0]], text)

    body = message.body
    if isinstance(body, dict | list):
        body = json.loads(still(json.dumps(body)))
    headers = tuple((name, still(value)) for name, value in message.headers)
    return Message(still(message.start), headers, body)


def _code(content: bytes) -> str:
    try:
        return str(json.loads(content)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return "unknown"
