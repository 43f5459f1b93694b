"""Reading a request's body: never more than we want, and never for longer than we wait."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from starlette.requests import Request
from starlette.types import Receive

LARGEST = 262_144
"""Bytes of a body (SECURITY §5.1): 256 KiB."""
PATIENCE = 5.0
"""Seconds for the whole body."""


class Unreadable(Exception):
    """The body is too large, too slow or packed; `status` is the HTTP status that says so."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


async def read_bytes(request: Request, largest: int = LARGEST) -> bytes:
    """Return the body. Raises Unreadable."""
    return await collect(request.headers, request.receive, largest)


async def collect(headers: Mapping[str, str], receive: Receive, largest: int = LARGEST) -> bytes:
    """Return the body of a request with these headers, whose names are in lower case. Raises Unreadable."""
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Unreadable(415, "Compressed bodies are not read.")
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > largest:
        raise Unreadable(413, "The body is too large.")
    task, is_late = cast("asyncio.Task[Any]", asyncio.current_task()), False

    def give_up() -> None:
        nonlocal is_late
        is_late = True
        task.cancel()

    # asyncio.timeout does the same at ten times the price, and this runs for every notification.
    timer = asyncio.get_running_loop().call_later(PATIENCE, give_up)
    body: bytes = b""
    try:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Unreadable(400, "The body was not finished.")
            body += message.get("body", b"")
            if len(body) > largest:
                raise Unreadable(413, "The body is too large.")
            if not message.get("more_body", False):
                return body
    except asyncio.CancelledError:
        if is_late and task.uncancel() == 0:
            raise Unreadable(408, "The body came too slowly.") from None
        raise
    finally:
        timer.cancel()
