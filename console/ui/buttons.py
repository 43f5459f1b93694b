"""A button for one verb: its name, icon and key, and the reason when it cannot be pressed now."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from console.actions import ACTIONS
from console.domain.ids import CallId
from console.ui.commands import Commands, hint, key_text
from console.ui.icons import Icons
from console.ui.labels import button_text, tooltip
from console.ui.language import say

Kind = Literal["", "primary", "danger", "quiet"]
_INK = {"primary": "text_on_accent", "danger": "danger"}


class VerbButton(QPushButton):
    """Does one action to one call, or to whatever is chosen while `call` is None."""

    def __init__(
        self,
        id: str,
        commands: Commands,
        icons: Icons,
        *,
        kind: Kind = "",
        show_key: bool = False,
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`compact`: without the icon and with little room around the words."""
        action = ACTIONS[id]
        keys = f"  {key_text(action.keys)}" if show_key and action.keys else ""
        super().__init__(button_text(say(action.title)) + keys, parent)
        self.setObjectName(id)
        self.setProperty("kind", kind)
        self.setAccessibleName(say(action.title))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._action = action
        self._commands = commands
        self._call: CallId | None = None
        self._icons = icons
        self._kind = kind
        self.setProperty("compact", compact)
        if not compact:
            icons.dress(self, action.icon, _INK.get(kind, "text_muted"))
        self._dressed = not compact
        self.clicked.connect(lambda: commands.trigger(id, self._call))
        commands.refreshed.connect(self.refresh)
        self.refresh()

    @property
    def accessible_title(self) -> str:
        return say(self._action.title)

    def set_kind(self, kind: Kind) -> None:
        """Say how much this verb matters now."""
        if kind == self._kind:
            return
        self._kind = kind
        self.setProperty("kind", kind)
        if self._dressed:
            self._icons.dress(self, self._action.icon, _INK.get(kind, "text_muted"))
        self.style().unpolish(self)
        self.style().polish(self)

    def show_call(self, call: CallId | None) -> None:
        """Act on `call` from now on."""
        self._call = call
        self.refresh()

    def refresh(self) -> None:
        """Judge the action again; the tooltip and the screen reader get the reason."""
        id = self._action.id
        why = self._commands.refusal(id, self._call) if self._call else self._commands.reason(id)
        if self.isEnabled() is (why is None) and self.accessibleDescription() == (why or ""):
            return
        self.setEnabled(why is None)
        self.setToolTip(tooltip(hint(self._action, why)))
        self.setStatusTip(why or say(self._action.summary))
        self.setAccessibleDescription(why or "")
