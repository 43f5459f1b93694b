"""Where token caches are kept between two uses, one for each account: in this form only in memory."""

from __future__ import annotations

from typing import Protocol

from .vault.troubles import Trouble


class TokenStore(Protocol):
    """Keeps one text (MSAL's cache as JSON, with refresh tokens in it). Called in the worker thread only."""

    def load(self) -> str | None:
        """The kept text, or None if there is none or it cannot be trusted."""

    def save(self, text: str) -> None:
        """Keep a text in the place of the one before."""

    def clear(self) -> None:
        """Forget the text so that it cannot be read again."""


class TokenStores(Protocol):
    """One token store for each account that signs in here. Called in the worker thread only."""

    def of(self, key: str) -> TokenStore:
        """The store of the account with this `Account.key`, which is fit to be a file's name."""

    def ask(self) -> Trouble | None:
        """Have asked of the operator what keeping needs; return why it was in vain. May take a minute: for
        another thread than the worker."""

    def keep_again(self, refused: Trouble | None) -> Trouble | None:
        """Keep what is only in memory, after `ask` returned `refused`; return what is still in the way."""

    def rehearse(self) -> Trouble | str:
        """Try to keep something; return what is in the way, or the name of where it is kept, which is empty
        where nothing is to be. For another thread than the worker, as `ask`."""

    def close(self) -> None:
        """Wait for nobody any more, so that the program can end. May be called in any thread."""


class MemoryStore:
    """Lives as long as the process: the operator signs in once a day."""

    def __init__(self) -> None:
        self._text: str | None = None

    def load(self) -> str | None:
        return self._text

    def save(self, text: str) -> None:
        self._text = text

    def clear(self) -> None:
        self._text = None


class MemoryStores:
    """Stores that live as long as the process: a shift can still change without anybody typing."""

    def __init__(self) -> None:
        self._stores: dict[str, MemoryStore] = {}

    def of(self, key: str) -> MemoryStore:
        return self._stores.setdefault(key, MemoryStore())

    def ask(self) -> None:
        """Nothing is in the way: nothing is to be kept."""

    def keep_again(self, refused: Trouble | None) -> None:
        """Nothing is to be kept."""

    def rehearse(self) -> str:
        return ""

    def close(self) -> None:
        pass
