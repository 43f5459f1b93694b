"""Hands and eyes: press real keys and buttons of a real window, and take pictures of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.domain.errors import ConsoleError


class DidNotHappen(ConsoleError):
    """Something that a press should have brought about did not come."""

    code = "did-not-happen"


class Hands:
    """Acts on one window as a person would: through the keyboard focus and the mouse."""

    def __init__(self, window: QWidget, folder: Path) -> None:
        self._window = window
        self._folder = folder
        self._pictures = 0
        self.did: list[str] = []
        self.took: list[str] = []

    def key(self, keys: str) -> None:
        """Press a key or a combination, such as "F2" or "Ctrl+Return", where the focus is."""
        QTest.keySequence(self.focus(), QKeySequence(keys))
        self.did.append(f"key {keys}")

    def write(self, text: str) -> None:
        """Type text where the focus is."""
        QTest.keyClicks(self.focus(), text)
        self.did.append(f'typed "{text}"')

    def click(self, name: str) -> None:
        """Click the visible widget called `name`. Raises DidNotHappen when there is none."""
        widget = self.find(name)
        QTest.mouseClick(
            widget, Qt.MouseButton.LeftButton, pos=QPoint(widget.width() // 2, widget.height() // 2)
        )
        self.did.append(f"button {name}")

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """Return the visible widget called `name`, in this window or a dialog of it."""
        tops = [self._window, *(w for w in QApplication.topLevelWidgets() if w is not self._window)]
        for top in tops:
            for widget in [top, *top.findChildren(kind)]:
                if widget.objectName() == name and widget.isVisible():
                    return widget
        raise DidNotHappen(f"Nothing called {name} is on screen.")

    def sees(self, name: str) -> bool:
        """True when a widget called `name` is on screen."""
        try:
            self.find(name)
        except DidNotHappen:
            return False
        return True

    async def until(self, holds: Callable[[], object], what: str, seconds: float = 20.0) -> None:
        """Wait until `holds()`. Raises DidNotHappen saying `what` did not come."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise DidNotHappen(f"This did not happen within {seconds:.0f} s: {what}.")
            await asyncio.sleep(0.02)

    async def picture(self, name: str, widget: QWidget | None = None) -> Path:
        """Save a picture of the window, or of a dialog, once everything is painted."""
        for _ in range(6):
            await asyncio.sleep(0.05)
        self._pictures += 1
        file = self._folder / f"{self._pictures:02}-{name}.png"
        self._folder.mkdir(parents=True, exist_ok=True)
        if not (widget or self._window).grab().save(str(file)):
            raise DidNotHappen(f"The picture {file} could not be written.")
        self.took.append(file.name)
        return file

    def focus(self) -> QWidget:
        """Return where a key press would go now."""
        popup = QApplication.activePopupWidget()
        return QApplication.focusWidget() or popup or self._window
