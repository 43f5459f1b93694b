"""One notice on a card: what happened, what to do next, and a way to the call it is about."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.actions.runner import Notice, NoticeKind
from console.domain.text import sentences
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.language import say, tr
from console.ui.painting import ground
from console.ui.tokens import GAP, GAP_WIDE, RADIUS_LARGE

_LOOKS = {
    NoticeKind.FAILED: ("alert", "danger"),
    NoticeKind.UNCONFIRMED: ("help", "warning"),
    NoticeKind.REFUSED: ("info", "warning"),
    NoticeKind.UNDONE: ("undo", "text_muted"),
    NoticeKind.DONE: ("check", "success"),
}


class Toast(QWidget):
    """Goes when it is closed, or when its time is over and neither pointer nor keyboard is on it."""

    closed = Signal()
    wanted = Signal(str)
    """The operator wants to see this call."""

    def __init__(self, notice: Notice, icons: Icons, until: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.about_live_call = False
        self._icons = icons
        self._until = until
        icon, self._role = _LOOKS[notice.kind]
        self.setObjectName("toast")
        self.setAccessibleName(say(sentences(notice.text, notice.remedy)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mark = QLabel(self)
        mark.setPixmap(icons.pixmap(icon, self._role, 20))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(PlainLabel(say(notice.text), wrap=True))
        if notice.remedy:
            words.addWidget(PlainLabel(say(notice.remedy), role="muted", wrap=True))
        close = QToolButton(self)
        close.setObjectName("toast-close")
        close.setAccessibleName(tr("Close this notice"))
        icons.dress(close, "x")
        close.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_WIDE + 4, GAP, GAP, GAP)
        row.setSpacing(GAP_WIDE)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if notice.call is not None:
            call = str(notice.call)
            look = QPushButton(tr("Show call"), self)
            look.setProperty("compact", True)
            look.clicked.connect(lambda: self.wanted.emit(call))
            row.addWidget(look, 0, Qt.AlignmentFlag.AlignVCenter)
        if notice.request_id:
            row.addWidget(self._support(notice.request_id), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)

    def _support(self, request_id: str) -> QToolButton:
        """A button that copies what Microsoft's support asks for."""
        copy = QToolButton(self)
        copy.setObjectName("toast-support")
        self._icons.dress(copy, "copy")
        copy.setAccessibleName(tr("Copy the id for support"))
        copy.setToolTip(tr("Copy the id for support"))

        def clicked() -> None:
            QGuiApplication.clipboard().setText(request_id)
            self._icons.dress(copy, "check")
            copy.setAccessibleName(tr("Copied"))
            copy.setToolTip(tr("Copied"))

        copy.clicked.connect(clicked)
        return copy

    def over(self, now: float) -> bool:
        """True when it may go."""
        return now >= self._until and not self.underMouse() and not self.focused

    @property
    def focused(self) -> bool:
        """True while the keyboard is on one of its buttons."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._icons.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        ground(painter, box, theme.surface_raised, theme.border_strong, RADIUS_LARGE)
        ground(painter, QRectF(5, 10, 4, box.height() - 20), getattr(theme, self._role), "", 2)
