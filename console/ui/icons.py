"""The icon family, drawn in the colours of the theme in use and sharp at every scale."""

from __future__ import annotations

import weakref
from functools import cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from console import resources
from console.ui.tokens import Theme

SIZES = (16, 20, 24)
_RATIOS = (1, 2, 3)


class Dressed(Protocol):
    """A button or an action: something that carries an icon."""

    def setIcon(self, icon: QIcon) -> None: ...


class Icons(QObject):
    """Makes icons by name and colour role, and knows the theme in use.

    `changed` is emitted when another theme is in use; what `dress` was called for is redrawn by itself.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._dressed: list[tuple[weakref.ref[Dressed], str, str]] = []

    @property
    def theme(self) -> Theme:
        return self._theme

    def use(self, theme: Theme) -> None:
        """Draw everything in the colours of `theme` from now on."""
        if theme == self._theme:
            return
        self._theme = theme
        self._icons.clear()
        self._pixmaps.clear()
        self._dressed = [entry for entry in self._dressed if entry[0]() is not None]
        for target, name, role in self._dressed:
            if (found := target()) is not None:
                found.setIcon(self.icon(name, role))
        self.changed.emit()

    def icon(self, name: str, role: str = "text_muted") -> QIcon:
        """The icon `name` in the theme's colour `role`; disabled it is drawn like disabled text."""
        known = self._icons.get((name, role))
        if known is not None:
            return known
        icon = QIcon()
        for size in SIZES:
            for ratio in _RATIOS:
                icon.addPixmap(self._draw(name, role, size, ratio), QIcon.Mode.Normal)
                icon.addPixmap(self._draw(name, "text_disabled", size, ratio), QIcon.Mode.Disabled)
        self._icons[name, role] = icon
        return icon

    def pixmap(self, name: str, role: str = "text_muted", size: int = 16, ratio: float = 2.0) -> QPixmap:
        """One picture of `size` logical pixels."""
        return self._draw(name, role, size, ratio)

    def dress(self, target: Dressed, name: str, role: str = "text_muted") -> None:
        """Give `target` the icon, now and whenever the theme changes."""
        self._dressed = [e for e in self._dressed if (t := e[0]()) is not None and t is not target]
        self._dressed.append((weakref.ref(target), name, role))
        target.setIcon(self.icon(name, role))

    def _draw(self, name: str, role: str, size: int, ratio: float) -> QPixmap:
        known = self._pixmaps.get((name, role, size, ratio))
        if known is not None:
            return known
        colour: str = getattr(self._theme, role)
        drawing = _read(name).replace("currentColor", colour)
        pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self._pixmaps[name, role, size, ratio] = pixmap
        return pixmap


@cache
def _read(name: str) -> str:
    return resources.read_text(f"icons/{name}.svg")
