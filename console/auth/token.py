"""An access token as we hold it: the text, and until when it is good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EARLY = 300.0
"""Seconds before its end that a token is due for renewal; MSAL takes it for expired then."""
LAST_USE = 60.0
"""Seconds before its end that a token is no longer handed out: it must survive the request it is for."""


@dataclass(frozen=True, slots=True)
class Token:
    """`expires` and `renew_at` are seconds since the epoch. The text never shows in a repr."""

    secret: str = field(repr=False)
    expires: float
    renew_at: float

    def is_usable(self, now: float) -> bool:
        return now < self.expires - LAST_USE

    def is_fresh(self, now: float) -> bool:
        return self.is_usable(now) and now < self.renew_at


def read_token(result: Mapping[str, Any], now: float) -> Token:
    """The token in a successful MSAL result."""
    life = float(result.get("expires_in", 0))
    early = EARLY if life >= 2 * EARLY else life / 2
    renew_at = now + life - early
    if "refresh_on" in result:
        renew_at = min(renew_at, float(result["refresh_on"]))
    return Token(str(result["access_token"]), now + life, renew_at)
