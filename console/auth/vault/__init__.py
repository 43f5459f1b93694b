"""Keeping sign-ins on this computer from one day to the next, or saying why that is not possible."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from .folder import Folder
from .keyrings import Keys, SystemKeys
from .store import SealedStore
from .troubles import Reason, Trouble

__all__ = ["Keys", "Reason", "SealedStore", "SystemKeys", "Trouble", "Vault"]


class Vault:
    """A sealed token store for each account, all in one folder. Called in the worker thread only.

    `tell` is given what keeps a store from keeping, and None when that is over, in the worker thread too.
    """

    def __init__(self, path: Path, keys: Keys, tell: Callable[[Trouble | None], None]) -> None:
        self._path = path.absolute()
        self._folder = Folder(self._path)
        self._keys = keys
        self._tell = tell
        self._stores: dict[str, SealedStore] = {}

    def close(self) -> None:
        """Wait for nothing any more, so that the program can end while a question is on the screen."""
        self._keys.close()

    def of(self, key: str) -> SealedStore:
        """The store of the account with this key; its file's name gives nothing away."""
        if key not in self._stores:
            entry = hashlib.sha256(f"{self._path}\n{key}".encode()).hexdigest()[:32]
            self._stores[key] = SealedStore(self._folder, self._keys, entry, self._tell)
        return self._stores[key]
