"""Reading a request's body: never more than we want, and never for longer than we wait."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request

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
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Unreadable(415, "Compressed bodies are not read.")
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > largest:
        raise Unreadable(413, "The body is too large.")
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > largest:
                    raise Unreadable(413, "The body is too large.")
    except TimeoutError:
        raise Unreadable(408, "The body came too slowly.") from None
    except ClientDisconnect:
        raise Unreadable(400, "The body was not finished.") from None
    return bytes(body)
