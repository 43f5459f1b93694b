"""Where this console keeps sign-ins: sealed on this computer, or nowhere when the administrator says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console.auth import FileBook
from console.auth.vault import Keys, SystemKeys, Trouble, Vault
from console.settings.loading import this_computer
from console.settings.options import Options
from console.settings.places import local_folder


class Told:
    """What is in the way of keeping sign-ins, for a window that may come later. Told in any thread."""

    def __init__(self) -> None:
        self._last: Trouble | None = None
        self._listener: Callable[[Trouble | None], None] | None = None

    def __call__(self, trouble: Trouble | None) -> None:
        self._last = trouble
        if self._listener is not None:
            self._listener(trouble)

    def listen(self, listener: Callable[[Trouble | None], None]) -> None:
        """Tell `listener` from now on, and at once what there is already."""
        self._listener = listener
        if self._last is not None:
            listener(self._last)


def vault(options: Options, tell: Callable[[Trouble | None], None], keys: Keys | None = None) -> Vault | None:
    """Return where sign-ins are kept, None for "until the console closes". Nothing is opened or asked yet.

    `tell` is called in another thread with what is in the way, and with None when it is over.
    """
    return Vault(folder(options), keys or SystemKeys(), tell) if options.keep_sign_in else None


def book(options: Options) -> FileBook | None:
    """Return where the names of those who have signed in here are kept, beside their sign-ins."""
    return FileBook(folder(options) / "accounts.json") if options.keep_sign_in else None


def folder(options: Options) -> Path:
    """Return the folder of kept sign-ins. It stays on this computer, as the key does: profiles may roam."""
    computer = this_computer()
    return Path(options.profile or local_folder(computer.environment, computer.platform)) / "sign-ins"
