"""Reading the one request a browser makes to hand a sign-in over, and refusing every other (RFC 8252 §8)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

MAX_BYTES = 8192
"""Of the head and of the body, each."""
MAX_FIELDS = 20
_ONCE = frozenset({"host", "content-length", "content-type"})
FORM = "application/x-www-form-urlencoded"


class Unwelcome(Exception):
    """A request that is not the browser's answer. The text says why and never quotes the request."""

    def __init__(self, status: str, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Expected:
    port: int
    state: str

    @property
    def hosts(self) -> tuple[str, ...]:
        return (f"localhost:{self.port}", f"127.0.0.1:{self.port}", f"[::1]:{self.port}")


async def read_handover(reader: asyncio.StreamReader, expected: Expected) -> dict[str, str]:
    """The fields of the answer: `state` and `code`, or `state` and `error`.

    Raises:
        Unwelcome: anything else.
    """
    method, path, headers = await _read_head(reader)
    if headers.get("host") not in expected.hosts:  # a name that was rebound to this computer
        raise Unwelcome("421 Misdirected Request", "foreign host")
    if method != "POST":  # a code in an address would stay in the browser's history
        raise Unwelcome("405 Method Not Allowed", "method")
    if path != "/":
        raise Unwelcome("404 Not Found", "path")
    if headers.get("content-type", "").partition(";")[0].strip().casefold() != FORM:
        raise Unwelcome("415 Unsupported Media Type", "content type")
    fields = _read_fields(await _read_body(reader, headers))
    if not secrets.compare_digest(fields.get("state", "").encode(), expected.state.encode()):
        raise Unwelcome("400 Bad Request", "state")
    if ("code" in fields) == ("error" in fields):
        raise Unwelcome("400 Bad Request", "neither code nor error, or both")
    return fields


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]]:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError as error:
        raise Unwelcome("431 Request Header Fields Too Large", "head too large") from error
    except asyncio.IncompleteReadError as error:
        raise Unwelcome("400 Bad Request", "incomplete") from error
    first, *lines = head.rstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3:
        raise Unwelcome("400 Bad Request", "request line")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name = name.casefold()
        if name in headers and name in _ONCE:
            raise Unwelcome("400 Bad Request", "repeated header")
        headers[name] = value.strip()
    return words[0], words[1], headers


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "transfer-encoding" in headers:  # no browser sends a form so, and two lengths are a trick
        raise Unwelcome("400 Bad Request", "transfer encoding")
    text = headers.get("content-length", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Unwelcome("411 Length Required", "length")
    if not 0 < int(text) <= MAX_BYTES:
        raise Unwelcome("413 Content Too Large", "body too large or empty")
    try:
        return await reader.readexactly(int(text))
    except asyncio.IncompleteReadError as error:
        raise Unwelcome("400 Bad Request", "incomplete") from error


def _read_fields(body: bytes) -> dict[str, str]:
    try:
        values = parse_qs(body.decode("utf-8"), strict_parsing=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise Unwelcome("400 Bad Request", "form") from error
    if any(len(value) != 1 for value in values.values()):
        raise Unwelcome("400 Bad Request", "repeated field")
    return {name: value[0] for name, value in values.items()}
