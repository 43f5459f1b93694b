"""Letters and digits typed anywhere go to the people search; text fields keep their own keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox)
_COMMAND = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


def typed(event: QKeyEvent) -> str:
    """What a search would be started with: a letter, a digit or "+"; else nothing."""
    text = event.text()
    # AltGr is Ctrl and Alt together on some systems and makes letters.
    altgr = _COMMAND & event.modifiers() == (
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    if event.modifiers() & _COMMAND and not altgr:
        return ""
    return text if text and (text.isalnum() or text == "+") else ""


def in_text_field() -> bool:
    """True when the keyboard belongs to a field in which people write."""
    return isinstance(QApplication.focusWidget(), _FIELDS)


class Typing(QObject):
    """Takes letters from lists, which would otherwise use them to jump to a row."""

    def __init__(self, window: QWidget, search: Callable[[str], None]) -> None:
        super().__init__(window)
        self._search = search
        for view in window.findChildren(QAbstractItemView):
            if view.window() is window and not isinstance(view.parent(), QComboBox):
                view.installEventFilter(self)

    def take(self, event: QKeyEvent) -> bool:
        """Start a search with a typed letter; False when it is something else."""
        text = typed(event)
        if not text:
            return False
        self._search(text)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.take(event)
        return False
