"""Who has signed in on this computer: names to choose from at a change of shift, and no secret."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any, Protocol

from .operators import Account, Remembered

MOST = 20
"""Accounts that a desk remembers; the one that was used longest ago leaves first."""

logger = logging.getLogger(__name__)


class AccountBook(Protocol):
    """Keeps the remembered accounts, the one last used first. Called in the worker thread only."""

    def load(self) -> tuple[Remembered, ...]:
        """The remembered accounts; none when they cannot be read."""

    def save(self, accounts: tuple[Remembered, ...]) -> None:
        """Keep `accounts` in the place of those before. Raises OSError."""


class MemoryBook:
    """Remembers as long as the process lives."""

    def __init__(self) -> None:
        self._accounts: tuple[Remembered, ...] = ()

    def load(self) -> tuple[Remembered, ...]:
        return self._accounts

    def save(self, accounts: tuple[Remembered, ...]) -> None:
        self._accounts = accounts


class FileBook:
    """A small JSON file that only its owner can read: names are personal, although they open nothing."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def load(self) -> tuple[Remembered, ...]:
        try:
            document = json.loads(self._file.read_text("utf-8"))
            return tuple(_read(entry) for entry in document["accounts"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("The list of accounts cannot be read (%s); it begins anew.", type(error).__name__)
            return ()

    def save(self, accounts: tuple[Remembered, ...]) -> None:
        document = {"accounts": [_write(entry) for entry in accounts]}
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=f"{self._file.name}-")
        written = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as opened:
                json.dump(document, opened, indent=1)
            written.replace(self._file)
        except BaseException:
            written.unlink(missing_ok=True)
            raise


def noted(accounts: tuple[Remembered, ...], account: Account, now: float) -> tuple[Remembered, ...]:
    """Return `accounts` with `account`, used at `now` (seconds since the epoch), at their head."""
    return (Remembered(account, now), *without(accounts, account))[:MOST]


def without(accounts: tuple[Remembered, ...], account: Account) -> tuple[Remembered, ...]:
    """Return `accounts` but for `account`."""
    return tuple(entry for entry in accounts if entry.account.key != account.key)


def _read(entry: Any) -> Remembered:
    name, upn, oid, tenant_id = (str(entry[part]) for part in ("name", "upn", "oid", "tenant_id"))
    return Remembered(Account(name, upn, oid, tenant_id), float(entry["used"]))


def _write(entry: Remembered) -> dict[str, object]:
    who = entry.account
    return {
        "name": who.name,
        "upn": who.upn,
        "oid": who.oid,
        "tenant_id": who.tenant_id,
        "used": round(entry.used),
    }
