"""One question with a way back, for what cannot be undone by a key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.ui.labels import PlainLabel
from console.ui.language import tr
from console.ui.painting import scaled
from console.ui.tokens import GAP, GAP_PAGE

_WIDTH = 420


class Question(QDialog):
    """`accepted` when it is meant. Enter and Escape both go back: who does not read changes nothing."""

    def __init__(self, title: str, text: str, go: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(scaled(self, _WIDTH))
        yes = QPushButton(go)
        yes.setObjectName("question-yes")
        yes.setProperty("kind", "danger")
        yes.setAutoDefault(False)
        yes.clicked.connect(self.accept)
        no = QPushButton(tr("Cancel"))
        no.setObjectName("question-no")
        no.setDefault(True)
        no.clicked.connect(self.reject)
        ends = QHBoxLayout()
        ends.setSpacing(GAP)
        ends.addStretch()
        ends.addWidget(yes)
        ends.addWidget(no)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PAGE + 4, GAP_PAGE, GAP_PAGE + 4, GAP_PAGE)
        column.setSpacing(GAP_PAGE)
        column.addWidget(PlainLabel(title, role="title", wrap=True))
        column.addWidget(PlainLabel(text, role="muted", wrap=True))
        column.addLayout(ends)
        no.setFocus(Qt.FocusReason.OtherFocusReason)
