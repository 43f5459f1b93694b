"""A folder that is the operator's alone, in which a file is whole or not there: locked, atomic, durable."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .troubles import NotKept, Reason, Trouble, disk_trouble

PATIENCE = 10.0
"""Seconds that another console may hold the folder."""
_PAUSE = 0.02
TRIES = 10
_UNFINISHED = ".unfinished"


class Folder:
    """Names are plain file names. Every method raises NotKept where the disk or its owner says no.

    Not for several threads; several processes wait for each other inside `held`.
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        self._patience = patience

    def has(self, name: str) -> bool:
        with self._mapped():
            return os.path.lexists(self.path / name)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file that is ours, None if there is none."""
        with self._mapped():
            try:
                handle = os.open(self.path / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            except FileNotFoundError:
                return None
            with os.fdopen(handle, "rb") as file:
                self._own(handle, self.path / name, 0o600)
                return file.read()

    def write(self, name: str, content: bytes) -> None:
        """Put the file in the place of the one before. Whenever the power fails, one of both is there."""
        with self._mapped():
            handle, unfinished = tempfile.mkstemp(dir=self.path, suffix=_UNFINISHED)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                _replace(Path(unfinished), self.path / name)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(unfinished).unlink()
                raise
            self._settle()

    def rename(self, name: str, other: str) -> None:
        """Move a file; nothing happens where there is none."""
        with self._mapped(), contextlib.suppress(FileNotFoundError):
            (self.path / name).replace(self.path / other)
            self._settle()

    def remove(self, name: str) -> None:
        """Delete a file; nothing happens where there is none."""
        with self._mapped(), contextlib.suppress(FileNotFoundError):
            (self.path / name).unlink()
            self._settle()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Make sure that the folder is there and ours, and keep other processes out of it inside."""
        with self._mapped():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._inspect()
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            self._wait(lock)
            self._tidy()
            yield
        finally:
            os.close(lock)

    def _wait(self, lock: int) -> None:
        deadline = time.monotonic() + self._patience
        while not _try_lock(lock):
            if time.monotonic() > deadline:
                raise NotKept(Trouble(Reason.BUSY, str(self.path)))
            time.sleep(_PAUSE)

    def _tidy(self) -> None:
        """Remove what a killed process left: whoever holds the lock is the only one who writes."""
        with self._mapped():
            for left in self.path.glob(f"*{_UNFINISHED}"):
                left.unlink()

    def _inspect(self) -> None:
        if sys.platform == "win32":
            return
        handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._own(handle, self.path, 0o700)
        finally:
            os.close(handle)

    def _own(self, handle: int, path: Path, mode: int) -> None:
        """Make sure that what is open is ours and nobody else's. On Windows the profile's own list does."""
        if sys.platform == "win32":
            return
        if os.fstat(handle).st_uid != os.geteuid():
            raise NotKept(Trouble(Reason.FOREIGN_OWNER, str(path)))
        if stat.S_IMODE(os.fstat(handle).st_mode) & ~mode:
            with contextlib.suppress(PermissionError):
                os.fchmod(handle, mode)
            if stat.S_IMODE(os.fstat(handle).st_mode) & ~mode:  # a disk that knows no owners
                raise NotKept(Trouble(Reason.OPEN_TO_OTHERS, str(path)))

    def _settle(self) -> None:
        """Have the disk keep the new name too; Windows does it by itself."""
        if sys.platform == "win32":
            return
        handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise NotKept(disk_trouble(error, str(self.path))) from error


def _replace(file: Path, by: Path) -> None:
    """On Windows whoever looks at a file, such as a virus scanner, keeps it from being moved for a moment."""
    for _ in range(TRIES):
        try:
            file.replace(by)
        except PermissionError:
            time.sleep(_PAUSE)
        else:
            return
    file.replace(by)


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
