"""Signing in: the only place that knows msal. Operators by browser, the bot by certificate."""

from .account import AccountService
from .assertion import signed_by_command
from .bot import BotCredential
from .browsers import OpenBrowser, command_browser, system_browser
from .cache import MemoryStore, TokenStore
from .credential import Certificate, Credential, ManagedIdentity, Pfx, Secret, SignedElsewhere, TokenFile
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
    "Credential",
    "DeviceCode",
    "ManagedIdentity",
    "MemoryStore",
    "NeedsOperator",
    "Offline",
    "OpenBrowser",
    "Pfx",
    "Registration",
    "Resource",
    "Secret",
    "SignedElsewhere",
    "SignedIn",
    "SignedOut",
    "SigningIn",
    "TokenFile",
    "TokenStore",
    "build_context",
    "command_browser",
    "signed_by_command",
    "system_browser",
]
