"""Headers on every answer that keep browsers from doing anything with it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=31536000",
}
RAW = [(name.lower().encode(), value.encode()) for name, value in _ALWAYS.items()]
"""The same as ASGI has them, for answers that are made without the framework."""


def without_body(status: int) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer that is only a status."""
    retry = [(b"retry-after", b"1")] if status == 503 else []
    # RFC 9110 §8.6: a 204 has no length.
    length = [] if status == 204 else [(b"content-length", b"0")]
    return [*length, *retry, *RAW]


class SafeHeaders:
    """Adds the headers an answer does not set itself. It passes bodies through unread, streams too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely)
