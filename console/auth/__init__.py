"""Signing in: the only place that knows msal. Operators by browser, the bot by certificate."""

from .account import AccountService
from .bot import BotCredential
from .browsers import OpenBrowser, command_browser, system_browser
from .cache import MemoryStore, TokenStore
from .credential import Certificate, Secret
from .errors import AuthError
from .operators import (
    Account,
    AccountState,
    DeviceCode,
    NeedsOperator,
    Offline,
    SignedIn,
    SignedOut,
    SigningIn,
)
from .registration import BotRegistration, Registration, Resource
from .trust import build_context

__all__ = [
    "Account",
    "AccountService",
    "AccountState",
    "AuthError",
    "BotCredential",
    "BotRegistration",
    "Certificate",
    "DeviceCode",
    "MemoryStore",
    "NeedsOperator",
    "Offline",
    "OpenBrowser",
    "Registration",
    "Resource",
    "Secret",
    "SignedIn",
    "SignedOut",
    "SigningIn",
    "TokenStore",
    "build_context",
    "command_browser",
    "system_browser",
]
