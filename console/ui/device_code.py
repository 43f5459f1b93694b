"""The code for signing in on another device: the warning first, then what to open there and what to type."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.auth import DeviceCode
from console.ui.banner import Banner
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.language import say, tr
from console.ui.times import time_of_day
from console.ui.tokens import GAP, GAP_TIGHT


class DeviceCodePanel(QWidget):
    """Hidden until there is a code. Its warning stands above the code: it has to be read before."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("device-code")
        self._warning = Banner(icons, "device-warning")
        self._where = PlainLabel(role="muted", wrap=True)
        self._page = PlainLabel(role="strong", wrap=True)
        self._page.setObjectName("device-page")
        self._code = PlainLabel(role="display")
        self._code.setObjectName("device-user-code")
        self._until = PlainLabel(role="caption", wrap=True)
        for label in (self._where, self._page, self._code, self._until):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (self._page, self._code):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        family = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        self._code.setStyleSheet(f"font-family: '{family}'; letter-spacing: 2px;")
        self._copy = QPushButton(tr("Copy the code"))
        self._copy.setObjectName("device-copy")
        icons.dress(self._copy, "copy")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._code.text()))
        ends = QHBoxLayout()
        ends.addStretch()
        ends.addWidget(self._copy)
        ends.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self._warning)
        column.addSpacing(GAP_TIGHT)
        for label in (self._where, self._page, self._code):
            column.addWidget(label)
        column.addLayout(ends)
        column.addWidget(self._until)
        self.hide()

    def show_code(self, code: DeviceCode) -> None:
        """Show what has to be typed, where, and until when."""
        self._warning.say(say(code.warning), icon="alert", role="danger")
        self._where.setText(tr("Open this page on the other device and type the code there:"))
        self._page.setText(code.page.removeprefix("https://"))
        self._code.setText(code.user_code)
        self._code.setAccessibleName(tr("Code: {code}", code=" ".join(code.user_code)))
        self._until.setText(tr("The code is good until {time}.", time=time_of_day(code.expires)))
        self.show()
