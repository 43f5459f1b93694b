"""What the libraries of the password stores throw, in the shapes they throw it in, and what it means."""

from __future__ import annotations

import pytest

from console.auth.vault import Reason, Trouble
from console.auth.vault.complaints import reason_of
from console.language import load


class KeyringError(Exception):
    """As keyring's own."""


class KeyringLocked(KeyringError):
    """As keyring's own."""


class InitError(KeyringError):
    """As keyring's own."""


class NoKeyringError(KeyringError):
    """As keyring's own."""


class PasswordSetError(KeyringError):
    """As keyring's own."""


class Error(Exception):
    """As keyring.backends.macOS.api has it: a status of Apple's and a text."""


class KeychainDenied(Error):
    """As keyring.backends.macOS.api has it."""


class SecAuthFailure(Error):
    """As keyring.backends.macOS.api has it."""


class PromptDismissedException(Exception):
    """As secretstorage has it."""


class DBusException(Exception):
    """As python-dbus has it, which KWallet is asked through."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._dbus_error_name = name


class error(Exception):  # noqa: N801 - as pywintypes has it
    def __init__(self, winerror: int, funcname: str, text: str) -> None:
        super().__init__(winerror, funcname, text)
        self.winerror, self.funcname = winerror, funcname


@pytest.mark.parametrize(
    ("outer", "cause", "reason"),
    [
        (KeyringLocked("Can't get password"), KeychainDenied(-128, "Keychain Access Denied"), Reason.DENIED),
        (KeyringError("Can't get password"), Error(-25308, "Unknown Error"), Reason.LOCKED),
        (PasswordSetError("Can't store"), SecAuthFailure(-25293, "Security Auth Failure"), Reason.DENIED),
        (KeyringError("Can't get password"), Error(-50, "Unknown Error"), Reason.FAILED),
        (error(5, "CredWrite", "Access is denied."), None, Reason.DENIED),
        (error(1312, "CredRead", "A specified logon session does not exist."), None, Reason.NO_SERVICE),
        (error(1783, "CredWrite", "The stub received bad data."), None, Reason.FAILED),
        (KeyringLocked("Failed to unlock the collection!"), None, Reason.LOCKED),
        (InitError("Failed to create the collection"), PromptDismissedException(), Reason.DISMISSED),
        (InitError("x"), DBusException("org.freedesktop.DBus.Error.ServiceUnknown"), Reason.NO_SERVICE),
        (DBusException("org.freedesktop.DBus.Error.NoReply"), None, Reason.UNANSWERED),
        (DBusException("org.freedesktop.DBus.Error.AccessDenied"), None, Reason.DENIED),
        (RuntimeError("Unable to initialize SecretService"), ConnectionRefusedError(), Reason.NO_BUS),
        (NoKeyringError("No recommended backend was available."), None, Reason.NO_SERVICE),
        (ValueError("anything"), None, Reason.FAILED),
    ],
)
def test_every_shape_has_its_meaning(outer: Exception, cause: Exception | None, reason: Reason) -> None:
    outer.__cause__ = cause
    assert reason_of(outer) is reason


def test_a_ring_of_causes_ends() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert reason_of(first) is Reason.FAILED


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_said_in_both_languages(reason: Reason) -> None:
    trouble = Trouble(reason, "Secret Service")
    chinese = load("zh-CN")
    for text in (trouble.headline, trouble.sentence, trouble.remedy):
        english = str(text)
        assert english.endswith(".") and "{" not in english
        said = chinese.say(text)
        assert said != english and said.endswith("。") and "{" not in said


def test_every_system_has_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    said = set()
    for platform in ("linux", "darwin", "win32"):
        monkeypatch.setattr("sys.platform", platform)
        said.add(str(Trouble(Reason.LOCKED, "x").remedy))
    assert len(said) == 3 and any("Keychain" in text for text in said)
