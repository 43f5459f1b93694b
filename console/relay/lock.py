"""One relay for one folder: two would both number the facts."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from console.domain.errors import BadSettings


@contextlib.contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Hold `folder`, made if missing, while the block runs; however the process ends, it is let go of.

    SQLite's lock serves because it works alike on every system. Raises BadSettings when it is held.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = sqlite3.connect(folder / "relay.lock", timeout=0.0, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        connection.close()
        raise BadSettings(
            f"Another relay is using the folder {folder}.", "Stop it, or give this one its own data_dir."
        ) from error
    try:
        yield
    finally:
        connection.close()
