"""The menu behind the operator's name: who else can sit down here, locking, both ways of signing out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from console.auth import Account
from console.ui.icons import Icons
from console.ui.labels import button_text, one_line
from console.ui.language import tr

MOST = 6
"""Other accounts that are offered; whoever is not among them takes "Somebody else"."""


class AccountMenu(QObject):
    """Built from what `offer` says; each entry is a signal."""

    switch_wanted = Signal(object)
    """An Account, or None for somebody who has not signed in here yet."""
    lock_wanted = Signal()
    sign_out = Signal()
    sign_out_everywhere = Signal()

    def __init__(self, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._icons = icons
        self.menu = QMenu(parent)
        self._who = self.menu.addAction("")
        self._who.setObjectName("user.who")
        self._who.setEnabled(False)
        self.menu.addSeparator()
        self._switch = QMenu(tr("Switch user"), self.menu)
        self._switch.menuAction().setObjectName("user.switch")
        icons.dress(self._switch.menuAction(), "users")
        self.menu.addMenu(self._switch)
        self._add("user.lock", tr("Lock"), "lock", self.lock_wanted)
        self.menu.addSeparator()
        self._add("user.sign-out", tr("Sign out here"), "sign-out", self.sign_out)
        self._add("user.sign-out-everywhere", tr("Sign out everywhere…"), "globe", self.sign_out_everywhere)
        self.offer(None, ())

    @property
    def others(self) -> list[QAction]:
        """The entries below "Switch user"."""
        return self._switch.actions()

    def offer(self, me: Account | None, accounts: Sequence[Account]) -> None:
        """Name who is signed in, and those of `accounts` that are somebody else."""
        self._who.setText(button_text(one_line(me.upn or me.name, 60)) if me else "")
        self._who.setVisible(me is not None)
        self._switch.clear()
        for account in [a for a in accounts if me is None or a.key != me.key][:MOST]:
            entry = self._switch.addAction(button_text(one_line(account.name or account.upn, 40)))
            entry.setObjectName("user.other")
            entry.setToolTip(one_line(account.upn))
            entry.triggered.connect(lambda _=False, account=account: self.switch_wanted.emit(account))
        if self._switch.actions():
            self._switch.addSeparator()
        somebody = self._switch.addAction(tr("Somebody else…"))
        somebody.setObjectName("user.somebody")
        somebody.triggered.connect(lambda: self.switch_wanted.emit(None))

    def _add(self, name: str, text: str, icon: str, asked: object) -> None:
        action = self.menu.addAction(text, lambda: asked.emit())  # type: ignore[attr-defined]
        action.setObjectName(name)
        self._icons.dress(action, icon)
