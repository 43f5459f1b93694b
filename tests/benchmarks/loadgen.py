"""A small, fast HTTP/1.1 sender: posts bodies over kept connections and counts the answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence


class Sender:
    """One kept connection to a loopback server."""

    def __init__(self, host: str, port: int, path: str, token: str) -> None:
        self._host, self._port = host, port
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\n"
        )
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, body: bytes, message_id: str) -> int:
        """Send one body and return the status."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._reader, self._writer
        assert reader is not None
        head = (
            f"{self._head}X-Microsoft-Skype-Message-ID: {message_id}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (
                int(h.split(b":")[1])
                for h in answer.split(b"\r\n")
                if h.lower().startswith(b"content-length:")
            ),
            0,
        )
        if length:
            await reader.readexactly(length)
        return int(answer.split(b" ", 2)[1])

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()


async def flat_out(senders: Sequence[Sender], bodies: Sequence[bytes], prefix: str) -> float:
    """Send all bodies as fast as the senders can; return bodies per second. Every answer must be 202."""
    queue = list(enumerate(bodies))[::-1]

    async def work(sender: Sender) -> None:
        while queue:
            number, body = queue.pop()
            status = await sender.post(body, f"{prefix}-{number}")
            assert status == 202, status

    started = time.perf_counter()
    await asyncio.gather(*(work(s) for s in senders))
    return len(bodies) / (time.perf_counter() - started)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
