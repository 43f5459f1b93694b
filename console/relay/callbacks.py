"""The addresses that Graph is told to call back, each with a seal that only a relay with our key can make.

A notification's token does not bind its body (SECURITY §5.1): somebody with a leaked token could sign any
body, but could not know the sealed address of a call.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from console.domain.ids import CallId

PATH = "/hooks/calls"


class Callbacks:
    """Makes and checks sealed addresses. `root` is the relay's public URL, `key` at least 32 bytes."""

    def __init__(self, root: str, key: bytes, nonce: Callable[[], str] = lambda: secrets.token_urlsafe(9)):
        self._root = root
        self._key = key
        self._nonce = nonce

    def for_call(self, call: CallId) -> str:
        return f"{self._root}{PATH}/{self._seal('call', call)}"

    def for_new(self) -> str:
        """The address for a call that has no id yet, because we are only about to make it."""
        nonce = self._nonce()
        return f"{self._root}{PATH}/{nonce}.{self._seal('new', nonce)}"

    def accepts(self, seal: str, calls: Iterable[CallId]) -> bool:
        """True when `seal` is one of ours, and for one of `calls` if it was made for a call.

        One POST may carry items for several calls (REFERENCE §3.1), so one that fits is enough.
        """
        nonce, dot, rest = seal.partition(".")
        if dot:
            return hmac.compare_digest(rest.encode(), self._seal("new", nonce).encode())
        return any(hmac.compare_digest(seal.encode(), self._seal("call", c).encode()) for c in calls)

    def _seal(self, kind: str, what: str) -> str:
        digest = hmac.digest(self._key, f"{kind}:{what}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:18]).decode("ascii")


def print_of(key: bytes) -> str:
    """Return what tells this key from others and gives nothing of it away."""
    return hmac.digest(key, b"print", hashlib.sha256)[:8].hex()


def keep_key(file: Path) -> bytes:
    """Return the key in `file`, made on first use. It outlives the log: live calls carry its seals."""
    with contextlib.suppress(FileNotFoundError):
        key = file.read_bytes()
        if len(key) >= 32:
            return key
    key = secrets.token_bytes(32)
    temporary = file.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(key)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)
    return key
