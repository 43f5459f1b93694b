"""operator-relay subject: give out or erase what is held about one person."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from console.domain.errors import BadSettings
from console.domain.ids import plain_id
from console.relay.audit.command import key_of
from console.relay.lock import hold_folder
from console.relay.settings import load
from console.relay.subject import erase, export

_NUMBER = re.compile(r"\+[1-9]\d{3,14}")


def add_to(commands: Any) -> None:
    """Add `subject` and what it can do to the commands of operator-relay."""
    subject = commands.add_parser("subject", help="give out or erase what is held about one person")
    verbs = subject.add_subparsers(dest="verb", required=True)
    for verb, says in (
        ("export", "print it as JSON lines"),
        ("erase", "erase their calls from the log and their names from the audit"),
    ):
        command = verbs.add_parser(verb, help=f"{says}; the relay must not be running")
        who = command.add_mutually_exclusive_group(required=True)
        who.add_argument("--user", metavar="ID", help="object id of a user")
        who.add_argument("--phone", type=_phone, metavar="+NUMBER", help="number in E.164")
        command.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")


def run(chosen: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Do what was asked and return the exit status. Raises BadSettings, also while the relay runs."""
    settings = load(chosen.config)
    data = Path(settings.data_dir)
    person = plain_id(chosen.user) if chosen.user else chosen.phone
    if not data.is_dir():
        raise BadSettings(f"There is no folder {data}.", "Is data_dir in the settings right?")
    with hold_folder(data):
        key = key_of(settings) if (data / "audit.db").is_file() else None
        if chosen.verb == "export":
            for found in export(data, person, key):
                say(msgspec.json.encode(found).decode())
            return 0
        done = erase(data, person, key)
    if settings.redis:
        # Several relays fold one log in Redis while they run: no single one of them may rewrite it.
        hours = settings.retention / 3600
        say(f"Facts are in Redis and go by themselves after {hours:.0f} h.")
    say(f"{done.calls} calls are gone from the log, and the names from {done.lines} lines of the audit.")
    return 0


def _phone(text: str) -> str:
    number = re.sub(r"[ ()./-]", "", text)
    if not _NUMBER.fullmatch(number):
        raise argparse.ArgumentTypeError(f"{text} is not a number like +14255550123")
    return number
