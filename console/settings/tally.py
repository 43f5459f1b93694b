"""How many meetings each person made in each month, kept across starts: numbers only, no names and no ids."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger(__name__)


class Tally:
    """Counts per person and calendar month (UTC). `now` gives UTC seconds.

    One small file for each person in `folder`; who it is for cannot be read from its name. Each count is read
    anew, so that two consoles of one person on one computer add to the same number. A disk that cannot be
    written costs the memory over a restart and nothing else.
    """

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        self._folder = folder
        self._now = now
        self._unwritten: dict[tuple[Path, str], int] = {}

    def add(self, person: str) -> None:
        """Count one more meeting of `person`, an id that never changes."""
        file, month = self._file(person), self._month()
        count = self.count(person) + 1
        try:
            self._write(file, month, count)
        except OSError as error:
            if not self._unwritten:
                log.warning("the count of meetings cannot be kept: %s", error.strerror)
            self._unwritten[file, month] = count
        else:
            self._unwritten.pop((file, month), None)

    def count(self, person: str) -> int:
        """Return how many meetings `person` has made in the present month."""
        file, month = self._file(person), self._month()
        try:
            kept = json.loads(file.read_text("utf-8")).get(month, 0)
        except (OSError, ValueError, AttributeError):
            kept = 0
        return max(kept if type(kept) is int else 0, self._unwritten.get((file, month), 0))

    def _write(self, file: Path, month: str, count: int) -> None:
        """Replace the whole file at once: a crash leaves the old number or the new one, never half."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self._folder, prefix=file.stem)  # readable by nobody else
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as opened:
                json.dump({month: count}, opened)
            Path(draft).replace(file)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise

    def _file(self, person: str) -> Path:
        name = hashlib.blake2b(person.encode(), digest_size=8, person=b"meetings").hexdigest()
        return self._folder / f"meetings-{name}.json"

    def _month(self) -> str:
        return datetime.fromtimestamp(self._now(), tz=UTC).strftime("%Y-%m")
