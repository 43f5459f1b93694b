"""Catches what the Graph layer puts on the wire."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2

from console.graph.catalogue import CATALOGUE
from console.graph.client import Door, GraphClient
from console.graph.operations import Identity as Whose

Send = Callable[[GraphClient], Awaitable[Any]]


async def request_of(name: str, send: Send, answer: Any = None) -> httpx2.Request:
    """Return the request that `send` makes for the operation `name`; its path and method are the table's."""
    seen: list[httpx2.Request] = []
    operation = CATALOGUE[name]

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(operation.success[0], json=answer or {"id": "x", "value": []})

    async def token() -> str:
        return "t"

    door = Door("https://graph.invalid/v1.0", token)
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(respond)) as http:
        await send(GraphClient(http, {Whose.BOT: door, Whose.OPERATOR: door}))
    assert seen[0].method == operation.method
    assert seen[0].url.path.rpartition("/")[2] == operation.path.rpartition("/")[2] or "{" in operation.path
    return seen[0]


async def sent_by(name: str, send: Send) -> Any:
    """Return the JSON body that `send` puts on the wire."""
    return json.loads((await request_of(name, send)).content)
