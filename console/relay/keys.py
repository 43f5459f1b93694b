"""Public keys for checking tokens: from one configured address, cached, looked up by id and nothing else."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from console.relay.checking import is_loopback
from console.relay.clock import Clock

REFRESH = 86_400.0
"""Seconds after which the keys are fetched anew (SECURITY §5.1)."""
STALE = 72 * 3600.0
"""Seconds for which old keys still serve when the address does not answer; then nothing is accepted."""
RETRY = 5.0
"""Least seconds between two attempts while the address does not answer."""
LARGEST = 1_048_576
_KID = re.compile(r"[A-Za-z0-9_\-+/=.]{1,128}")

Fetch = Callable[[str], Awaitable[bytes]]


class UnknownKey(Exception):
    """No key of that id, or the id has no acceptable form."""


class KeysUnavailable(Exception):
    """The keys cannot be fetched, and there are none recent enough: nobody can be let in."""


@dataclass(frozen=True, slots=True)
class Key:
    """One RSA key. `issuer` is who may sign with it ("" when not told); it may hold `{tenantid}`."""

    public: RSAPublicKey
    issuer: str = ""


class KeySet:
    """The keys behind one OpenID document or key set. `now` is steady; `gap` is in seconds."""

    def __init__(self, url: str, fetch: Fetch, now: Clock, *, gap: float = 300.0) -> None:
        self._url = url
        self._fetch = fetch
        self._now = now
        self._gap = gap
        self._keys: dict[str, Key] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._forced = float("-inf")
        self._lock = asyncio.Lock()

    @property
    def age(self) -> float | None:
        """Seconds since the keys were fetched; None when they never were."""
        return self._now() - self._fetched if self._keys else None

    @property
    def ready(self) -> bool:
        return bool(self._keys) and self._now() - self._fetched < STALE

    async def key(self, kid: object) -> Key:
        """Return the key named `kid`. Raises UnknownKey or KeysUnavailable."""
        if not isinstance(kid, str) or not _KID.fullmatch(kid):
            raise UnknownKey
        await self.warm()
        found = self._keys.get(kid)
        now = self._now()
        if found is None and now - self._forced >= self._gap and now - self._fetched >= RETRY:
            # Keys roll over, so an unknown id is a reason to look again, but not one a stranger can repeat.
            self._forced = now
            await self.warm(force=True)
            found = self._keys.get(kid)
        if found is None:
            raise UnknownKey
        return found

    async def warm(self, *, force: bool = False) -> None:
        """Fetch the keys if they are old or missing. Raises KeysUnavailable when there are none to use."""
        if not force and self._now() - self._fetched < REFRESH:
            return
        async with self._lock:
            asked = self._now()
            if asked - self._fetched < (RETRY if force else REFRESH):
                return  # somebody else has just done it
            if asked - self._tried >= RETRY:
                self._tried = asked
                keys = await self._load()
                if keys:
                    self._keys, self._fetched = keys, asked
        if not self.ready:
            raise KeysUnavailable(self._url)

    async def _load(self) -> dict[str, Key]:
        try:
            document = msgspec.json.decode(await self._fetch(self._url), type=dict[str, Any])
            if "keys" not in document:
                address = str(document.get("jwks_uri", ""))
                if urlsplit(address).scheme != "https" and not is_loopback(address):
                    return {}
                document = msgspec.json.decode(await self._fetch(address), type=dict[str, Any])
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return {}
        return read_keys(document.get("keys"))


def read_keys(entries: object) -> dict[str, Key]:
    """Return the RSA signing keys of a key set; others, weak ones and broken ones are left out."""
    found: dict[str, Key] = {}
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig":
            continue
        kid, issuer = entry.get("kid"), entry.get("issuer", "")
        modulus, exponent = _number(entry.get("n")), _number(entry.get("e"))
        if isinstance(kid, str) and modulus.bit_length() >= 2048 and exponent >= 3 and exponent % 2:
            public = RSAPublicNumbers(exponent, modulus).public_key()
            found[kid] = Key(public, issuer if isinstance(issuer, str) else "")
    return found


def _number(value: object) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,2048}={0,2}", value):
        return 0
    bare = value.rstrip("=")
    if len(bare) % 4 == 1:
        return 0
    return int.from_bytes(base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4)), "big")
