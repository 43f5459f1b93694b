"""The field of a people search: letters go into it, every other key is for the list below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

_MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class SearchField(QLineEdit):
    """Typing searches; arrows, Enter, Ctrl+Enter and Escape are for the list below."""

    moved = Signal(object)
    confirmed = Signal()
    invited = Signal()
    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        # The window has Ctrl+Enter as a key of its own; here it means the person in the list.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _inviting(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MOVES:
            self.moved.emit(key)
        elif _inviting(event):
            self.invited.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        elif key is Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)


def _inviting(event: QKeyEvent) -> bool:
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
