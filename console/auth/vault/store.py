"""One account's token cache, sealed on disk with a key in the system's password store, else in memory."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import NoReturn

from .folder import Folder
from .keyrings import Keys
from .sealing import Spoiled, draw_key, seal, unseal
from .troubles import NotKept, Reason, Trouble

SUFFIX = ".sealed"
SPOILED = ".spoiled"


class SealedStore:
    """The `TokenStore` of one account. Nothing that happens to the disk or the password store raises: the
    text is then kept in memory, and `tell` is given the trouble, or None when it is over.

    The password store is asked once when there is something to open and once when there is a new key to
    keep, which is at the start, after a sign-in and when the operator wants it tried again, so that the
    operator is at the screen; never in between.
    """

    def __init__(
        self, folder: Folder, keys: Keys, entry: str, tell: Callable[[Trouble | None], None]
    ) -> None:
        self._folder = folder
        self._keys = keys
        self._entry = entry
        self._tell = tell
        self._text: str | None = None
        self._key: bytes | None = None
        self._opened = False
        self._keyless: Trouble | None = None
        """Why the password store gave no key: it is not asked again before the next sign-out or start."""
        self._trouble: Trouble | None = None

    @property
    def trouble(self) -> Trouble | None:
        """What was told last: why the text is not kept or was not found."""
        return self._trouble

    @property
    def lacks_key(self) -> bool:
        """True where nothing can be kept before the password store has given or taken a key."""
        return self._trouble is not None and self._trouble.may_pass and self._key is None

    def ask(self) -> Trouble | None:
        """Have the password store opened, however long the operator takes; return why it was not.

        For a thread of its own: it changes nothing here.
        """
        try:
            self._keys.read(self._entry, patient=True)
        except NotKept as error:
            return error.trouble
        return None

    def try_again(self, refused: Trouble | None) -> Trouble | None:
        """Do once more what went wrong, and return what is still in the way.

        `refused` is why the password store gives no key, when it has been asked just now.
        """
        if self._trouble is None or not self._trouble.may_pass:
            return self._trouble
        self._keyless = refused if refused and refused.reason is not Reason.UNANSWERED else None
        if self._trouble.reason is Reason.NOT_FORGOTTEN:
            self.clear()
        elif self._text is not None:
            self.save(self._text)
        else:
            self._opened = False
            self._say(self._load())
        return self._trouble

    def load(self) -> str | None:
        if not self._opened and (trouble := self._load()) is not None:
            self._say(trouble)
        return self._text

    def save(self, text: str) -> None:
        self._opened = True
        self._text = text
        try:
            with self._folder.held():
                key = self._sealing_key()
                if key is not None:
                    self._folder.write(self._entry + SUFFIX, seal(key, self._entry, text))
        except NotKept as error:
            self._say(error.trouble)
        else:
            self._say(None)

    def clear(self) -> None:
        self._text = self._key = self._keyless = None
        self._opened = True
        troubles: list[Trouble] = []
        was_there = True
        try:
            was_there = self._folder.has(self._entry + SUFFIX)
            self._folder.remove(self._entry + SUFFIX)
            self._folder.remove(self._entry + SPOILED)
        except NotKept as error:
            troubles.append(error.trouble)
        try:
            self._keys.forget(self._entry)
        except NotKept as error:
            troubles.append(error.trouble)
        # One of both is enough: a file without its key is noise, and so is a key without its file.
        lost = len(troubles) == 2 and was_there
        self._say(Trouble(Reason.NOT_FORGOTTEN, str(self._folder.path)) if lost else None)

    def _load(self) -> Trouble | None:
        self._opened = True
        try:
            self._text = self._open()
        except NotKept as error:
            return error.trouble
        return None

    def _open(self) -> str | None:
        sealed = self._folder.read(self._entry + SUFFIX)
        if sealed is None:
            return None
        key = self._ask_for_key(patient=True)
        if key is None:
            self._set_aside(Reason.KEY_GONE)
        try:
            text = unseal(key, self._entry, sealed)
        except Spoiled:
            self._set_aside(Reason.DAMAGED)
        self._key = key
        return text

    def _set_aside(self, reason: Reason) -> NoReturn:
        with contextlib.suppress(NotKept), self._folder.held():
            self._folder.rename(self._entry + SUFFIX, self._entry + SPOILED)
        raise NotKept(Trouble(reason, str(self._folder.path)))

    def _sealing_key(self) -> bytes | None:
        """The key to save with, made where there is none; None when another console has signed out since.

        Call while the folder is held: two consoles must not make two keys.
        """
        if self._key is not None:
            if not self._fits(self._key):
                self._key = self._ask_for_key()
            return self._key
        self._key = self._ask_for_key()
        if self._key is None:
            key = draw_key()
            with self._remembered():
                self._keys.keep(self._entry, key)
            self._key = key
        return self._key

    def _fits(self, key: bytes) -> bool:
        """False when the file is gone, or is another console's of a later sign-in."""
        sealed = self._folder.read(self._entry + SUFFIX)
        try:
            return sealed is not None and bool(unseal(key, self._entry, sealed))
        except Spoiled:
            return False

    def _ask_for_key(self, *, patient: bool = False) -> bytes | None:
        if self._keyless is not None:
            raise NotKept(self._keyless)
        with self._remembered():
            return self._keys.read(self._entry, patient=patient)

    @contextlib.contextmanager
    def _remembered(self) -> Iterator[None]:
        try:
            yield
        except NotKept as error:
            if error.trouble.reason is not Reason.UNANSWERED:  # that one is not over yet
                self._keyless = error.trouble
            raise

    def _say(self, trouble: Trouble | None) -> None:
        before, self._trouble = self._trouble, trouble
        if (before and before.reason) is not (trouble and trouble.reason):
            self._tell(trouble)
