"""Signing in: the only place that knows msal. Operators by browser, the bot by certificate."""

from .account import EVERYWHERE, AccountService
from .assertion import signed_by_command
from .book import AccountBook, FileBook, MemoryBook
from .bot import BotCredential
from .broker import uses_broker
from .browsers import OpenBrowser, command_browser, system_browser
from .cache import MemoryStore, MemoryStores, TokenStore, TokenStores
from .credential import Certificate, Credential, ManagedIdentity, Pfx, Secret, SignedElsewhere, TokenFile
from .errors import AuthError
from .mends import (
    AskAdministrator,
    CopyDetails,
    Mend,
    OpenPage,
    SignInAgain,
    TryAgain,
    UseBrowser,
    label_of,
)
from .operators import (
    Account,
    AccountState,
    DeviceCode,
    NeedsOperator,
    Offline,
    Remembered,
    SignedIn,
    SignedOut,
    SigningIn,
)
from .registration import BotRegistration, Registration, Resource
from .trust import build_context

__all__ = [
    "EVERYWHERE",
    "Account",
    "AccountBook",
    "AccountService",
    "AccountState",
    "AskAdministrator",
    "AuthError",
    "BotCredential",
    "BotRegistration",
    "Certificate",
    "CopyDetails",
    "Credential",
    "DeviceCode",
    "FileBook",
    "ManagedIdentity",
    "MemoryBook",
    "MemoryStore",
    "MemoryStores",
    "Mend",
    "NeedsOperator",
    "Offline",
    "OpenBrowser",
    "OpenPage",
    "Pfx",
    "Registration",
    "Remembered",
    "Resource",
    "Secret",
    "SignInAgain",
    "SignedElsewhere",
    "SignedIn",
    "SignedOut",
    "SigningIn",
    "TokenFile",
    "TokenStore",
    "TokenStores",
    "TryAgain",
    "UseBrowser",
    "build_context",
    "command_browser",
    "label_of",
    "signed_by_command",
    "system_browser",
    "uses_broker",
]
