"""Reading the audit: is it whole, who did what, and which names it still holds."""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from console.domain.errors import BadSettings
from console.relay.audit.entries import START, Line, Link, People, faults, pseudonym, seal


class Head(msgspec.Struct, frozen=True):
    """What is exported now and then and kept elsewhere: the chain had this head after line `n`."""

    n: int
    at: float
    head: str
    """Hexadecimal."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an inspection found. `faults` must not be; `erased` lines have lost their names, which may be."""

    lines: int
    first: int
    last: int
    erased: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line with its names, None when they are erased."""

    line: Line
    people: People | None


def verify(file: Path, key: bytes, heads: Sequence[Head] = ()) -> Report:
    """Check the whole audit in `file` against itself and against `heads` that were exported before.

    A change, a gap, a swap and an insertion show by themselves; lines cut off at the end, or a chain made
    anew by somebody who has the key, show only against a head that was kept elsewhere.
    Raises BadSettings when there is no audit to read.
    """
    with closing(_open(file)) as connection:
        try:
            links = [
                Link(n, bytes(body), bytes(sealed), bytes(head))
                for n, body, sealed, head in _links(connection)
            ]
            anchor = connection.execute("SELECT n, head FROM anchor").fetchone()
            names = {n: (bytes(nonce), bytes(body)) for n, nonce, body in _names(connection)}
        except (sqlite3.DatabaseError, TypeError) as error:
            return Report(0, 0, 0, 0, (f"The file is damaged: {error}.",))
    before, first = (bytes(anchor[1]), int(anchor[0]) + 1) if anchor else (START, 1)
    found = faults(key, links, before, first)
    sealed = {one.n: one.seal for one in links}
    for n, (nonce, body) in names.items():
        if n not in sealed:
            found.append(f"There are names for line {n}, which does not exist.")
        elif not hmac.compare_digest(seal(nonce, body), sealed[n]):
            found.append(f"The names of line {n} were changed.")
    found += _against(heads, {one.n: one.head for one in links}, first, links[-1].n if links else first - 1)
    last = links[-1].n if links else first - 1
    return Report(len(links), first, last, len(links) - len(names.keys() & sealed.keys()), tuple(found))


def read(file: Path) -> Iterator[Entry]:
    """Yield the lines in order. Raises BadSettings when there is no audit to read."""
    with closing(_open(file)) as connection:
        query = "SELECT lines.body, names.body FROM lines LEFT JOIN names USING (n) ORDER BY n"
        for body, names in connection.execute(query):
            people = None if names is None else msgspec.json.decode(names, type=People)
            yield Entry(msgspec.json.decode(body, type=Line), people)


def about(entries: Iterator[Entry], key: bytes, person: str) -> Iterator[Entry]:
    """Yield what `person` did (a user's object id), or what was done to them (an id or an E.164 number)."""
    for entry in entries:
        own = entry.line.who and entry.line.who == pseudonym(key, entry.line.tenant, person)
        if own or (entry.people is not None and person in (entry.people.operator, *entry.people.others)):
            yield entry


def read_heads(file: Path) -> list[Head]:
    """Return the heads in an export, one JSON object a line. Raises BadSettings."""
    try:
        return [
            msgspec.json.decode(line, type=Head)
            for line in file.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]
    except OSError as error:
        raise BadSettings(f"The exported heads in {file} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{file} does not hold exported heads: {error}.") from error


def _against(heads: Sequence[Head], known: dict[int, bytes], first: int, last: int) -> Iterator[str]:
    for head in heads:
        if head.n > last:
            yield f"Lines {last + 1} to {head.n} are gone: an exported head knows them."
        elif head.n >= first and not hmac.compare_digest(known.get(head.n, b"").hex(), head.head):
            yield f"The chain was made anew: line {head.n} is not what an exported head says."


def _open(file: Path) -> sqlite3.Connection:
    if not file.is_file():
        raise BadSettings(f"There is no audit in {file.parent}.", "Is data_dir in the settings right?")
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _links(connection: sqlite3.Connection) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    return iter(connection.execute("SELECT n, body, seal, head FROM lines ORDER BY n"))


def _names(connection: sqlite3.Connection) -> Iterator[tuple[int, bytes, bytes]]:
    return iter(connection.execute("SELECT n, nonce, body FROM names"))
