"""A client that costs next to nothing: one kept connection, one request at a time, JSON both ways."""

from __future__ import annotations

import asyncio
import json
from typing import Any


class PlainHttp:
    """Made by `open`; requests carry `token`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
        self._reader, self._writer = reader, writer
        self._token = token

    @classmethod
    async def open(cls, port: int, token: str) -> PlainHttp:
        return cls(*await asyncio.open_connection("127.0.0.1", port), token)

    async def send(self, method: str, path: str, body: object = None) -> Any:
        """Return the answer's JSON, None when it is empty. Raises AssertionError for an error status."""
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        self._writer.write(head.encode() + content)
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        lengths = [int(line.split(":")[1]) for line in lines if line.startswith("content-length:")]
        answer = await self._reader.readexactly(lengths[0] if lengths else 0)
        assert first.split()[1] < "300", f"{method} {path}: {first} {answer.decode()}"
        return json.loads(answer) if answer else None

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()
