"""Answers that go wrong on their way: never sent, broken off, or in drops."""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from console.simulator.clock import Clock
from console.simulator.serving import CUT

PIECES = 8


class Cut:
    """The connection ends at once."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"][CUT]()
        await _gone(receive)


class Silent:
    """No answer: after `seconds` on the clock the connection ends, sooner when the client leaves."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        leaving = asyncio.ensure_future(_gone(receive))
        waiting = asyncio.ensure_future(self._clock.sleep(self._seconds))
        try:
            await asyncio.wait({leaving, waiting}, return_when=asyncio.FIRST_COMPLETED)
            await Cut()(scope, receive, send)
        finally:
            leaving.cancel()
            waiting.cancel()


class Slow:
    """The whole answer, in pieces over `seconds` on the clock; without a body it only comes late."""

    def __init__(self, answer: Response, clock: Clock, seconds: float) -> None:
        self._answer = answer
        self._clock = clock
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self._answer.body)
        if not body:
            await self._clock.sleep(self._seconds)
            await self._answer(scope, receive, send)
            return
        size = -(-len(body) // PIECES)

        async def drip(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            for start in range(0, len(body), size):
                await self._clock.sleep(self._seconds / PIECES)
                more = start + size < len(body)
                piece = body[start : start + size]
                await send({"type": "http.response.body", "body": piece, "more_body": more})

        await self._answer(scope, receive, drip)


async def _gone(receive: Receive) -> None:
    """Waits until the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
