"""A page of facts in two columns, in a window of its own: keys, diagnostics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.ui.labels import PlainLabel
from console.ui.language import tr
from console.ui.painting import scaled
from console.ui.tokens import GAP, GAP_PAGE


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what is said about it; a fact without a text is a heading."""

    name: str
    text: str = ""


class Sheet(QDialog):
    """Shows facts. `copy` offers to put them on the clipboard as text."""

    def __init__(
        self, name: str, title: str, facts: Sequence[Fact], parent: QWidget, *, copy: bool = False
    ) -> None:
        super().__init__(parent)
        self._facts = facts
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(scaled(self, 560), scaled(self, 620))
        close = QPushButton(tr("Close"), self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        ends = QHBoxLayout()
        ends.addStretch()
        if copy:
            copier = QPushButton(tr("Copy"), self)
            copier.setObjectName(f"{name}-copy")
            copier.clicked.connect(self._copy)
            ends.addWidget(copier)
        ends.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PAGE + 4, GAP_PAGE, GAP_PAGE + 4, GAP_PAGE)
        column.setSpacing(GAP_PAGE)
        column.addWidget(PlainLabel(title, role="title"))
        column.addWidget(self._page(), 1)
        column.addLayout(ends)

    def text(self) -> str:
        """The facts as text."""
        return "\n".join(f"{f.name}: {f.text}" if f.text else f"\n{f.name}" for f in self._facts).strip()

    def _page(self) -> QScrollArea:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, GAP, 0)
        grid.setHorizontalSpacing(GAP_PAGE)
        grid.setVerticalSpacing(GAP)
        grid.setColumnStretch(1, 1)
        for row, fact in enumerate(self._facts):
            if not fact.text:
                heading = PlainLabel(fact.name, role="strong")
                heading.setContentsMargins(0, GAP if row else 0, 0, 0)
                grid.addWidget(heading, row, 0, 1, 2)
                continue
            grid.addWidget(PlainLabel(fact.name, role="body"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(PlainLabel(fact.text, role="muted", wrap=True), row, 1)
        grid.setRowStretch(len(self._facts), 1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(self.windowTitle())
        area.setWidget(page)
        return area

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
