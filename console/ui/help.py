"""What the help menu shows: the keys, written from the declared actions, and facts for support."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib import metadata

import PySide6
from PySide6.QtCore import qVersion
from PySide6.QtGui import QAction

from console.actions import ACTIONS
from console.domain.text import Text
from console.feed.link import LinkState
from console.ui.commands import key_text
from console.ui.connection import graph_words, limit_facts
from console.ui.language import listed, say, tr
from console.ui.parts import Parts
from console.ui.sheet import Fact
from console.ui.times import time_of_day

_ANYWHERE = (
    (Text("Letters, digits"), Text("Search people, or a number to dial")),
    ("Enter", Text("In the calls: answer. In the people search: do the verb that is named there")),
    (Text("Up, Down, Home, End"), Text("Choose a call, a participant or a person")),
    ("Tab, Shift+Tab", Text("Go to the next or the previous part")),
    ("Escape", Text("Back out; never ends or loses anything")),
    ("Backspace", Text("Undo a transfer or a rejection while its time runs")),
)
_LINK = {
    "connecting": Text("connecting"),
    "live": Text("connected"),
    "lost": Text("lost"),
    "refused": Text("refused"),
    "absent": Text("none in this cloud"),
}


def keys(window_actions: Iterable[QAction]) -> list[Fact]:
    """The keyboard on one page."""
    facts = [Fact(tr("Anywhere")), *(Fact(say(key), say(text)) for key, text in _ANYWHERE)]
    for action in window_actions:
        if not action.shortcut().isEmpty():
            facts.append(Fact(key_text(action.shortcut().toString()), action.iconText()))
    facts.append(Fact(tr("Calls and people")))
    shared: dict[str, list[str]] = {}
    for verb in ACTIONS.values():
        if verb.keys:
            shared.setdefault(verb.keys, []).append(tr("{name}: {text}", name=verb.title, text=verb.summary))
    facts.extend(Fact(key_text(key), "\n".join(texts)) for key, texts in shared.items())
    return facts


def diagnostics(parts: Parts, link: LinkState, who: str) -> list[Fact]:
    """What support asks for first. No names of callers and no numbers."""
    world = parts.store.view
    live = sum(1 for call in world.calls.values() if call.live)
    state = say(_LINK[link.kind])
    if link.since:
        state = tr("{state} since {time}", state=state, time=time_of_day(link.since))
    latency = tr("{count} ms", count=round(link.latency_ms)) if link.latency_ms is not None else ""
    return [
        Fact(tr("Connection")),
        Fact(tr("Relay"), listed(state, latency)),
        *([Fact(tr("Reason"), say(link.reason))] if link.reason else []),
        Fact(tr("Microsoft Graph"), graph_words(parts)),
        Fact(tr("Signed in"), who or tr("nobody")),
        *limit_facts(parts),
        Fact(tr("Calls")),
        Fact(tr("Live"), str(live)),
        Fact(tr("Kept"), str(len(world.calls))),
        Fact(tr("Notifications that were not understood")),
        *(
            [Fact(what, str(count)) for what, count in sorted(world.unknown.items())]
            or [Fact(tr("None"), "0")]
        ),
        Fact(tr("Versions")),
        Fact("Operator Console", _version()),
        Fact("Python", platform.python_version()),
        Fact("Qt", qVersion() or "–"),
        Fact("PySide", PySide6.__version__),
        Fact(tr("System"), platform.platform(terse=True)),
    ]


def _version() -> str:
    try:
        return metadata.version("operator-console")
    except metadata.PackageNotFoundError:  # a frozen app keeps no metadata
        return "–"
