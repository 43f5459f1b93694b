"""The change of shift: what is unfinished is named before somebody leaves, and again to whoever comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.calls import Call
from console.domain.people import Operator
from console.store.handing_over import HandOver
from console.ui.call_words import parked_text, situation_phrase
from console.ui.dialogs import ends, titled
from console.ui.icons import Icons
from console.ui.labels import PlainLabel, one_line
from console.ui.language import listed, tr
from console.ui.numbers import shown_name
from console.ui.painting import scaled
from console.ui.parts import Parts
from console.ui.times import clock_text, time_of_day
from console.ui.tokens import GAP, GAP_TIGHT, GAP_WIDE

MOST_LETTERS = 400
_WIDTH = 480


class LeavingSheet(QDialog):
    """Before somebody leaves. `agreed` gives the HandOver; closing the sheet means staying."""

    agreed = Signal(object)

    def __init__(
        self, parts: Parts, me: Operator, calls: Sequence[Call], leave: str, parent: QWidget
    ) -> None:
        """`leave` is what the main button says."""
        super().__init__(parent)
        self.setObjectName("leaving-sheet")
        self.setWindowTitle(tr("Hand over"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._parts, self._me, self._calls = parts, me, tuple(calls)
        self._note = QLineEdit()
        self._note.setObjectName("leaving-note")
        self._note.setMaxLength(MOST_LETTERS)
        self._note.setPlaceholderText(tr("For example whom somebody will call back"))
        self._note.setAccessibleName(tr("For whoever comes next"))
        go = QPushButton(leave)
        go.setObjectName("leaving-agree")
        go.setProperty("kind", "primary")
        go.setDefault(True)
        go.clicked.connect(self._agree)
        stay = QPushButton(tr("Stay"))
        stay.setObjectName("leaving-stay")
        stay.setAutoDefault(False)
        stay.clicked.connect(self.reject)
        self.setMinimumWidth(scaled(self, _WIDTH))
        column = titled(self, tr("This is not finished"))
        told = tr(
            "Nobody is lost: these callers stay where they are, and whoever comes next is told of them."
        )
        column.addWidget(PlainLabel(told, role="muted", wrap=True))
        column.addWidget(_list(parts, calls))
        note = QVBoxLayout()
        note.setSpacing(GAP_TIGHT)
        note.addWidget(PlainLabel(tr("For whoever comes next"), role="caption"))
        note.addWidget(self._note)
        column.addLayout(note)
        column.addStretch()
        column.addLayout(ends(stay, go))
        self._note.setFocus(Qt.FocusReason.OtherFocusReason)

    def _agree(self) -> None:
        note = " ".join(self._note.text().split())
        left = HandOver(self._me, self._parts.now(), tuple(call.id for call in self._calls), note)
        self.accept()
        self.agreed.emit(left)


class ComingSheet(QDialog):
    """For whoever comes: what was left, as it is now. It stays until it is taken over."""

    def __init__(self, parts: Parts, left: HandOver, done: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("coming-sheet")
        self.setWindowTitle(tr("Handed over"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        take = QPushButton(tr("I have seen it"))
        take.setObjectName("coming-taken")
        take.setProperty("kind", "primary")
        take.setDefault(True)
        take.clicked.connect(self.accept)
        self.accepted.connect(done)
        who, at = one_line(left.by.name, 40), time_of_day(left.at)
        self.setMinimumWidth(scaled(self, _WIDTH))
        column = titled(self, tr("{who} left this at {time}", who=who, time=at))
        if left.note:
            column.addWidget(PlainLabel(left.note, wrap=True))
        calls = left.open_calls(parts.store.view)
        if calls:
            column.addWidget(_list(parts, calls))
        else:
            column.addWidget(
                PlainLabel(tr("The callers have all been looked after."), role="muted", wrap=True)
            )
        column.addStretch()
        column.addLayout(ends(take))


def call_line(call: Call, now: float) -> tuple[str, str]:
    """Who it is, and how things stand with them, in a few words each."""
    state = parked_text(call.parked) if call.parked else situation_phrase(call).text
    return shown_name(call.caller), listed(state, clock_text(now - call.first_seen))


def _list(parts: Parts, calls: Sequence[Call]) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP_WIDE)
    for call in calls:
        name, state = call_line(call, parts.now())
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(PlainLabel(name, wrap=True))
        words.addWidget(PlainLabel(state, role="muted", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(_sign(parts.icons, "park" if call.parked else "phone"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        column.addLayout(row)
    return page


def _sign(icons: Icons, name: str) -> QLabel:
    label = QLabel()
    label.setPixmap(icons.pixmap(name, "warning", 16))
    return label
