"""Which features lack a permission, and the ways to it: the operator's consent, the administrator's link."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.graph.needs import Need
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.language import say, tr
from console.ui.painting import scaled
from console.ui.tokens import GAP, GAP_PAGE, GAP_WIDE

_WIDTH = 520


class PermissionSheet(QDialog):
    """The features of this desk. `page` gives the address at which an administrator grants permissions."""

    consent_wanted = Signal(object)

    def __init__(
        self, found: list[Need], page: Callable[[tuple[str, ...]], str], icons: Icons, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("permission-sheet")
        self.setWindowTitle(tr("Permissions"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(scaled(self, _WIDTH))
        self._page = page
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        ends = QHBoxLayout()
        ends.addStretch()
        ends.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PAGE + 4, GAP_PAGE, GAP_PAGE + 4, GAP_PAGE)
        column.setSpacing(GAP_PAGE)
        column.addWidget(PlainLabel(tr("Permissions"), role="title"))
        told = tr("Calls work without these. What is missing here only takes away what is named beside it.")
        column.addWidget(PlainLabel(told, role="muted", wrap=True))
        for need in found:
            column.addLayout(self._row(need, icons))
        column.addStretch()
        column.addLayout(ends)

    def _row(self, need: Need, icons: Icons) -> QHBoxLayout:
        sign = QLabel()
        icon, role = ("check", "success") if not need.lacking else ("alert", "warning")
        sign.setPixmap(icons.pixmap(icon, role, 16))
        names = ", ".join(name.rsplit("/", 1)[-1] for name in need.lacking)
        state = tr("Lacks {permission}", permission=names) if names else tr("Has what it needs")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(PlainLabel(say(need.title)))
        words.addWidget(PlainLabel(state, role="muted", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(GAP_WIDE)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if need.lacking:
            row.addWidget(self._button(need), 0, Qt.AlignmentFlag.AlignVCenter)
        row.setContentsMargins(0, 0, 0, GAP)
        return row

    def _button(self, need: Need) -> QPushButton:
        title = say(need.title)
        if need.by_admin:
            button = QPushButton(tr("Copy the administrator's link"))
            button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._page(need.lacking)))
        else:
            button = QPushButton(tr("Sign in and accept"))
            button.clicked.connect(lambda: self._ask(need))
        button.setObjectName("permission-mend")
        button.setAutoDefault(False)
        button.setAccessibleName(tr("{name}: {text}", name=title, text=button.text()))
        return button

    def _ask(self, need: Need) -> None:
        self.accept()
        self.consent_wanted.emit(need.lacking)
