"""Server-sent events out of bytes (WHATWG HTML, "Server-sent events"), without dispatching empty ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of one line before the stream is given up; a snapshot is one line."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One event of the stream. `id` is empty when the event carries none of its own."""

    name: str
    id: str
    data: bytes


class Parser:
    """Feed it chunks; it returns the frames that became complete. Comments and empty events vanish."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = b""
        self._id = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> Iterator[Frame]:
        """Yield the frames completed by `chunk`. Raises ValueError for a line longer than LONGEST_LINE."""
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > LONGEST_LINE:
            raise ValueError("a line of the stream is too long")
        for line in lines:
            line = line.removesuffix(b"\r")
            if line:
                self._field(line)
                continue
            if self._data:
                yield Frame(
                    self._name.decode("utf-8", "replace") or "message",
                    self._id.decode("utf-8", "replace"),
                    b"\n".join(self._data),
                )
            self._name, self._id, self._data = b"", b"", []

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match name:
            case b"data":
                self._data.append(value)
            case b"event":
                self._name = value
            case b"id" if b"\0" not in value:
                self._id = value
            case _:
                pass
