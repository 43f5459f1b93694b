"""What the relay holds about one person, given out or erased at their wish (SECURITY §8).

Works on the files of a relay that is not running. A person is a user's object id or a number in E.164.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from console.domain.errors import BadSettings
from console.domain.events import NotUnderstood
from console.domain.ids import plain_id
from console.domain.reduce import reduce
from console.domain.world import World
from console.relay import ledger
from console.relay.audit import inspection
from console.relay.audit.journal import connect as connect_audit
from console.relay.ledger import Corrupt, Row
from console.wire.envelope import read_event, read_world, write_event, write_world

LOG = "facts.db"
"""The log of a single relay. Relays that share Redis have none here: there facts go after their time."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many calls went from the log, and from how many lines of the audit names went."""

    calls: int
    lines: int


def export(data: Path, person: str, key: bytes | None) -> Iterator[dict[str, Any]]:
    """Yield everything about `person` as JSON-ready values: the facts of their calls, then audit lines.

    `key` is the audit's, None when there is no audit. Raises BadSettings for a log that cannot be read.
    """
    if (data / LOG).is_file():
        with closing(_open(data)) as connection:
            rows, calls = _involved(connection, person)
            for row in rows:
                if row.call in calls:
                    yield {"seq": row.seq, "fact": msgspec.json.decode(row.data)}
    if key is not None:
        for entry in inspection.about(inspection.read(data / "audit.db"), key, person):
            yield {"audit": msgspec.to_builtins(entry.line), "people": msgspec.to_builtins(entry.people)}


def erase(data: Path, person: str, key: bytes | None) -> Erased:
    """Remove every ended call that `person` had a part in, and their names from the audit.

    The log gets a new epoch: consoles start afresh without them. The audit's chain still holds; what remains
    there are pseudonyms. Raises BadSettings while one of their calls is still going on.
    """
    if not (data / LOG).is_file():
        return Erased(0, 0 if key is None else _forget_names(data, person, key))
    with closing(_open(data)) as connection:
        rows, calls = _involved(connection, person)
        world, seq = _folded(connection, rows)
        if going_on := [id for id in calls if (call := world.calls.get(id)) is not None and call.live]:  # type: ignore[call-overload]
            raise BadSettings(
                f"{len(going_on)} call with this person is still going on.", "Try again when it has ended."
            )
        connection.execute("BEGIN IMMEDIATE")
        for row in rows:
            if row.call in calls:
                gone = write_event(NotUnderstood(key=row.key, at=row.at, what="erased"))
                _rewrite(connection, replace(row, call="", data=gone))
        at = max((row.at for row in rows), default=0.0)
        without = write_world(world.only(lambda call: str(call.id) not in calls))
        ledger.write_snapshot(connection, Row(seq, at, "", "snapshot", without))
        connection.execute("UPDATE meta SET value = ? WHERE name = 'epoch'", (secrets.token_hex(8),))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.execute("VACUUM")
    return Erased(len(calls), 0 if key is None else _forget_names(data, person, key))


def _involved(connection: sqlite3.Connection, person: str) -> tuple[list[Row], set[str]]:
    """All rows, and the ids of the calls that `person` appears in."""
    names = _matcher(person)
    try:
        rows = list(ledger.read_after(connection, 0))
        snapshot = ledger.read_snapshot(connection)
        calls = {row.call for row in rows if row.call and _mentions(msgspec.json.decode(row.data), names)}
        if snapshot is not None:
            known = msgspec.json.decode(snapshot.data).get("calls", {})
            calls |= {str(id) for id, call in known.items() if _mentions(call, names)}
    except (Corrupt, msgspec.DecodeError) as error:
        raise _damaged(error) from error
    return rows, calls


def _folded(connection: sqlite3.Connection, rows: list[Row]) -> tuple[World, int]:
    snapshot = ledger.read_snapshot(connection)
    world, seq = (read_world(snapshot.data), snapshot.seq) if snapshot else (World(), 0)
    for row in rows:
        if row.seq > seq:
            world, seq = reduce(world, read_event(row.data)), row.seq
    return world, seq


def _matcher(person: str) -> Callable[[str], bool]:
    wanted = plain_id(person)
    digits = "".join(c for c in person if c.isdigit()) if person.startswith("+") else ""

    def matches(value: str) -> bool:
        if plain_id(value) == wanted:
            return True
        return bool(digits) and value.startswith("+") and "".join(c for c in value if c.isdigit()) == digits

    return matches


def _mentions(value: Any, matches: Callable[[str], bool]) -> bool:
    match value:
        case str():
            return matches(value)
        case dict():
            return any(_mentions(inner, matches) for inner in (*value.keys(), *value.values()))
        case list():
            return any(_mentions(inner, matches) for inner in value)
    return False


def _rewrite(connection: sqlite3.Connection, row: Row) -> None:
    connection.execute(
        "UPDATE events SET call = ?, data = ?, sum = ? WHERE seq = ?", (row.call, row.data, row.sum, row.seq)
    )


def _forget_names(data: Path, person: str, key: bytes) -> int:
    lines = [e.line.n for e in inspection.about(inspection.read(data / "audit.db"), key, person)]
    with closing(connect_audit(data / "audit.db")) as connection:
        gone = sum(connection.execute("DELETE FROM names WHERE n = ?", (n,)).rowcount for n in lines)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return gone


def _damaged(error: Exception) -> BadSettings:
    return BadSettings(f"The log is damaged: {error}.", "Start the relay once; it sets it aside.")


def _open(data: Path) -> sqlite3.Connection:
    try:
        return ledger.connect(data / LOG)
    except Corrupt as error:
        raise _damaged(error) from error
