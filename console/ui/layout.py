"""Where the window and its columns stood, for each set-up of screens, and what was folded."""

from __future__ import annotations

import hashlib
import zlib

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from console.ui.call_list_view import CallListView
from console.ui.call_rows import Section


class Layout:
    """Keeps in `settings` how `window` and its `columns` stand, and which sections of `rows` are folded."""

    def __init__(self, settings: QSettings, window: QWidget, columns: QSplitter, rows: CallListView) -> None:
        self._settings = settings
        self._window = window
        self._columns = columns
        self._rows = rows
        self._whose = ""
        rows.folded.connect(self._keep_folds)

    def use(self, whose: str) -> None:
        """Have columns and sections as this person left them; `whose` is an id, which is not written down.

        The window itself stays where it is: it must not jump at a change of shift.
        """
        key = hashlib.sha256(whose.encode()).hexdigest()[:16] if whose else ""
        if key != self._whose:
            self.keep()
            self._whose = key
            self._restore_columns()
            self._restore_folds()

    def _key(self, name: str) -> str:
        """The name in `settings` for what belongs to whoever sits here."""
        return f"{self._whose}/{name}" if self._whose else name

    def restore(self) -> None:
        """Stand as last time with these screens; otherwise as designed."""
        geometry = self._settings.value(f"{_screens()}/geometry")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        self._restore_columns()
        self._restore_folds()

    def _restore_columns(self) -> None:
        columns = self._settings.value(self._key(f"{_screens()}/columns"))
        if isinstance(columns, QByteArray):
            self._columns.restoreState(columns)

    def _restore_folds(self) -> None:
        kept = self._settings.value(self._key("calls/closed"))
        if kept is not None:
            names = str(kept).split(",")
            self._rows.fold(frozenset(s for s in Section if s.name in names))

    def _keep_folds(self) -> None:
        names = sorted(section.name for section in self._rows.closed)
        self._settings.setValue(self._key("calls/closed"), ",".join(names))

    def keep(self) -> None:
        """Remember how everything stands now."""
        self._settings.setValue(f"{_screens()}/geometry", self._window.saveGeometry())
        self._settings.setValue(self._key(f"{_screens()}/columns"), self._columns.saveState())


def _screens() -> str:
    """A name for the present set-up of screens."""
    found = sorted(
        (s.geometry().x(), s.geometry().y(), s.geometry().width(), s.geometry().height())
        for s in QGuiApplication.screens()
    )
    return f"screens-{zlib.crc32(repr(found).encode()):08x}"
