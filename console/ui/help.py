"""What the help menu shows: the keys, written from the declared actions, and facts for support."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib import metadata

import PySide6
from PySide6.QtCore import qVersion
from PySide6.QtGui import QAction

from console.actions import ACTIONS
from console.domain.world import World
from console.feed.link import LinkState
from console.ui.commands import key_text
from console.ui.sheet import Fact
from console.ui.times import time_of_day

_ANYWHERE = (
    Fact("Letters, digits", "Search people, or a number to dial"),
    Fact("Enter", "In the calls: answer. In the people search: do the verb that is named there"),
    Fact("Up, Down, Home, End", "Choose a call, a participant or a person"),
    Fact("Tab, Shift+Tab", "Go to the next or the previous part"),
    Fact("Escape", "Back out; never ends or loses anything"),
    Fact("Backspace", "Undo a transfer or a rejection while its time runs"),
)


def keys(window_actions: Iterable[QAction]) -> list[Fact]:
    """The keyboard on one page."""
    facts = [Fact("Anywhere"), *_ANYWHERE]
    for action in window_actions:
        if not action.shortcut().isEmpty():
            facts.append(Fact(key_text(action.shortcut().toString()), action.iconText()))
    facts.append(Fact("Calls and people"))
    shared: dict[str, list[str]] = {}
    for verb in ACTIONS.values():
        if verb.keys:
            shared.setdefault(verb.keys, []).append(f"{verb.title}: {verb.summary}")
    facts.extend(Fact(key_text(key), "\n".join(texts)) for key, texts in shared.items())
    return facts


def diagnostics(world: World, link: LinkState, who: str) -> list[Fact]:
    """What support asks for first. No names of callers and no numbers."""
    live = sum(1 for call in world.calls.values() if call.live)
    since = f" since {time_of_day(link.since)}" if link.since else ""
    latency = f", {link.latency_ms:.0f} ms" if link.latency_ms is not None else ""
    return [
        Fact("Connection"),
        Fact("Relay", f"{link.kind}{since}{latency}"),
        *([Fact("Reason", link.reason)] if link.reason else []),
        Fact("Signed in", who or "nobody"),
        Fact("Calls"),
        Fact("Live", str(live)),
        Fact("Kept", str(len(world.calls))),
        Fact("Notifications that were not understood"),
        *([Fact(what, str(count)) for what, count in sorted(world.unknown.items())] or [Fact("None", "0")]),
        Fact("Versions"),
        Fact("Operator Console", _version()),
        Fact("Python", platform.python_version()),
        Fact("Qt", qVersion() or "unknown"),
        Fact("PySide", PySide6.__version__),
        Fact("System", platform.platform(terse=True)),
    ]


def _version() -> str:
    try:
        return metadata.version("operator-console")
    except metadata.PackageNotFoundError:  # a frozen app keeps no metadata
        return "unknown"
