"""Which password stores are taken, what is set on them, and what is made of their failures: on any system."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import ClassVar

import pytest

from console.auth.vault import Reason, SystemKeys, Trouble, Vault
from console.auth.vault.keyrings import ALLOWED, Allowed, find
from console.auth.vault.troubles import NotKept

HERE = __name__
KEY = bytes(range(32))


class WinVaultKeyring:
    """As keyring has it for Windows, where what is kept roams with the user unless it is told not to."""

    priority = 5
    kept: ClassVar[dict[tuple[str, str], tuple[str, str]]] = {}

    def __init__(self) -> None:
        self.persist = "enterprise"

    def get_password(self, service: str, user: str) -> str | None:
        return self.kept.get((service, user), (None, None))[0]

    def set_password(self, service: str, user: str, password: str) -> None:
        self.kept[service, user] = (password, self.persist)

    def delete_password(self, service: str, user: str) -> None:
        from keyring.errors import PasswordDeleteError

        if self.kept.pop((service, user), None) is None:
            raise PasswordDeleteError(service)


class Better(WinVaultKeyring):
    priority = 9


class Hesitant(WinVaultKeyring):
    """Asks the operator, who closes the question after a while."""

    asked = 0
    closed = threading.Event()

    def get_password(self, service: str, user: str) -> str | None:
        Hesitant.asked += 1
        assert self.closed.wait(30.0)
        raise KeyringLocked("Failed to unlock the collection!")


class KeyringLocked(Exception):
    """As keyring's own."""


@pytest.fixture(autouse=True)
def empty() -> None:
    WinVaultKeyring.kept = {}


def one(kind: str) -> Allowed:
    return Allowed(kind, HERE, kind)


def test_nothing_that_writes_in_clear_is_allowed() -> None:
    names = {(each.module, each.kind) for several in ALLOWED.values() for each in several}
    assert names == {
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
        ("keyring.backends.macOS", "Keyring"),
        ("keyring.backends.Windows", "WinVaultKeyring"),
    }


def test_on_windows_the_key_stays_on_this_computer() -> None:
    keys = SystemKeys((one("WinVaultKeyring"),))
    keys.keep("entry", KEY)
    assert keys.read("entry") == KEY
    (kept,) = WinVaultKeyring.kept.values()
    assert kept[1] == "local machine"
    assert len(kept[0].encode("utf-16")) < 2560  # the most that Windows takes
    keys.forget("entry")
    keys.forget("entry")  # nothing happens where there is none
    assert keys.read("entry") is None


def test_the_best_that_works_is_taken() -> None:
    name, ring = find(
        (one("WinVaultKeyring"), one("Better"), Allowed("gone", "keyring.backends.nowhere", "X"))
    )
    assert name == "Better" and type(ring) is Better


def test_none_that_works_is_said() -> None:
    for allowed in (
        (),
        (Allowed("gone", "keyring.backends.nowhere", "X"),),
        (Allowed("odd", HERE, "Nothing"),),
    ):
        with pytest.raises(NotKept) as caught:
            find(allowed)
        assert caught.value.trouble.reason is Reason.NO_SERVICE


def test_a_store_that_forgets_is_found_out(tmp_path: Path) -> None:
    told: list[Trouble | None] = []
    null = Allowed("null", "keyring.backends.null", "Keyring")
    store = Vault(tmp_path, SystemKeys((null,)), told.append).of("tenant.somebody")
    store.save("new")
    assert told[-1] and told[-1].reason is Reason.FORGETFUL and store.load() == "new"


@pytest.mark.parametrize("kept", ["", "not base64", "AAAA", "A" * 44])
def test_what_is_no_key_is_none(kept: str) -> None:
    keys = SystemKeys((one("WinVaultKeyring"),))
    keys.keep("entry", KEY)
    WinVaultKeyring.kept = dict.fromkeys(WinVaultKeyring.kept, (kept, ""))
    assert keys.read("entry") is None


def test_a_question_that_was_closed_late_is_not_asked_again(tmp_path: Path) -> None:
    told: list[Trouble | None] = []
    keys = SystemKeys((one("Hesitant"),), haste=0.05)
    store = Vault(tmp_path, keys, told.append).of("tenant.somebody")
    store.save("first")
    store.save("second")
    assert keys._under_way is not None
    Hesitant.closed.set()
    assert keys._under_way.exception(30.0)
    store.save("third")
    store.save("fourth")
    assert [t and t.reason for t in told] == [Reason.UNANSWERED, Reason.LOCKED] and Hesitant.asked == 1
    assert store.load() == "fourth"


def test_a_failure_carries_nothing_of_the_key(caplog: pytest.LogCaptureFixture) -> None:
    """Foreign exceptions quote what they were given; ours neither quotes nor drags them along."""

    class Quoting(WinVaultKeyring):
        def set_password(self, service: str, user: str, password: str) -> None:
            raise ValueError(f"cannot store {password}")

    sys.modules[HERE].Quoting = Quoting  # type: ignore[attr-defined]
    with pytest.raises(NotKept) as caught:
        SystemKeys((one("Quoting"),)).keep("entry", KEY)
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert caught.value.trouble == Trouble(Reason.FAILED, "Quoting", "ValueError")
    assert "AAEC" not in f"{caught.value!r}{caught.value.trouble}{caplog.text}"
