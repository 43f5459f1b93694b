"""Who has signed in on this computer before, to be chosen by one press at a change of shift."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.auth import Account
from console.domain.ids import UserId
from console.ui.avatar import Avatar
from console.ui.icons import Icons
from console.ui.labels import PlainLabel, one_line
from console.ui.language import listed, tr
from console.ui.tokens import GAP, GAP_TIGHT

MOST = 4
"""Accounts that are shown; the others sign in by name."""
_FACE = 28


class AccountButton(QPushButton):
    """One account: face, name and user name."""

    def __init__(self, account: Account, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.account = account
        self.setObjectName("account-choice")
        name = one_line(account.name or account.upn, 40)
        self.setAccessibleName(tr("Go on as {who}", who=listed(name, one_line(account.upn))))
        face = Avatar(icons, _FACE, self)
        face.show_person(account.name, UserId(account.oid), None)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(PlainLabel(name, elide=True))
        words.addWidget(PlainLabel(account.upn, role="caption", elide=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, GAP_TIGHT, GAP, GAP_TIGHT)
        row.setSpacing(GAP)
        row.addWidget(face)
        row.addLayout(words, 1)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())


class AccountChoice(QWidget):
    """The accounts, the one last used first. Hidden when there are none."""

    chosen = Signal(object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._shown: tuple[Account, ...] = ()
        self.setObjectName("account-choices")
        self.setAccessibleName(tr("Accounts on this computer"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self.hide()

    @property
    def buttons(self) -> list[AccountButton]:
        return self.findChildren(AccountButton)

    def show_accounts(self, accounts: Sequence[Account]) -> None:
        """Show these, at most MOST of them."""
        wanted = tuple(accounts[:MOST])
        if wanted != self._shown:
            self._shown = wanted
            for button in self.buttons:
                self._column.removeWidget(button)
                button.setParent(None)
                button.deleteLater()
            for account in wanted:
                button = AccountButton(account, self._icons)
                button.clicked.connect(lambda _=False, account=account: self.chosen.emit(account))
                self._column.addWidget(button)
        self.setVisible(bool(wanted))
