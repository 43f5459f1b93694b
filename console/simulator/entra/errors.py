"""How the simulated authority says no: Entra's error document with its AADSTS number."""

from __future__ import annotations

import time
import uuid

from starlette.responses import JSONResponse, Response


class InvalidToken(Exception):
    """A bearer token was not issued by this authority, was tampered with, or is out of date."""


class Refusal(Exception):
    """An OAuth error on its way to the client.

    Source: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
    """

    def __init__(self, error: str, number: int, text: str, *, status: int = 400, suberror: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.number = number
        self.text = text
        self.status = status
        self.suberror = suberror

    @property
    def description(self) -> str:
        return f"AADSTS{self.number}: {self.text}"

    def document(self, now: float) -> dict[str, object]:
        """The JSON body Entra sends; `now` is in seconds since the epoch."""
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        stamp = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(now))
        body: dict[str, object] = {
            "error": self.error,
            "error_description": (
                f"{self.description} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
            ),
            "error_codes": [self.number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
        if self.suberror:
            body["suberror"] = self.suberror
        return body

    def response(self, now: float) -> Response:
        return JSONResponse(self.document(now), self.status, {"Cache-Control": "no-store"})
