"""Which theme and which text size the operator wants; following the system until they say otherwise."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication

from console.ui import theme
from console.ui.icons import Icons
from console.ui.tokens import THEMES

Scheme = Literal["system", "light", "dark", "high contrast"]
SCHEMES: tuple[Scheme, ...] = ("system", "light", "dark", "high contrast")
SCALES = (1.0, 1.25, 1.5, 2.0)


class Looks(QObject):
    """Puts the chosen theme on the application and keeps the choice in `settings`."""

    changed = Signal()

    def __init__(
        self, app: QApplication, icons: Icons, settings: QSettings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._icons = icons
        self._settings = settings
        kept = str(settings.value("looks/scheme", "system"))
        self._scheme: Scheme = next((s for s in SCHEMES if s == kept), "system")
        self._scale = _scale(settings.value("looks/scale", 1.0))
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def scheme(self) -> Scheme:
        return self._scheme

    @property
    def scale(self) -> float:
        return self._scale

    def choose(self, scheme: Scheme) -> None:
        """Use this theme from now on."""
        self._scheme = scheme
        self._settings.setValue("looks/scheme", scheme)
        self._apply()

    def enlarge(self, scale: float) -> None:
        """Show texts `scale` times their usual size."""
        self._scale = scale
        self._settings.setValue("looks/scale", scale)
        self._apply()

    def _system_changed(self) -> None:
        if self._scheme == "system":
            self._apply()

    def _apply(self) -> None:
        chosen = THEMES.get(self._scheme) or theme.follow_system(self._app)
        theme.apply(self._app, chosen, self._scale)
        self._icons.use(chosen)
        self.changed.emit()


def _scale(kept: object) -> float:
    try:
        found = float(str(kept))
    except ValueError:
        return 1.0
    return found if found in SCALES else 1.0
