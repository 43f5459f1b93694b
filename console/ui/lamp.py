"""The connection to the relay in words, colour and shape, and the bar for when it is gone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from console.domain.text import Text, sentences
from console.feed.link import LinkState
from console.ui.banner import Banner
from console.ui.icons import Icons
from console.ui.labels import PlainLabel, tooltip
from console.ui.language import say, tr
from console.ui.times import time_of_day
from console.ui.tokens import GAP

SLOW = 400.0
"""Milliseconds from which on the line is called slow."""
_ICON = 12

STILL_WORKS = Text(
    "Your Teams, people search, presence and meetings still work. "
    "Calls are shown as they were; their verbs come back with the relay."
)


def lamp_words(state: LinkState) -> tuple[str, str, str]:
    """What the lamp says, its icon and its colour role."""
    match state.kind:
        case "connecting":
            return tr("connecting to the relay…"), "refresh", "warning"
        case "lost":
            since = time_of_day(state.since)
            return tr("relay lost since {time} – reconnecting", time=since), "disconnected", "danger"
        case "refused":
            return tr("the relay refuses this sign-in"), "lock", "danger"
    if state.latency_ms is None:
        return tr("relay connected"), "dot", "success"
    if state.latency_ms >= SLOW:
        return tr("relay slow, {count} ms", count=round(state.latency_ms)), "clock", "warning"
    return tr("relay {count} ms", count=round(state.latency_ms)), "dot", "success"


def link_problem(state: LinkState) -> str | None:
    """What the bar on top of the window says; None while the relay is there."""
    match state.kind:
        case "lost":
            gone = Text("The relay has been out of reach since {time}.", time=time_of_day(state.since))
            return say(sentences(gone, state.reason))
        case "refused":
            return say(state.reason or Text("The relay does not accept your sign-in."))
    return None


class Lamp(QWidget):
    """A dot and a few words in the status line."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._state = LinkState("connecting", 0.0)
        self.setObjectName("lamp")
        self._mark = QLabel(self)
        self._words = PlainLabel(role="caption", parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP - 2)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words)
        icons.changed.connect(self._draw)
        self._draw()

    def text(self) -> str:
        return self._words.text()

    def show_link(self, state: LinkState) -> None:
        """Say how the line is now."""
        self._state = state
        self._draw()

    def _draw(self) -> None:
        words, icon, role = lamp_words(self._state)
        self._words.setText(words)
        self._words.set_tone("" if role == "success" else role)
        self._mark.setPixmap(self._sign(icon, role))
        name = tr("Connection: {state}", state=words)
        self.setAccessibleName(name)
        self.setToolTip(tooltip(say(self._state.reason) or name))

    def _sign(self, icon: str, role: str) -> QPixmap:
        if icon != "dot":
            return self._icons.pixmap(icon, role, _ICON)
        # The dot fills a third of its square; as a lamp it has to be seen from the corner of an eye.
        large = self._icons.pixmap(icon, role, _ICON * 2)
        edge = round(_ICON * large.devicePixelRatio())
        middle = large.copy(edge // 2, edge // 2, edge, edge)
        middle.setDevicePixelRatio(large.devicePixelRatio())
        return middle


class LinkBar(Banner):
    """Across the top of the window while the relay is gone."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(icons, "link-bar", parent)

    def show_link(self, state: LinkState) -> None:
        """Appear, change or go away."""
        problem = link_problem(state) or ""
        icon = "lock" if state.kind == "refused" else "disconnected"
        self.say(problem, say(STILL_WORKS) if problem else "", icon=icon, role="danger")
