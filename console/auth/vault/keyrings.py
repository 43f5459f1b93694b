"""The system's password store through `keyring`: which one, bounded in time, with its failures mapped.

We never ask keyring to choose: that would obey PYTHON_KEYRING_BACKEND, keyringrc.cfg and every package that
registers itself, among them some that write in clear.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import os
import sys
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from threading import Lock, Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .complaints import reason_of
from .sealing import KEY
from .troubles import NotKept, Reason, Trouble

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

R = TypeVar("R")

SERVICE = "operator-console"
USER = "token-cache"
PATIENCE = 60.0
"""Seconds that the operator has for the question of the password store when the console starts."""
HASTE = 5.0
"""Seconds for everything else: who has just signed in is waited for by callers."""


class Keys(Protocol):
    """Keeps 32-byte keys by name. Every method may block and raises NotKept.

    Two threads may ask: the worker, and one in which a question to the operator may stay.
    """

    @property
    def name(self) -> str:
        """What the operator knows it as."""

    def read(self, entry: str, *, patient: bool = False) -> bytes | None:
        """The key, None if there is none. `patient`: nothing else can be done before it is there."""

    def keep(self, entry: str, key: bytes) -> None:
        """Keep a key and make sure that it is kept."""

    def forget(self, entry: str) -> None:
        """Delete a key; nothing happens where there is none."""

    def close(self) -> None:
        """Wait for nothing any more. May be called in any thread."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A password store that guards what it keeps; `module` and `kind` say where keyring has it."""

    name: str
    module: str
    kind: str


ALLOWED = MappingProxyType(
    {
        "linux": (
            Allowed("Secret Service", "keyring.backends.SecretService", "Keyring"),
            Allowed("KWallet", "keyring.backends.kwallet", "DBusKeyring"),
        ),
        "darwin": (Allowed("macOS Keychain", "keyring.backends.macOS", "Keyring"),),
        "win32": (Allowed("Windows Credential Manager", "keyring.backends.Windows", "WinVaultKeyring"),),
    }
)


class SystemKeys:
    """Keys in the password store of this system, found at first use.

    A call that takes longer than `patience` or `haste` (seconds) is left alone, and as long as it is not over
    no other is begun: the operator sees one question, not a pile of them. Its late end counts for the next.
    """

    def __init__(
        self,
        allowed: tuple[Allowed, ...] | None = None,
        *,
        patience: float = PATIENCE,
        haste: float = HASTE,
    ) -> None:
        self._allowed = ALLOWED.get(sys.platform, ()) if allowed is None else allowed
        self._patience = patience
        self._haste = haste
        self._found: tuple[str, KeyringBackend] | None = None
        self._under_way: Future[Any] | None = None
        self._turn = Lock()
        """Held while it is settled whose question is asked, never while one is."""
        self._closed: Future[None] = Future()

    @property
    def name(self) -> str:
        return self._found[0] if self._found else " / ".join(one.name for one in self._allowed)

    def read(self, entry: str, *, patient: bool = False) -> bytes | None:
        seconds = self._patience if patient else self._haste
        if patient and self._under_way is not None:  # whoever has time waits for the question that is there
            wait([self._under_way, self._closed], seconds, FIRST_COMPLETED)
        text = self._ask(lambda ring: ring.get_password(f"{SERVICE}/{entry}", USER), seconds)
        if text is None:
            return None
        try:
            key = base64.b64decode(text, validate=True)
        except binascii.Error:
            return None
        return key if len(key) == KEY else None

    def keep(self, entry: str, key: bytes) -> None:
        text = base64.b64encode(key).decode()
        self._ask(lambda ring: ring.set_password(f"{SERVICE}/{entry}", USER, text), self._haste)
        if self.read(entry) != key:  # keyring's null store takes everything and keeps nothing
            raise NotKept(Trouble(Reason.FORGETFUL, self.name))

    def forget(self, entry: str) -> None:
        from keyring.errors import PasswordDeleteError

        def delete(ring: KeyringBackend) -> None:
            try:
                ring.delete_password(f"{SERVICE}/{entry}", USER)
            except PasswordDeleteError:
                if ring.get_password(f"{SERVICE}/{entry}", USER) is not None:
                    raise

        self._ask(delete, self._haste)

    def close(self) -> None:
        if not self._closed.done():
            self._closed.set_result(None)

    def _ask(self, question: Callable[[KeyringBackend], R], seconds: float) -> R:
        answer: Future[R] = Future()
        with self._turn:
            late = self._under_way
            if self._closed.done() or (late is not None and not late.done()):
                raise NotKept(Trouble(Reason.UNANSWERED, self.name))
            if late is not None and (error := late.exception()) is not None:
                raise NotKept(self._trouble(error))
            self._under_way = answer
        Thread(target=self._run, args=(answer, question), name="password store", daemon=True).start()
        either: list[Future[Any]] = [answer, self._closed]
        wait(either, seconds, FIRST_COMPLETED)
        if not answer.done():
            raise NotKept(Trouble(Reason.UNANSWERED, self.name))
        try:
            return answer.result()
        except Exception as error:  # noqa: BLE001 - each store throws what its own library throws
            trouble = self._trouble(error)
        # Out here, so that the foreign exception is gone: its text and its frames may hold the key.
        raise NotKept(trouble)

    def _run(self, answer: Future[R], question: Callable[[KeyringBackend], R]) -> None:
        try:
            answer.set_result(question(self._find()))
        except BaseException as error:  # noqa: BLE001 - handed to who waits
            answer.set_exception(error)

    def _trouble(self, error: BaseException) -> Trouble:
        self._under_way = None
        if isinstance(error, NotKept):
            return error.trouble
        return Trouble(reason_of(error), self.name, type(error).__name__)

    def _find(self) -> KeyringBackend:
        if self._found is None:
            self._found = find(self._allowed)
        return self._found[1]


def find(allowed: tuple[Allowed, ...]) -> tuple[str, KeyringBackend]:
    """Return the best of the allowed stores that works here, with its name.

    Raises:
        NotKept: none does.
    """
    working: list[tuple[float, str, type[KeyringBackend]]] = []
    troubles: list[Trouble] = []
    for one in allowed:
        try:
            kind = getattr(importlib.import_module(one.module), one.kind)
            working.append((kind.priority, one.name, kind))
        except Exception as error:  # noqa: BLE001 - each store throws what its own library throws
            reason = reason_of(error)
            known = reason in (Reason.NO_BUS, Reason.DENIED)
            troubles.append(Trouble(reason if known else Reason.NO_SERVICE, one.name, type(error).__name__))
    if not working:
        raise NotKept(troubles[0] if troubles else Trouble(Reason.NO_SERVICE, sys.platform))
    _, name, kind = max(working, key=lambda found: found[0])
    return name, _plain(kind())


def _plain(ring: KeyringBackend) -> KeyringBackend:
    """Undo what KEYRING_PROPERTY_… of the environment set, and keep the key on this computer."""
    for variable in os.environ:
        prefix, found, name = variable.partition("KEYRING_PROPERTY_")
        if found and not prefix:
            vars(ring).pop(name.lower(), None)
    if type(ring).__name__ == "WinVaultKeyring":
        ring.persist = "local machine"  # type: ignore[attr-defined]  # else it roams to every computer
    return ring
