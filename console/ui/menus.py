"""The menu bar: every declared action under its noun, and what concerns the window itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from console.actions import ACTIONS
from console.domain.text import Text
from console.ui.commands import Commands
from console.ui.icons import Icons
from console.ui.language import say, tr
from console.ui.looks import SCALES, SCHEMES, Looks, Scheme

_NOUNS = (
    (Text("&Call"), ("call.",)),
    (Text("&Participant"), ("participant.",)),
    (Text("P&erson"), ("person.",)),
    (Text("&Meetings"), ("meeting.",)),
)
_SCHEME_TITLES: dict[Scheme, Text] = {
    "system": Text("Like the system"),
    "light": Text("Light"),
    "dark": Text("Dark"),
    "high contrast": Text("High contrast"),
}


class Menus:
    """Fills a menu bar. `window_actions` are those that are not declared verbs; the palette has them too."""

    def __init__(
        self, bar: QMenuBar, window: QWidget, commands: Commands, icons: Icons, looks: Looks | None
    ) -> None:
        self._bar = bar
        self._window = window
        self._icons = icons
        self.window_actions: list[QAction] = []
        for title, prefixes in _NOUNS:
            menu = self._menu(say(title))
            wanted = [a for a in ACTIONS.values() if a.id.startswith(prefixes) and "menu" in a.places]
            menu.addActions([commands.action(action.id) for action in wanted])
        self.view = self._menu(tr("&View"))
        self.help = self._menu(tr("&Help"))
        if looks is not None:
            self._add_looks(looks)

    def add(
        self,
        menu: QMenu,
        name: str,
        title: str,
        do: Callable[[], object],
        *,
        keys: Iterable[str] = (),
        icon: str = "",
    ) -> QAction:
        """Add an action of the window itself; it works by key anywhere in the window."""
        action = QAction(title, self._window)
        action.setObjectName(name)
        action.setIconText(title.replace("&", ""))
        action.setShortcuts([QKeySequence(key) for key in keys])
        if icon:
            self._icons.dress(action, icon)
        action.triggered.connect(lambda: do())
        menu.addAction(action)
        self._window.addAction(action)
        self.window_actions.append(action)
        return action

    def _menu(self, title: str) -> QMenu:
        menu = self._bar.addMenu(title)
        menu.setToolTipsVisible(True)
        return menu

    def _add_looks(self, looks: Looks) -> None:
        themes = QActionGroup(self._window)
        for scheme in SCHEMES:
            action = self.add(
                self.view,
                f"view.theme.{scheme}",
                tr("Theme: {name}", name=_SCHEME_TITLES[scheme]),
                partial(looks.choose, scheme),
            )
            action.setCheckable(True)
            action.setChecked(looks.scheme == scheme)
            themes.addAction(action)
        self.view.addSeparator()
        sizes = QActionGroup(self._window)
        for scale in SCALES:
            action = self.add(
                self.view,
                f"view.text.{scale}",
                tr("Text size: {percent}", percent=f"{scale:.0%}"),
                partial(looks.enlarge, scale),
            )
            action.setCheckable(True)
            action.setChecked(looks.scale == scale)
            sizes.addAction(action)
        self.view.addSeparator()
