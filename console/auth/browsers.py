"""Ways to open the sign-in page: the system's browser, or a configured command."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Sequence

from .errors import BrowserFailed

logger = logging.getLogger(__name__)

OpenBrowser = Callable[[str], None]
"""Opens an address and returns at once; it is called on the event loop. Raises BrowserFailed."""


def system_browser() -> OpenBrowser:
    """Opens the address with Python's `webbrowser`; a desktop passes its toolkit's own opener instead."""

    def open_page(url: str) -> None:
        import webbrowser

        if not webbrowser.open(_checked(url)):
            raise BrowserFailed("No browser could be opened.")

    return open_page


def command_browser(argv: Sequence[str]) -> OpenBrowser:
    """Runs a command with the address appended, without a shell. Its output stays on our standard error."""

    def open_page(url: str) -> None:
        try:
            # The command is configuration and the address is checked; no shell reads either.
            process = subprocess.Popen([*argv, _checked(url)], stdin=subprocess.DEVNULL)  # noqa: S603
        except OSError as error:
            raise BrowserFailed("The configured browser command cannot be run.") from error
        threading.Thread(target=_see_off, args=(process,), name="browser command", daemon=True).start()

    return open_page


def _see_off(process: subprocess.Popen[bytes]) -> None:
    status = process.wait()
    if status:
        logger.warning("The browser command ended with status %d.", status)


def _checked(url: str) -> str:
    """The address, if it is one a browser may get: never a file, a program or an option."""
    if not url.startswith("https://"):
        raise BrowserFailed("The sign-in address is not a secure one.")
    return url
