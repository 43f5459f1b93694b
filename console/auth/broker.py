"""The Windows broker (WAM): whether people sign in with it here, and the one call that it takes.

Source: https://learn.microsoft.com/en-us/entra/msal/python/advanced/wam
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .errors import BrokerFailed

if TYPE_CHECKING:
    import msal

    from .client import Ask

NO_WINDOW = 0
RUNTIME = "pymsalruntime"
"""Microsoft's library behind `msal[broker]`; without it msal says nothing and uses the browser."""


def is_here(name: str = RUNTIME) -> bool:
    """True when the broker's library is installed."""
    return importlib.util.find_spec(name) is not None


def uses_broker(platform: str, *, allowed: bool, installed: Callable[[], bool] = is_here) -> bool:
    """True where Windows signs people in: the default on `platform` win32, and nowhere else.

    On macOS it needs a managed computer and is known to hang without one; on Linux it needs Intune.
    """
    return allowed and platform == "win32" and installed()


def ask_windows(
    app: msal.PublicClientApplication, scopes: list[str], ask: Ask, window: int
) -> dict[str, Any]:
    """Return MSAL's result of a sign-in in a dialog above `window`; it blocks for as long as that is open.

    Consent to other resources cannot be asked for here: it is asked for when it is needed.

    Raises:
        BrokerFailed: Windows refused to show it, or broke down.
    """
    try:
        result: dict[str, Any] = app.acquire_token_interactive(
            scopes,
            prompt=None if ask.login_hint else "select_account",
            login_hint=ask.login_hint or None,
            claims_challenge=ask.claims or None,
            parent_window_handle=window or app.CONSOLE_WINDOW_HANDLE,
        )
    except (RuntimeError, ValueError, OSError) as error:  # pymsalruntime's own errors are RuntimeErrors
        raise BrokerFailed("Windows could not sign you in.") from error
    return result
