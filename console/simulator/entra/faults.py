"""Failures a test or a demonstration orders in advance: each is served once, in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Endpoint = Literal["discovery", "token", "devicecode"]
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad answer. `delay` is in seconds; a fault with `status` 0 only delays the real answer."""

    status: int = 503
    body: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    endpoint: Endpoint = "token"


class Faults:
    """A queue for each endpoint."""

    def __init__(self) -> None:
        self._waiting: dict[Endpoint, deque[Fault]] = {
            "discovery": deque(),
            "token": deque(),
            "devicecode": deque(),
        }

    def add(self, *faults: Fault) -> None:
        for fault in faults:
            self._waiting[fault.endpoint].append(fault)

    def clear(self) -> None:
        for queue in self._waiting.values():
            queue.clear()

    def before(self, endpoint: Endpoint, handler: Handler) -> Handler:
        """`handler`, except that a waiting fault answers in its place."""

        async def answer(request: Request) -> Response:
            queue = self._waiting[endpoint]
            if not queue:
                return await handler(request)
            fault = queue.popleft()
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if not fault.status:
                return await handler(request)
            return JSONResponse(dict(fault.body), fault.status, dict(fault.headers))

        return answer
