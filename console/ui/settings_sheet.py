"""The settings of this desk: what the operator may change, what an administrator set, and where from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.domain.clouds import Cloud
from console.domain.errors import ConsoleError
from console.domain.text import Text
from console.graph.clouds import profile_of
from console.language import AUTO, CHINESE, ENGLISH
from console.settings.layers import Configuration, Layer, Origin
from console.ui.banner import Banner
from console.ui.fields import Choice
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.language import say, tr
from console.ui.painting import scaled
from console.ui.tokens import GAP, GAP_PAGE, GAP_TIGHT

_YES, _NO = Text("Yes"), Text("No")
_ALLOWED, _NOT_ALLOWED = Text("Allowed"), Text("Not allowed")
_CHANGEABLE: dict[str, tuple[tuple[Any, Text | str], ...]] = {
    "language": ((AUTO, Text("Like the system")), (ENGLISH, "English"), (CHINESE, "简体中文")),
    "sign_in_at_start": ((True, _YES), (False, _NO)),
    "lock_minutes": tuple(
        (n, Text("{count} min", count=n) if n else Text("Never")) for n in (0, 5, 10, 15, 30, 60)
    ),
    "undo_seconds": tuple((float(n), Text("{count} s", count=n)) for n in (0, 1, 2, 3, 5, 10)),
    "broker": ((True, _YES), (False, _NO)),
}
_SHOWN = ("relay", "cloud", "tenant_id", "client_id", "relay_app_id", "proxy", "keep_sign_in", "device_code")
_TITLES = {
    "language": Text("Language"),
    "sign_in_at_start": Text("Sign in when the console starts"),
    "lock_minutes": Text("Lock when nobody touches it for"),
    "undo_seconds": Text("Time to undo Transfer and Reject"),
    "broker": Text("Sign in with Windows"),
    "relay": Text("Relay"),
    "cloud": Text("Microsoft's cloud"),
    "tenant_id": Text("Directory (tenant) id"),
    "client_id": Text("Application id of the console"),
    "relay_app_id": Text("Application id of the relay"),
    "proxy": Text("Proxy"),
    "keep_sign_in": Text("Keep sign-ins on this computer"),
    "device_code": Text("Sign in on another device"),
}
_AT_ONCE = frozenset({"lock_minutes"})
_SIZE = (560, 640)

Keep = Callable[[str, Any], Configuration]
"""Keeps one option and returns the configuration with it. Raises ConsoleError."""


class SettingsSheet(QDialog):
    """Every change is kept at once. What is fixed shows a lock and who fixed it."""

    set_up_wanted = Signal()
    """Where this desk belongs is to be asked for again."""

    def __init__(self, configuration: Configuration, keep: Keep, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("settings-sheet")
        self.setWindowTitle(tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(scaled(self, _SIZE[0]), scaled(self, _SIZE[1]))
        self._configuration, self._keep, self._icons = configuration, keep, icons
        self._problem = Banner(icons, "settings-problem")
        self._later = PlainLabel(tr("This takes effect at the next start."), role="caption", wrap=True)
        self._later.setObjectName("settings-later")
        self._sources: dict[str, PlainLabel] = {}
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        again = QPushButton(tr("Set up again…"))
        again.setObjectName("settings-set-up")
        again.setAutoDefault(False)
        again.setVisible(not configuration.fixed("relay"))
        again.clicked.connect(self.accept)
        again.clicked.connect(self.set_up_wanted)
        ends = QHBoxLayout()
        ends.setSpacing(GAP)
        ends.addWidget(again)
        ends.addWidget(self._later, 1)
        ends.addStretch()
        ends.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PAGE + 4, GAP_PAGE, GAP_PAGE + 4, GAP_PAGE)
        column.setSpacing(GAP_PAGE)
        column.addWidget(PlainLabel(tr("Settings"), role="title"))
        column.addWidget(self._problem)
        column.addWidget(self._page(), 1)
        column.addLayout(ends)
        self._later.hide()

    def _page(self) -> QScrollArea:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, GAP, 0)
        column.setSpacing(GAP_PAGE)
        column.addWidget(PlainLabel(tr("At this desk"), role="strong"))
        for name, choices in _CHANGEABLE.items():
            if name == "broker" and sys.platform != "win32":
                continue
            column.addWidget(self._changeable(name, choices))
        column.addWidget(PlainLabel(tr("Where this desk belongs"), role="strong"))
        for name in _SHOWN:
            if text := _shown(getattr(self._configuration.options, name)):
                column.addWidget(self._fixed(name, text))
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(tr("Settings"))
        area.setWidget(page)
        return area

    def _changeable(self, name: str, choices: tuple[tuple[Any, Text | str], ...]) -> QWidget:
        held = getattr(self._configuration.options, name)
        known = choices if held in [value for value, _ in choices] else (*choices, (held, str(held)))
        field = Choice(self._icons)
        field.setObjectName(f"setting-{name}")
        field.setAccessibleName(say(_TITLES[name]))
        for value, words in known:
            field.addItem(say(words), value)
        field.setCurrentIndex([value for value, _ in known].index(held))
        field.setEnabled(not self._configuration.fixed(name))
        field.currentIndexChanged.connect(lambda _: self._change(name, field.currentData()))
        return self._row(name, field)

    def _fixed(self, name: str, text: str) -> QWidget:
        value = PlainLabel(text, wrap=True)
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        value.setObjectName(f"setting-{name}")
        return self._row(name, value)

    def _row(self, name: str, field: QWidget) -> QWidget:
        source = self._configuration.source(name)
        line = QHBoxLayout()
        line.setSpacing(GAP_TIGHT)
        if self._configuration.fixed(name):
            lock = QLabel()
            lock.setPixmap(self._icons.pixmap("lock", "text_muted", 12))
            line.addWidget(lock, 0, Qt.AlignmentFlag.AlignTop)
        self._sources[name] = PlainLabel(source_words(source), role="caption", wrap=True)
        self._sources[name].setObjectName(f"source-{name}")
        field.setAccessibleDescription(source_words(source))
        line.addWidget(self._sources[name], 1)
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_TIGHT)
        column.addWidget(PlainLabel(say(_TITLES[name]), role="muted", wrap=True))
        column.addWidget(field)
        column.addLayout(line)
        return row

    def _change(self, name: str, value: Any) -> None:
        try:
            self._configuration = self._keep(name, value)
        except ConsoleError as error:
            self._problem.say(say(error.sentence), say(error.remedy), icon="alert", role="danger")
            return
        self._problem.say("")
        self._sources[name].setText(source_words(self._configuration.source(name)))
        if name not in _AT_ONCE:
            self._later.show()


def source_words(source: Layer) -> str:
    """Who set an option, in words."""
    match source.origin:
        case Origin.POLICY:
            return tr("Set by your organization's policy ({place})", place=source.place)
        case Origin.ENVIRONMENT:
            return tr("Set by the environment of this program")
        case Origin.FILE:
            return tr("Set by your administrator in {file}", file=source.place)
        case Origin.KEPT:
            return tr("Chosen at this desk")
        case Origin.DEFAULT:
            return tr("As it came")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return say(_ALLOWED if value else _NOT_ALLOWED)
    if isinstance(value, Cloud):
        return say(profile_of(value).name)
    text = str(value)
    return text.partition("://")[0] + "://" + text.rpartition("@")[2] if "@" in text else text
