"""The amber line for a sign-in that this computer cannot keep, and its details."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from console.auth.vault import Trouble
from console.ui.banner import Banner
from console.ui.icons import Icons
from console.ui.labels import tooltip
from console.ui.language import say, tr
from console.ui.painting import scaled
from console.ui.sheet import Fact, Sheet


class KeptBar(Banner):
    """Across the top of the window until it is hidden; it comes back with another trouble.

    What trying again cannot help is gone once its details have been read.
    """

    changed = Signal()
    again_wanted = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(icons, "kept-bar", parent)
        self._trouble: Trouble | None = None
        self._asking = self._tried = self._somebody = False
        self.again = QPushButton(tr("Try again"), self)
        self.again.setObjectName("kept-again")
        self.again.clicked.connect(self._try_again)
        self.button.setObjectName("kept-details")
        self.button.clicked.connect(self._show_details)
        self._hide = QPushButton(self)
        self._hide.setObjectName("kept-hide")
        self._hide.setProperty("kind", "quiet")
        self._hide.setAccessibleName(tr("Hide"))
        self._hide.setToolTip(tooltip(tr("Hide")))
        icons.dress(self._hide, "x")
        self._hide.clicked.connect(self._read)
        self._row.insertWidget(self._row.indexOf(self.button), self.again)
        self._row.addWidget(self._hide)

    def show_trouble(self, trouble: Trouble | None, *, tried: bool = False) -> None:
        """Say what is in the way of keeping the sign-in; None when nothing is. `tried`: it still is."""
        self._trouble = trouble
        self._asking, self._tried = self._asking and not tried, tried
        self._say()
        self._show_again()

    def show_somebody(self, here: bool) -> None:
        """Say what it means for whoever is signed in, or with nobody `here` only what it is."""
        before, self._somebody = self._somebody, here
        if before is not here and not self.isHidden():
            self._say()

    def facts(self) -> list[Fact]:
        """The same for support, also when the line has gone; nothing where the sign-in is kept."""
        return [Fact(tr("Keeping you signed in")), *facts(self._trouble)] if self._trouble else []

    def _say(self) -> None:
        if self._trouble is None:
            self.say("")
            return
        reason, headline = say(self._trouble.sentence), say(self._trouble.headline)
        headline = headline if self._somebody else reason
        more = reason if self._tried and reason != headline else ""
        self.say(headline, more, icon="lock", role="warning", button=tr("Details"))

    def _try_again(self) -> None:
        self._asking = True
        self._show_again()
        self.again_wanted.emit()

    def _show_again(self) -> None:
        helps = self._trouble is not None and self._trouble.may_pass
        self.again.setText(tr("Trying…") if self._asking else tr("Try again"))
        self.again.setEnabled(not self._asking)
        for button in (self.again, self._hide):
            button.setVisible(helps)
        self.changed.emit()

    def _show_details(self) -> None:
        if self._trouble is None:
            return
        sheet = Sheet(
            "kept-sheet", tr("Keeping you signed in"), facts(self._trouble), self.window(), copy=True
        )
        sheet.resize(scaled(self, 560), scaled(self, 280))
        if not self._trouble.may_pass:
            sheet.finished.connect(self._read)
        sheet.open()

    def _read(self) -> None:
        self.say("")
        self.changed.emit()


def facts(trouble: Trouble) -> list[Fact]:
    """What happened, what to do, and what support asks for."""
    found = (
        (tr("Reason"), say(trouble.sentence)),
        (tr("What to do"), say(trouble.remedy)),
        (tr("Where"), trouble.place),
        (tr("For support"), " · ".join(part for part in (trouble.reason, trouble.detail) if part)),
    )
    return [Fact(name, text) for name, text in found if text]
