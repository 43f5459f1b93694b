"""operator-relay audit: is the audit whole, who did what, and the head to keep elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from console.domain.errors import BadSettings
from console.relay.audit.inspection import Entry, Report, read, read_heads, verify
from console.relay.settings import Settings, load

Say = Callable[[str], None]


def add_to(commands: Any) -> None:
    """Add `audit` and what it can do to the commands of operator-relay."""
    audit = commands.add_parser("audit", help="look into the record of who did what")
    verbs = audit.add_subparsers(dest="verb", required=True)
    check = verbs.add_parser("verify", help="say whether a line was changed, removed, moved or added")
    check.add_argument("--heads", type=Path, metavar="FILE", help="heads that were exported before")
    export = verbs.add_parser("export", help="print the lines as JSON, one each")
    export.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="only from this day on, in UTC")
    for command in (check, export):
        command.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")


def run(chosen: argparse.Namespace, say: Say) -> int:
    """Do what was asked and return the exit status. Raises BadSettings."""
    settings = load(chosen.config)
    if chosen.verb == "export":
        for entry in read(file_of(settings)):
            if chosen.since is None or entry.line.at >= chosen.since:
                say(shown(entry))
        return 0
    heads = read_heads(chosen.heads) if chosen.heads else []
    report = verify(file_of(settings), key_of(settings), heads)
    for line in _said(report, len(heads)):
        say(line)
    return 1 if report.faults else 0


def file_of(settings: Settings) -> Path:
    return Path(settings.data_dir) / "audit.db"


def key_of(settings: Settings) -> bytes:
    """Return the key of the chain. Raises BadSettings: one made now would call every line a forgery."""
    file = Path(settings.data_dir) / "audit.key"
    if not file_of(settings).is_file():
        raise BadSettings(f"There is no audit in {file.parent}.", "Is data_dir in the settings right?")
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadSettings(f"The audit's key {file} cannot be read: {error.strerror}.") from error


def shown(entry: Entry) -> str:
    """Return one line with its names as JSON."""
    at = datetime.fromtimestamp(entry.line.at, UTC).isoformat(timespec="milliseconds")
    names = "erased" if entry.people is None else msgspec.to_builtins(entry.people)
    return msgspec.json.encode({**msgspec.to_builtins(entry.line), "at": at, "people": names}).decode()


def _said(report: Report, heads: int) -> list[str]:
    if report.faults:
        return list(report.faults)
    if not report.lines:
        return ["The audit has no lines."]
    names = f" {report.erased} have lost their names, which is no fault." if report.erased else ""
    whole = f"Lines {report.first} to {report.last} are whole.{names}"
    if heads:
        return [f"{whole} They agree with {heads} exported heads."]
    return [whole, "Whether lines were cut off at the end shows only against exported heads (--heads FILE)."]


def _day(text: str) -> float:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day like 2026-09-21") from None
