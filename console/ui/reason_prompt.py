"""Asks for a few words over the window: type or take a suggestion; Enter confirms, Escape goes back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.ui.flow import Flow
from console.ui.labels import PlainLabel, button_text
from console.ui.language import tr
from console.ui.painting import scaled

MOST_LETTERS = 120
_WIDTH = 440

Done = Callable[[str | None], None]


class ReasonPrompt(QFrame):
    """A small card over the window it belongs to. `done` gets the words, or None for "never mind"."""

    def __init__(self, parent: QWidget, title: str, suggestions: tuple[str, ...], done: Done) -> None:
        super().__init__(parent.window())
        self.setObjectName("reason-prompt")
        self.setProperty("panel", "card")
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._done: Done | None = done
        self._suggestions = suggestions
        self._before = parent.window().focusWidget()
        self._field = QLineEdit()
        self._field.setObjectName("reason")
        self._field.setAccessibleName(title)
        self._field.setAccessibleDescription(tr("Down takes a suggestion, Enter confirms, Escape goes back"))
        self._field.setPlaceholderText(tr("Type a reason, or none"))
        self._field.setMaxLength(MOST_LETTERS)
        self._lay_out(title)
        self._field.installEventFilter(self)
        self.window().installEventFilter(self)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(32)
        shadow.setOffset(0, 8)
        shadow.setColor(QColor(0, 0, 0, 90))
        self.setGraphicsEffect(shadow)
        self._place()
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def confirm(self) -> None:
        """Answer with what is in the field; nothing is an answer too."""
        self._answer(" ".join(self._field.text().split()))

    def cancel(self) -> None:
        """Never mind."""
        self._answer(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window() and event.type() is QEvent.Type.Resize:
            self._place()
        elif watched is self._field and event.type() is QEvent.Type.KeyPress:
            key = event.key() if isinstance(event, QKeyEvent) else None
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._suggest(1 if key == Qt.Key.Key_Down else -1)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirm()
        # Nothing goes on to the window: a letter must not start a search while words are asked for.

    def _suggest(self, step: int) -> None:
        if not self._suggestions:
            return
        text = self._field.text()
        place = self._suggestions.index(text) if text in self._suggestions else (-1 if step > 0 else 0)
        self._field.setText(self._suggestions[(place + step) % len(self._suggestions)])

    def _answer(self, words: str | None) -> None:
        done, self._done = self._done, None
        if done is None:
            return
        self.window().removeEventFilter(self)
        self.close()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        done(words)

    def _place(self) -> None:
        room = self.window().rect()
        width = min(scaled(self, _WIDTH), room.width() - 32)
        layout = self.layout()
        # adjustSize() does not ask for the height that the wrapped suggestions need at this width.
        self.resize(width, layout.totalHeightForWidth(width) if layout else self.sizeHint().height())
        self.move(room.center().x() - self.width() // 2, max(16, room.height() // 4))

    def _lay_out(self, title: str) -> None:
        ideas = QWidget()
        flow = Flow(ideas, gap=6)
        for words in self._suggestions:
            idea = QPushButton(button_text(words))
            idea.setProperty("kind", "chip")
            idea.clicked.connect(lambda _=False, words=words: self._answer(words))
            flow.addWidget(idea)
        confirm = QPushButton(tr("Confirm"))
        confirm.setObjectName("reason-confirm")
        confirm.setProperty("kind", "primary")
        confirm.clicked.connect(self.confirm)
        cancel = QPushButton(tr("Cancel"))
        cancel.setObjectName("reason-cancel")
        cancel.setProperty("kind", "quiet")
        cancel.clicked.connect(self.cancel)
        buttons = QHBoxLayout()
        buttons.addWidget(PlainLabel(tr("Enter confirms, Escape goes back"), role="caption", wrap=True), 1)
        buttons.addWidget(cancel)
        buttons.addWidget(confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(title, role="strong"))
        column.addWidget(self._field)
        column.addWidget(ideas)
        column.addLayout(buttons)


def ask_reason(parent: QWidget, title: str, suggestions: tuple[str, ...], done: Done) -> ReasonPrompt:
    """Ask for a reason over `parent`'s window and return at once; an earlier question is taken back."""
    for earlier in parent.window().findChildren(ReasonPrompt):
        earlier.cancel()
    return ReasonPrompt(parent, title, suggestions, done)
