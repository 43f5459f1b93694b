"""A sentence that must not be missed, on a soft ground with an icon: why a call came back, what failed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.ui.icons import Icons
from console.ui.labels import PlainLabel, button_text
from console.ui.painting import ground, in_colour, scaled, soft

_ICON = 16


class Banner(QWidget):
    """Hidden until it has something to say. `button`, when it has a text, is for the remedy."""

    def __init__(self, icons: Icons, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._icons = icons
        self._icon, self._role = "info", "accent"
        self._mark = QLabel(self)
        self._text = PlainLabel(wrap=True, parent=self)
        self._more = PlainLabel(role="muted", wrap=True, parent=self)
        self.button = QPushButton(self)
        self.button.hide()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text)
        words.addWidget(self._more)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        icons.changed.connect(self._draw)
        self.hide()

    def text(self) -> str:
        return self._text.text()

    def say(
        self, text: str, more: str = "", *, icon: str = "info", role: str = "accent", button: str = ""
    ) -> None:
        """Show the sentence; an empty one hides the banner."""
        self._text.setText(text)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self.setAccessibleName(f"{text} {more}".strip())
        self.button.setText(button_text(button))
        self.button.setVisible(bool(button))
        place = Qt.AlignmentFlag.AlignTop if more else Qt.AlignmentFlag.AlignVCenter
        self._row.setAlignment(self._mark, place)  # beside the sentence, also when the button is higher
        self._icon, self._role = icon, role
        self._draw()
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._icons.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = soft(theme, self._role).name()
        edge = in_colour(theme, self._role).name() if theme.name == "high contrast" else ""
        ground(painter, QRectF(self.rect()), fill, edge)

    def _draw(self) -> None:
        self._mark.setPixmap(self._icons.pixmap(self._icon, self._role, scaled(self, _ICON)))
        self.update()
