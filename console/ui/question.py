"""One question with a way back, for what cannot be undone by a key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from console.ui.dialogs import ends, titled
from console.ui.labels import PlainLabel
from console.ui.language import tr
from console.ui.painting import scaled

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
        column = titled(self, title)
        column.addWidget(PlainLabel(text, role="muted", wrap=True))
        column.addLayout(ends(yes, no))
        no.setFocus(Qt.FocusReason.OtherFocusReason)
