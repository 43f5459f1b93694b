"""The checks as rows that fill in while one watches: what is looked at, what was found, what to do next."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from console.checks.examination import Check
from console.checks.findings import Finding, Verdict
from console.domain.text import Text
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.language import say, tr
from console.ui.spinner import Spinner
from console.ui.tokens import GAP, GAP_TIGHT, GAP_WIDE

_SIGN = 16
_LOOKS = {
    Verdict.GOOD: ("check", "success", Text("in order")),
    Verdict.NOTE: ("info", "warning", Text("worth knowing")),
    Verdict.BAD: ("alert", "danger", Text("not in order")),
    Verdict.SKIPPED: ("minus", "text_muted", Text("not looked at")),
}


class CheckRow(QWidget):
    """One check: waiting, under way, or found."""

    def __init__(self, check: Check, icons: Icons, frames: Frames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"check-{check.name}")
        self._check = check
        self._icons = icons
        self._finding: Finding | None = None
        self._sign = QLabel(self)
        self._spinner = Spinner(icons, frames, _SIGN)
        self._text = PlainLabel(role="muted", wrap=True)
        self._remedy = PlainLabel(wrap=True)
        place = QWidget()
        place.setFixedWidth(_SIGN + GAP_TIGHT)
        signs = QHBoxLayout(place)
        signs.setContentsMargins(0, 1, 0, 0)
        signs.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        signs.addWidget(self._spinner, 0, Qt.AlignmentFlag.AlignTop)
        words = QGridLayout(self)
        words.setContentsMargins(0, 0, 0, 0)
        words.setHorizontalSpacing(GAP)
        words.setVerticalSpacing(2)
        words.setColumnStretch(1, 1)
        words.addWidget(place, 0, 0, 3, 1, Qt.AlignmentFlag.AlignTop)
        words.addWidget(PlainLabel(say(check.title)), 0, 1)
        words.addWidget(self._text, 1, 1)
        words.addWidget(self._remedy, 2, 1)
        icons.changed.connect(self._draw)
        self.wait()

    def wait(self) -> None:
        """Its turn has not come."""
        self._finding = None
        self._show(tr("not yet looked at"))

    def begin(self) -> None:
        """It is being looked at."""
        self._finding = None
        self._show(say(self._check.doing), busy=True)

    def show_finding(self, finding: Finding) -> None:
        """What was found."""
        self._finding = finding
        self._show(say(finding.sentence), say(finding.remedy))

    def _show(self, text: str, remedy: str = "", *, busy: bool = False) -> None:
        self._text.setText(text)
        self._remedy.setText(remedy)
        self._remedy.setVisible(bool(remedy))
        self._spinner.setVisible(busy)
        self._sign.setVisible(not busy)
        verdict = say(_LOOKS[self._finding.verdict][2]) if self._finding else ""
        title = say(self._check.title)
        named = tr("{name}: {text}", name=title, text=verdict) if verdict else title
        self.setAccessibleName(named)
        self.setAccessibleDescription(f"{text} {remedy}".strip())
        self._draw()

    def _draw(self) -> None:
        icon, role = _LOOKS[self._finding.verdict][:2] if self._finding else ("dot", "text_disabled")
        self._sign.setPixmap(self._icons.pixmap(icon, role, _SIGN))
        bad = self._finding is not None and self._finding.verdict is Verdict.BAD
        self._text.set_tone("danger" if bad else "")


class CheckList(QScrollArea):
    """The rows, one below the other; the one that is looked at stays in sight."""

    def __init__(self, checks: Iterable[Check], icons: Icons, frames: Frames) -> None:
        super().__init__()
        self.setObjectName("check-list")
        self.setAccessibleName(tr("Checks"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows = {check.name: CheckRow(check, icons, frames) for check in checks}
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, GAP, 0)
        column.setSpacing(GAP_WIDE)
        for row in self.rows.values():
            column.addWidget(row)
        column.addStretch()
        self.setWidget(page)

    def wait(self) -> None:
        """Everything is still to come."""
        for row in self.rows.values():
            row.wait()

    def tell(self, check: Check, finding: Finding | None) -> None:
        """Show that a check begins, or what it found."""
        row = self.rows[check.name]
        if finding is None:
            row.begin()
        else:
            row.show_finding(finding)
        self.ensureWidgetVisible(row, 0, GAP)
