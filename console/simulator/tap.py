"""Everything said over the wire, as it was said: handed to an observer, or appended to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Asked:
    """One Graph request with its answer. `path` begins with /v1.0; `operation` is the ledger's name for it.

    Bodies are what JSON makes of them, None when there is none; an answer in bytes is a picture. `faults` are
    those that changed the answer's form.
    """

    method: str
    path: str
    query: str
    operation: str
    body: Any
    status: int
    answer: Any
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One POST of a notification, whether or not it arrives. `faults` are those that changed it."""

    url: str
    body: Any
    faults: tuple[str, ...] = ()


Observer = Callable[[Asked | Told], None]


@contextmanager
def exchange_file(path: Path | None) -> Iterator[Observer | None]:
    """An observer that appends a line of JSON for everything it sees; without a path there is none.

    Only this user may read the file. Raises OSError when it cannot be opened.
    """
    if path is None:
        yield None
        return
    # Each line is one unbuffered write: nothing is lost when the program is killed, and the lines of several
    # simulators that share a file do not mix.
    with path.open("ab", buffering=0) as file:
        path.chmod(0o600)

        def write(seen: Asked | Told) -> None:
            if isinstance(seen, Asked) and isinstance(seen.answer, bytes):
                seen = replace(seen, answer=f"{len(seen.answer)} bytes")
            file.write(msgspec.json.encode(seen) + b"\n")

        yield write


def read_exchange(line: bytes) -> Asked | Told:
    """What one line of the file says. Raises msgspec.ValidationError for anything else."""
    if line.startswith(b'{"url"'):
        return msgspec.json.decode(line, type=Told)
    return msgspec.json.decode(line, type=Asked)
