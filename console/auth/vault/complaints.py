"""What the exceptions of the password stores mean: every store's library has its own, few are keyring's."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from .troubles import Reason

_KINDS = MappingProxyType(
    {
        "PromptDismissedException": Reason.DISMISSED,
        "KeychainDenied": Reason.DENIED,
        "SecAuthFailure": Reason.DENIED,
        "KeyringLocked": Reason.LOCKED,
        "LockedException": Reason.LOCKED,
        "NoKeyringError": Reason.NO_SERVICE,
    }
)
_BUS = MappingProxyType(
    {
        "org.freedesktop.DBus.Error.AccessDenied": Reason.DENIED,
        "org.freedesktop.DBus.Error.ServiceUnknown": Reason.NO_SERVICE,
        "org.freedesktop.DBus.Error.NameHasNoOwner": Reason.NO_SERVICE,
        "org.freedesktop.DBus.Error.NoReply": Reason.UNANSWERED,
        "org.freedesktop.DBus.Error.NoServer": Reason.NO_BUS,
        "org.freedesktop.DBus.Error.Spawn.ExecFailed": Reason.NO_SERVICE,
        "org.freedesktop.Secret.Error.IsLocked": Reason.LOCKED,
    }
)
_KEYCHAIN = MappingProxyType({-128: Reason.DISMISSED, -25293: Reason.DENIED, -25308: Reason.LOCKED})
"""errSecUserCanceled, errSecAuthFailed, errSecInteractionNotAllowed."""
_WINDOWS = MappingProxyType({5: Reason.DENIED, 1312: Reason.NO_SERVICE})
"""ERROR_ACCESS_DENIED, ERROR_NO_SUCH_LOGON_SESSION (a session that came over the network has no store)."""


def reason_of(error: BaseException) -> Reason:
    """Return what an exception or one of its causes says, the innermost that says something."""
    said = [reason for link in _chain(error) if (reason := _said(link)) is not None]
    return said[-1] if said else Reason.FAILED


def _said(error: BaseException) -> Reason | None:
    if isinstance(error, FileNotFoundError | ConnectionError):
        return Reason.NO_BUS
    if type(error).__name__ == "SecretServiceNotAvailableException":
        return Reason.NO_BUS if error.__cause__ else Reason.NO_SERVICE
    if (found := _KINDS.get(type(error).__name__)) is not None:
        return found
    name = getattr(error, "name", None) or getattr(error, "_dbus_error_name", None)
    if isinstance(name, str) and name in _BUS:
        return _BUS[name]
    if isinstance(code := getattr(error, "winerror", None), int):
        return _WINDOWS.get(code)
    if error.args and isinstance(error.args[0], int) and not isinstance(error, OSError):
        return _KEYCHAIN.get(error.args[0])
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__
