"""The bot's credential as the settings name it, and a warning in good time before it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from console.auth import (
    AuthError,
    Certificate,
    Credential,
    ManagedIdentity,
    Pfx,
    Secret,
    SignedElsewhere,
    TokenFile,
    signed_by_command,
)
from console.relay.clock import Clock
from console.relay.settings import Settings

DAY = 86_400.0
WARN_DAYS = (30, 7, 1)
"""Days before its end at which a certificate is warned of, once each (SECURITY §9.11)."""
MACHINE = "machine"
"""In `bot_managed_identity`: the machine's own identity, not one of several by its id."""

log = logging.getLogger(__name__)


def kinds(settings: Settings) -> list[str]:
    """Return which kinds of credential the settings name; exactly one is right."""
    named = {
        "bot_managed_identity": settings.bot_managed_identity,
        "bot_token_file": settings.bot_token_file,
        "bot_pfx": settings.bot_pfx,
        "bot_certificate": settings.bot_certificate,
        "bot_secret_file": settings.bot_secret_file,
    }
    return [name for name, value in named.items() if value]


def problems(settings: Settings) -> list[str]:
    """Return a sentence for each thing about the credential that must be corrected."""
    found = []
    named = kinds(settings)
    if not named:
        found.append(
            "The bot has no credential: set bot_certificate with bot_key or bot_signer, or bot_pfx, "
            "bot_token_file or bot_managed_identity."
        )
    if len(named) > 1:
        found.append(f"The bot has more than one credential: {', '.join(named)}. Keep one.")
    if settings.bot_certificate and bool(settings.bot_key) == bool(settings.bot_signer):
        found.append("bot_certificate needs either bot_key or bot_signer.")
    if settings.bot_secret_file and not settings.allow_secret:
        found.append("bot_secret_file is set, but a secret is only accepted with allow_secret = true.")
    return found


def chosen(settings: Settings) -> Credential:
    """Return the credential that the settings name; they have no `problems`. Raises OSError."""
    passphrase = _first_line(settings.bot_passphrase_file)
    match kinds(settings)[0]:
        case "bot_managed_identity":
            name = settings.bot_managed_identity
            return ManagedIdentity("" if name == MACHINE else name)
        case "bot_token_file":
            return TokenFile(Path(settings.bot_token_file))
        case "bot_pfx":
            return Pfx(Path(settings.bot_pfx), passphrase)
        case "bot_certificate" if settings.bot_signer:
            return SignedElsewhere(Path(settings.bot_certificate), signed_by_command(settings.bot_signer))
        case "bot_certificate":
            return Certificate(Path(settings.bot_key), Path(settings.bot_certificate), passphrase)
    return Secret(_first_line(settings.bot_secret_file) or "")


class Expiry:
    """Knows how long the credential's certificate is still good. `now` is UTC seconds."""

    def __init__(self, ends_at: Callable[[], Awaitable[float | None]], now: Clock) -> None:
        self._ends_at = ends_at
        self._now = now
        self._warned = max(WARN_DAYS) + 1
        self.days: float | None = None
        """Days that are left, None when there is no end or it is not known."""

    @property
    def notice(self) -> str:
        """A few words for whoever watches the relay; empty while there is time."""
        if self.days is None or self.days > max(WARN_DAYS):
            return ""
        return "has ended" if self.days <= 0 else f"ends in {self.days:.0f} days"

    async def run(self) -> None:
        """Look now and every day, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(DAY)

    async def look(self) -> None:
        """Find out, and say it in the log when another of `WARN_DAYS` has been reached."""
        try:
            ends = await self._ends_at()
        except AuthError as error:
            log.warning("the bot's certificate cannot be looked at: %s", error)
            return
        self.days = None if ends is None else (ends - self._now()) / DAY
        reached = [days for days in WARN_DAYS if self.days is not None and self.days <= days]
        if reached and min(reached) < self._warned:
            self._warned = min(reached)
            log.warning("the bot's certificate %s; the bot cannot act after that", self.notice)
        elif not reached:
            self._warned = max(WARN_DAYS) + 1  # renewed


def _first_line(file: str) -> str | None:
    return Path(file).read_text(encoding="utf-8").strip() if file else None
