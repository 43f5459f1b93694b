"""An access token as we hold it: the text, until when it is good, and what it permits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EARLY = 300.0
"""Seconds before its end that a token is due for renewal at the latest; MSAL takes it for expired then."""
LAST_USE = 60.0
"""Seconds before its end that a token is no longer handed out: it must survive the request it is for."""


@dataclass(frozen=True, slots=True)
class Token:
    """`expires` and `renew_at` are seconds since the epoch. The text never shows in a repr.

    `scopes` are the permissions that it was given, by full name; empty for the bot.
    """

    secret: str = field(repr=False)
    expires: float
    renew_at: float
    scopes: frozenset[str] = frozenset()

    def is_usable(self, now: float) -> bool:
        return now < self.expires - LAST_USE

    def is_fresh(self, now: float) -> bool:
        return self.is_usable(now) and now < self.renew_at


def read_token(result: Mapping[str, Any], now: float, jitter: float) -> Token:
    """The token in a successful MSAL result. `jitter`, from 0 to 1, is how much too early it is renewed:
    a whole front desk signs in at eight, and must not come back in the same second."""
    expires = now + float(result.get("expires_in", 0))
    renew_at = _due(now, expires, result, jitter)
    return Token(str(result["access_token"]), expires, renew_at, _words(result.get("scope")))


def read_entry(entry: Mapping[str, Any], jitter: float) -> Token:
    """The token in an entry of MSAL's cache, where the scopes are those that were granted."""
    made, expires = float(entry.get("cached_at", 0)), float(entry["expires_on"])
    renew_at = _due(made, expires, entry, jitter)
    return Token(str(entry["secret"]), expires, renew_at, _words(entry.get("target")))


def _due(made: float, expires: float, times: Mapping[str, Any], jitter: float) -> float:
    due = expires - min(EARLY * (1.0 + jitter), (expires - made) / 2)
    return min(due, float(times["refresh_on"])) if "refresh_on" in times else due


def _words(scope: object) -> frozenset[str]:
    return frozenset(str(scope or "").split())
