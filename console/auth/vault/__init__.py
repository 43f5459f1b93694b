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

    def ask(self) -> Trouble | None:
        """Have the password store ask the operator whatever it has to ask, and return why it gives nothing.

        May take as long as a person takes, so not in the worker thread, which goes on meanwhile.
        """
        locked_out = next((store for store in list(self._stores.values()) if store.lacks_key), None)
        return locked_out.ask() if locked_out is not None else None

    def keep_again(self, refused: Trouble | None) -> Trouble | None:
        """Keep what is in memory where it could not be kept, and return what is still in the way.

        `refused` is what `ask` has returned: the password store is not asked a second time then.
        """
        left = [store.try_again(refused) for store in self._stores.values() if store.trouble is not None]
        still = next((trouble for trouble in left if trouble is not None), None)
        self._tell(still)
        return still

    def rehearse(self) -> Trouble | str:
        """Do all that keeping a sign-in takes, and undo it; return what is in the way, or the name of the
        password store. May take as long as a person takes, so not in the worker thread.
        """
        tried = SealedStore(Folder(self._path), self._keys, self._entry("rehearsal"), lambda trouble: None)
        if (refused := tried.ask()) is not None:
            return refused
        tried.save("rehearsal")
        found = tried.trouble
        tried.clear()
        return found or tried.trouble or self._keys.name

    def of(self, key: str) -> SealedStore:
        """The store of the account with this key; its file's name gives nothing away."""
        if key not in self._stores:
            self._stores[key] = SealedStore(self._folder, self._keys, self._entry(key), self._tell)
        return self._stores[key]

    def _entry(self, key: str) -> str:
        return hashlib.sha256(f"{self._path}\n{key}".encode()).hexdigest()[:32]
