"""Across the top of the desk while something is wrong with the sign-in: calls go on, and it says how long."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.auth import AccountState, Mend, NeedsOperator, Offline, label_of
from console.ui.banner import Banner
from console.ui.icons import Icons
from console.ui.language import say, tr
from console.ui.times import time_of_day


class AccountBar(Banner):
    """Says whether the operator is needed, or the sign-in service is away, and how long that is no matter."""

    changed = Signal()
    mend_requested = Signal(object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(icons, "account-bar", parent)
        self._mend: Mend | None = None
        self.button.setObjectName("account-bar-button")
        self.button.clicked.connect(self._pressed)

    def show_state(self, state: AccountState) -> None:
        """How the sign-in stands now."""
        self._mend = None
        match state:
            case NeedsOperator(reason=reason, mend=mend):
                self._mend = mend
                going_on = tr("What you see and do goes on for as long as it can.")
                self.say(say(reason), going_on, icon="lock", role="warning", button=say(label_of(mend)))
            case Offline(until=until):
                more = tr(
                    "You can go on until {time}; the console keeps trying.", time=time_of_day(until or 0)
                )
                more = more if until is not None else tr("Check the network; the console keeps trying.")
                gone = tr("Microsoft's sign-in service cannot be reached.")
                self.say(gone, more, icon="disconnected", role="warning")
            case _:
                self.say("")
        self.changed.emit()

    def _pressed(self) -> None:
        if self._mend is not None:
            self.mend_requested.emit(self._mend)
