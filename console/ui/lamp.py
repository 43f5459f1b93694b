"""The connection to the relay in words, colour and shape, and the bar for when it is gone."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from console.domain.text import Text, sentences
from console.feed.link import LinkState
from console.ui.banner import Banner
from console.ui.icons import Icons
from console.ui.language import say, tr
from console.ui.status_button import StatusButton
from console.ui.times import time_of_day

SLOW = 400.0
"""Milliseconds from which on the line is called slow."""


def lamp_words(state: LinkState) -> tuple[str, str, str]:
    """What the lamp says, its icon and its colour role."""
    match state.kind:
        case "connecting":
            return tr("connecting to the relay…"), "refresh", "warning"
        case "lost":
            lost = tr("relay lost since {time} – reconnecting", time=time_of_day(state.since))
            return lost, "disconnected", "danger"
        case "refused":
            return tr("the relay refuses this sign-in"), "lock", "danger"
        case "absent":
            return tr("no calls in this cloud"), "info", "text_muted"
    if state.latency_ms is None:
        return tr("relay connected"), "dot", "success"
    if state.latency_ms >= SLOW:
        return tr("relay slow, {count} ms", count=round(state.latency_ms)), "clock", "warning"
    return tr("relay {count} ms", count=round(state.latency_ms)), "dot", "success"


def link_problem(state: LinkState) -> str | None:
    """What the bar on top of the window says; None while the relay is there, and where there can be none."""
    match state.kind:
        case "lost":
            gone = Text("The relay has been out of reach since {time}.", time=time_of_day(state.since))
            return say(sentences(gone, state.reason))
        case "refused":
            return say(state.reason or Text("The relay does not accept your sign-in."))
    return None


class Lamp(StatusButton):
    """How the line is, in the status line; pressing it shows the details."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(icons, "lamp", parent)
        self.show_link(LinkState("connecting", 0.0))

    def show_link(self, state: LinkState) -> None:
        """Say how the line is now."""
        words, icon, role = lamp_words(state)
        name = tr("Connection: {state}", state=words)
        self.say(words, icon=icon, role=role, tip=say(state.reason) or name)
        self.setAccessibleName(name)


class LinkBar(Banner):
    """Across the top of the window while the relay is gone."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(icons, "link-bar", parent)

    def show_link(self, state: LinkState) -> None:
        """Appear, change or go away."""
        problem = link_problem(state) or ""
        icon = "lock" if state.kind == "refused" else "disconnected"
        still = tr(
            "Your Teams, people search, presence and meetings still work. "
            "Calls are shown as they were; their verbs come back with the relay."
        )
        self.say(problem, still if problem else "", icon=icon, role="danger")
