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
from console.simulator.recording.telling import kind_of, subject_of, told_about
from tests.simulator.conftest import Hook

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
        told = {kind_of(body) for _, _, body in self._hook.posts}
        return told | {exchange.name for exchange, _ in self._taken}

    def first(self, name: str) -> Exchange:
        """The first exchange of that name, held still, with what was told about it until the next one.

        For `notifications/…` the first notification of that kind.
        """
        for post in self._hook.posts:
            if kind_of(post[2]) == name:
                return self._still(Exchange(name, "", None, None, (self._told(*post),)))
        index = next(i for i, (exchange, _) in enumerate(self._taken) if exchange.name == name)
        exchange, start = self._taken[index]
        later = self._taken[index + 1 :]
        posts = self._hook.posts[start : later[0][1] if later else None]
        subject = subject_of(exchange)
        told = tuple(self._told(*post) for post in posts if subject in told_about(post[2]))
        return self._still(dataclasses.replace(exchange, told=told))

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
