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

from console.relay.clock import Clock

REFRESH = 86_400.0
"""Seconds after which the keys are fetched anew (SECURITY §5.1)."""
LATE = 1.25 * REFRESH
"""Seconds after which somebody should know that the keys could not be fetched."""
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
    """The keys cannot be fetched, and there are none recent enough: nobody can be let in.

    The sentence says from where and why, for the log.
    """


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
        self._trouble = "not fetched yet"
        self._cause = ""

    @property
    def age(self) -> float | None:
        """Seconds since the keys were fetched; None when they never were."""
        return self._now() - self._fetched if self._keys else None

    @property
    def ready(self) -> bool:
        return bool(self._keys) and self._now() - self._fetched < STALE

    @property
    def reason(self) -> str:
        """Return why nobody can be checked; "" while somebody can."""
        return "" if self.ready else self._trouble or "too old"

    @property
    def notice(self) -> str:
        """Return that the keys get old, for whoever should look after it; "" while all is well."""
        age = self.age
        if age is None or age < LATE:
            return ""
        return f"not fetched for {age / 3600:.0f} h; after {STALE / 3600:.0f} h nobody is let in"

    async def key(self, kid: object) -> Key:
        """Return the key named `kid`. Raises UnknownKey or KeysUnavailable.

        Old keys serve without waiting for newer ones: whoever calls `warm` now and then gets those.
        """
        if not isinstance(kid, str) or not _KID.fullmatch(kid):
            raise UnknownKey
        if not self.ready:
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
                keys = await self._load()
                # After the attempt, not before: whoever waited for it must not repeat it one by one.
                self._tried = self._now()
                if keys:
                    self._keys, self._fetched = keys, asked
        if not self.ready:
            raise KeysUnavailable(f"{self._url}: {self._cause or self.reason}")

    async def _load(self) -> dict[str, Key]:
        self._cause = ""
        try:
            document = msgspec.json.decode(await self._fetch(self._url), type=dict[str, Any])
            if "keys" not in document:
                address = str(document.get("jwks_uri", ""))
                if _origin(address) != _origin(self._url):
                    # A document may say which keys, not whose: no other host is asked (SECURITY §6, row 7).
                    self._trouble = "the document names keys at another host"
                    return {}
                document = msgspec.json.decode(await self._fetch(address), type=dict[str, Any])
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._trouble, self._cause = "the address does not answer with keys", str(error)
            return {}
        found = read_keys(document.get("keys"))
        self._trouble = "" if found else "the address knows no key that could be used"
        return found


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


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.casefold()


def _number(value: object) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,2048}={0,2}", value):
        return 0
    bare = value.rstrip("=")
    if len(bare) % 4 == 1:
        return 0
    return int.from_bytes(base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4)), "big")
