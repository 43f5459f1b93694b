"""Takes down what went over the wire: the headers that matter, the body as JSON, and whose token it was."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from console.simulator.recording.exchanges import NOTHING, Binary, Message

REQUEST_HEADERS = ("Accept", "Content-Type", "ConsistencyLevel", "Prefer", "Scenario-Id", "client-request-id")
ANSWER_HEADERS = ("Content-Type", "Location", "Retry-After")
TOLD_HEADERS = ("Content-Type",)
"""What is taken down of headers; never Authorization, never cookies."""


def message(
    start: str, headers: Iterable[tuple[str, str]], content: bytes, wanted: tuple[str, ...]
) -> Message:
    """A message with the `wanted` headers, in their order."""
    given = {name.lower(): value for name, value in headers}
    kind = given.get("content-type", "").partition(";")[0].strip().lower()
    if kind:
        given["content-type"] = kind
    kept = tuple((name, given[name.lower()]) for name in wanted if name.lower() in given)
    return Message(start, kept, _body(kind, content))


def target(url: str) -> str:
    """Path and query of `url` as people read them, without the percent signs."""
    parts = urlsplit(url)
    query = "&".join(f"{name}={value}" for name, value in parse_qsl(parts.query, keep_blank_values=True))
    return f"{parts.path}?{query}" if query else parts.path


def identity_of(authorization: str) -> str:
    """Whose token that is: application, delegated, or nobody's. The token is not checked, nor kept."""
    try:
        payload = authorization.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return "nobody"
    if not isinstance(claims, dict):
        return "nobody"
    return "delegated" if claims.get("scp") else "application"


def _body(kind: str, content: bytes) -> Any:
    if not content:
        return NOTHING
    try:
        return json.loads(content)
    except ValueError:
        return Binary(kind or "application/octet-stream")
