"""The addresses that change notifications come to, and the secret that each of them carries.

Microsoft asks a new address whether it wants to be told, and whoever answers any such question is a free
reflector. An address therefore says itself, under our seal, until when we are waiting for the question. Any
relay with the same key can tell, so that it need not be the one that subscribed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from console.relay.clock import Clock

GRAPH, LIFECYCLE = "/hooks/graph", "/hooks/lifecycle"
OPEN = 45.0
"""Seconds for which a new address answers its handshake: two of ten seconds each, and some to spare."""
_MARK = re.compile(r"([0-9a-f]{1,12})-([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{24})")


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells one subscription's address from any other. `open_until` is UTC seconds.

    `secret` is its clientState: 144 bits that nobody else can make for it.
    """

    text: str
    secret: str
    open_until: float


class Marks:
    """Makes and checks marks for one tenant. `root` is the relay's public URL, `key` at least 32 bytes."""

    def __init__(
        self,
        root: str,
        tenant: str,
        key: bytes,
        now: Clock,
        nonce: Callable[[], str] = lambda: secrets.token_urlsafe(12),
    ) -> None:
        self._root = root
        self._tenant = tenant
        self._key = key
        self._now = now
        self._nonce = nonce

    def issue(self) -> Mark:
        """Return a mark for a subscription that is about to be made."""
        content = f"{int(self._now() + OPEN):x}-{self._nonce()}"
        return self._mark(f"{content}.{self._seal('address', content)}")

    def find(self, text: str) -> Mark | None:
        """Return the mark in the last part of an address, None unless it is ours."""
        found = _MARK.fullmatch(text)
        if found is None:
            return None
        content, seal = f"{found[1]}-{found[2]}", found[3]
        return self._mark(text) if same(seal, self._seal("address", content)) else None

    def is_open(self, mark: Mark) -> bool:
        """True while a subscription with this mark may be being made."""
        return self._now() < mark.open_until

    def url(self, mark: Mark, path: str = GRAPH) -> str:
        return f"{self._root}{path}/{self._tenant}/{mark.text}"

    def owner(self, url: str) -> Mark | None:
        """Return the mark of a subscription's address, None when it is somebody else's."""
        start = f"{self._root}{GRAPH}/{self._tenant}/"
        return self.find(url.removeprefix(start)) if url.startswith(start) else None

    def _mark(self, text: str) -> Mark:
        return Mark(text, self._seal("secret", text), float(int(text.partition("-")[0], 16)))

    def _seal(self, kind: str, what: str) -> str:
        digest = hmac.digest(self._key, f"change {kind}:{self._tenant}:{what}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:18]).decode("ascii")


def same(given: str, ours: str) -> bool:
    """Compare two secrets in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), ours.encode())


def tenant_of(path: str) -> str:
    """Return the tenant that an address is for, "" when it is none for changes. Nothing is checked."""
    return path.split("/")[3] if path.startswith((f"{GRAPH}/", f"{LIFECYCLE}/")) else ""
