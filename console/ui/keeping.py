"""The amber line for a sign-in that this computer cannot keep, and its details."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.auth.vault import Trouble
from console.ui.banner import Banner
from console.ui.icons import Icons
from console.ui.language import say, tr
from console.ui.painting import scaled
from console.ui.sheet import Fact, Sheet


class KeptBar(Banner):
    """Across the top of the window until its details have been read; it comes back with another trouble."""

    changed = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(icons, "kept-bar", parent)
        self._trouble: Trouble | None = None
        self.button.setObjectName("kept-details")
        self.button.clicked.connect(self._show_details)

    def show_trouble(self, trouble: Trouble | None) -> None:
        """Say what is in the way of keeping the sign-in; None when nothing is."""
        self._trouble = trouble
        headline = say(trouble.headline) if trouble else ""
        self.say(headline, icon="lock", role="warning", button=tr("Details") if trouble else "")
        self.changed.emit()

    def facts(self) -> list[Fact]:
        """The same for support, also when the line has gone; nothing where the sign-in is kept."""
        return [Fact(tr("Keeping you signed in")), *facts(self._trouble)] if self._trouble else []

    def _show_details(self) -> None:
        if self._trouble is None:
            return
        sheet = Sheet(
            "kept-sheet", tr("Keeping you signed in"), facts(self._trouble), self.window(), copy=True
        )
        sheet.resize(scaled(self, 560), scaled(self, 280))
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
