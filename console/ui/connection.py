"""How the console is connected and how much of Microsoft's limits is used, while one looks at it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.feed.link import LinkState
from console.ui.banner import Banner
from console.ui.budget import Gauge, alarms, gauges, meetings_gauge, slowed_words
from console.ui.gauges import Gauges, Group
from console.ui.labels import PlainLabel
from console.ui.lamp import link_problem
from console.ui.language import listed, say, tr
from console.ui.parts import Parts
from console.ui.sheet import Fact
from console.ui.times import time_of_day
from console.ui.tokens import GAP, GAP_PAGE, GAP_TIGHT

_WIDTH = 520
_RELAYS = ("calls", "everything")
"""Limits of the relay that are shown although nothing of them is used."""


class ConnectionSheet(QDialog):
    """Follows the clock while it is open. `link` gives the state of the line to the relay."""

    def __init__(self, parts: Parts, link: Callable[[], LinkState], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("connection-sheet")
        self.setWindowTitle(tr("Connection"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._parts = parts
        self._link = link
        self._alarm = Banner(parts.icons, "connection-alarm")
        self._relay = PlainLabel(role="muted", wrap=True)
        self._relay.setObjectName("connection-relay")
        self._graph = PlainLabel(graph_words(parts), role="muted", wrap=True)
        self._gauges = Gauges(parts)
        self._slowed = PlainLabel(role="caption", wrap=True)
        self._slowed.setObjectName("connection-slowed")
        self._column = QVBoxLayout(self)
        self._lay_out()
        parts.frames.ticked.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show everything as it is now."""
        usage = self._parts.usage()
        told = alarms(usage)
        worst = told[0].role if told else "accent"
        self._alarm.say("\n".join(alarm.text for alarm in told), icon="alert", role=worst)
        self._relay.setText(relay_words(self._link()))
        self._gauges.show_groups(
            Group(tr("This console"), own_gauges(self._parts)),
            Group(tr("The relay, for everybody"), gauges(usage.relay, *_RELAYS)),
        )
        self._slowed.setText("" if told else slowed_words(usage))
        self._slowed.setVisible(not told)
        self._grow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._grow()

    def _grow(self) -> None:
        """Large letters and wrapped sentences need more room than Qt gives them by itself."""
        width = max(self.width(), self._column.totalMinimumSize().width())
        height = max(self.height(), self._column.totalHeightForWidth(width))
        if self.isVisible():
            self.resize(width, height)

    def _lay_out(self) -> None:
        close = QPushButton(tr("Close"), self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        ends = QHBoxLayout()
        ends.addStretch()
        ends.addWidget(close)
        lines = QGridLayout()
        lines.setHorizontalSpacing(GAP_PAGE)
        lines.setVerticalSpacing(GAP)
        lines.setColumnStretch(1, 1)
        for row, (name, label) in enumerate(
            ((tr("Relay"), self._relay), (tr("Microsoft Graph"), self._graph))
        ):
            lines.addWidget(PlainLabel(name), row, 0, Qt.AlignmentFlag.AlignTop)
            lines.addWidget(label, row, 1)
        limits = QVBoxLayout()
        limits.setSpacing(GAP_TIGHT)
        limits.addWidget(PlainLabel(tr("Microsoft's limits"), role="strong"))
        limits.addWidget(
            PlainLabel(
                tr("They hold for everybody in your organization; each program counts its own part."),
                role="caption",
                wrap=True,
            )
        )
        column = self._column
        column.setContentsMargins(GAP_PAGE + 4, GAP_PAGE, GAP_PAGE + 4, GAP_PAGE)
        column.setSpacing(GAP_PAGE)
        column.addWidget(PlainLabel(tr("Connection"), role="title"))
        column.addWidget(self._alarm)
        column.addLayout(lines)
        column.addLayout(limits)
        column.addWidget(self._gauges)
        column.addWidget(self._slowed)
        column.addStretch(1)
        column.addLayout(ends)
        self.setMinimumWidth(_WIDTH)


def relay_words(link: LinkState) -> str:
    """How the line to the relay is, in a sentence or two."""
    since = time_of_day(link.since)
    match link.kind:
        case "connecting":
            return tr("Connecting to the relay…")
        case "live" if link.latency_ms is not None:
            count = round(link.latency_ms)
            return tr("Connected since {time}; there and back in {count} ms.", time=since, count=count)
        case "live":
            return tr("Connected since {time}.", time=since)
        case "absent":
            return say(link.reason)
    return link_problem(link) or ""


def graph_words(parts: Parts) -> str:
    """Which of Microsoft's clouds it is, and where its Graph is reached."""
    cloud = parts.graph.cloud
    return listed(say(cloud.name), urlsplit(cloud.graph_root).netloc) if cloud else ""


def limit_facts(parts: Parts) -> list[Fact]:
    """The same for support, as text."""
    usage = parts.usage()
    return [
        Fact(tr("Microsoft's limits")),
        *(Fact(f"{tr('This console')}: {g.name}", g.text) for g in own_gauges(parts)),
        *(Fact(f"{tr('Relay')}: {g.name}", g.text) for g in gauges(usage.relay, *_RELAYS)),
        Fact(tr("Slowed down"), slowed_words(usage)),
    ]


def own_gauges(parts: Parts) -> tuple[Gauge, ...]:
    """The limits that this console uses, and the operator's meetings, as far as the cloud has them."""
    usage, lacks = parts.usage(), parts.graph.lacks
    always = ("everything",) if lacks("presence.many") else ("presence", "everything")
    meetings = () if lacks("meeting.create") else (meetings_gauge(usage.meetings),)
    return (*gauges(usage.own, *always), *meetings)
