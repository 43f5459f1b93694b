"""The first start: where this desk belongs, whether that is meant, and whether the way there works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.checks.examination import Check
from console.domain.errors import ConsoleError
from console.domain.text import NOTHING, Text
from console.graph.clouds import profile_of, without_calls
from console.settings.layers import Configuration
from console.settings.setup_link import LONGEST, Setup, read_address
from console.ui.banner import Banner
from console.ui.check_pane import CheckPane, Examine
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.language import say, tr
from console.ui.painting import scaled
from console.ui.setup_form import HandForm, LinkForm, quiet_button
from console.ui.tasks import Tasks
from console.ui.tokens import GAP, GAP_PAGE, GAP_WIDE

_SIZE = (560, 560)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was asked for. `before` is the relay that this desk had been set up for, if it was another one,
    `tenant_before` the same for its tenant; `name` is how the relay calls itself, if not by its address."""

    setup: Setup
    before: str = ""
    tenant_before: str = ""
    name: str = ""


class SettingUp(Protocol):
    """What the assistant asks of whoever keeps the configuration. All raise ConsoleError."""

    configuration: Configuration

    def read(self, text: str) -> Draft:
        """What a link or a file says, when this desk may be set up so."""

    async def ask(self, relay: str) -> Draft:
        """What the relay at this address says, when this desk may be set up so."""

    def write(self, values: dict[str, str]) -> Draft:
        """The same for what was typed by hand, with what is set already."""

    def keep(self, draft: Draft) -> None:
        """From now on this desk belongs there."""

    def checks(self) -> tuple[Sequence[Check], Examine]:
        """The checks for what is kept now."""


class Assistant(QDialog):
    """Its pages in order. `accepted` is for going on to the desk; that does not need every check to pass."""

    kept = Signal()

    def __init__(self, work: SettingUp, icons: Icons, frames: Frames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("assistant")
        self.setWindowTitle(tr("Set up Operator Console"))
        self.resize(scaled(self, _SIZE[0]), scaled(self, _SIZE[1]))
        self._work, self._icons, self._frames = work, icons, frames
        self._draft: Draft | None = None
        self._tasks = Tasks()
        self.checks: CheckPane | None = None
        self._title = PlainLabel(role="title", wrap=True)
        self._text = PlainLabel(role="muted", wrap=True)
        self._problem = Banner(icons, "setup-problem")
        self._pages = QStackedWidget()
        self._link, self._hand = LinkForm(), self._make_hand()
        self._facts = QGridLayout()
        self._back, self._next = QPushButton(tr("Back")), QPushButton()
        self._by_hand = quiet_button(tr("Enter it by hand"), "setup-by-hand", icons, "keyboard")
        self._file = quiet_button(tr("Choose a file…"), "setup-file", icons, "note")
        self._lay_out()
        self.show_asking()
        if work.configuration.missing:  # an administrator who set nothing but the relay has set enough
            self._link.field.setText(work.configuration.options.relay)

    # -- the pages -----------------------------------------------------------------------------------

    def show_asking(self, problem: ConsoleError | None = None) -> None:
        """Ask where this desk belongs."""
        self._head(
            tr("Where does this desk belong?"),
            tr("Paste your administrator's link, or type the relay's address."),
            problem,
        )
        self._pages.setCurrentIndex(0)
        self._buttons(tr("Continue"), back=False, ways=True)
        self._link.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_by_hand(self, problem: ConsoleError | None = None) -> None:
        """Ask for what is missing, field by field."""
        self._head(
            tr("Where does this desk belong?"),
            tr("Your administrator knows these. What is set already is not asked for."),
            problem,
        )
        self._pages.setCurrentIndex(1)
        self._buttons(tr("Continue"), back=True)
        self._hand.take_keyboard()

    def show_confirming(self, draft: Draft) -> None:
        """Say plainly where the desk will belong; somebody else's link would be seen here."""
        self._draft = draft
        setup = draft.setup
        cloud = profile_of(setup.cloud)
        self._head(
            tr("Is this your organization?"),
            tr("The console will sign you in there and work with this relay. Go on only if you know it."),
        )
        moved = bool(draft.before or draft.tenant_before)
        if moved:
            changed = (
                tr("Until now this desk belonged to {relay}.", relay=draft.before)
                if draft.before
                else tr("Until now this desk signed in at the tenant {tenant}.", tenant=draft.tenant_before)
            )
            told = tr("Go on only if your administrator told you to change it.")
            self._problem.say(changed, told, icon="alert", role="danger")
        elif draft.name:
            calls_itself = tr("This relay calls itself {name}.", name=draft.name)
            told = tr("Go on only if your administrator gave you the address that you typed.")
            self._problem.say(calls_itself, told, icon="alert", role="warning")
        elif lacking := without_calls(cloud):
            self._problem.say(say(lacking), tr("Finding colleagues works here."), role="warning")
        self._show_facts(
            (tr("Relay"), setup.relay.partition("://")[2] or tr("none in this cloud")),
            (tr("Microsoft's cloud"), say(cloud.name)),
            (tr("Directory (tenant) id"), setup.tenant_id),
        )
        self._pages.setCurrentIndex(2)
        words = tr("Change it") if moved else tr("Yes, set it up")
        self._buttons(words, back=True, grave=moved)
        (self._back if moved else self._next).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_checking(self) -> None:
        """Go through the checks."""
        self._head(tr("Checking the way to the relay"), tr("Your browser opens for the sign-in."))
        if self.checks is None:
            checks, examine = self._work.checks()
            self.checks = pane = CheckPane(checks, examine, self._icons, self._frames)
            pane.ended.connect(self._checked)
            for place, button in enumerate((pane.copy, pane.again, pane.halt)):
                self._ends.insertWidget(place, button)
            self._pages.addWidget(pane)
        self._pages.setCurrentWidget(self.checks)
        self._buttons(tr("Open the console"), back=False)
        self._next.setEnabled(False)
        self.checks.start()
        self.checks.halt.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what is pressed -----------------------------------------------------------------------------

    def go_on(self) -> None:
        """Do what the main button says."""
        try:
            match self._pages.currentIndex():
                case 0 if (relay := read_address(self._link.text())) is not None:
                    self._show_asking(True)
                    self._tasks.start(self._ask(relay), "asking")
                case 0:
                    self.show_confirming(self._work.read(self._link.text()))
                case 1:
                    self.show_confirming(self._work.write(dict(self._hand.values)))
                case 2 if self._draft is not None:
                    self._work.keep(self._draft)
                    self.kept.emit()
                    self.show_checking()
                case _:
                    self.accept()
        except ConsoleError as error:
            self._problem.say(say(error.sentence), say(error.remedy), icon="alert", role="danger")

    def open_file(self, file: Path) -> None:
        """Read the link or the settings that lie in `file`."""
        try:
            with file.open("rb") as stream:
                text = stream.read(LONGEST + 1).decode("utf-8-sig", "replace")
            self.show_confirming(self._work.read(text))
        except OSError as error:
            why = Text("{file} cannot be read: {why}.", file=file.name, why=str(error.strerror))
            self.show_asking(ConsoleError(why))
        except ConsoleError as error:
            self.show_asking(error)

    async def close_tasks(self) -> None:
        """Stop what still runs and wait for it."""
        await self._tasks.close()
        if self.checks is not None:
            await self.checks.close_tasks()

    async def _ask(self, relay: str) -> None:
        try:
            self.show_confirming(await self._work.ask(relay))
        except ConsoleError as error:
            self.show_asking(error)

    def _show_asking(self, asking: bool) -> None:
        self._problem.say("")
        self._next.setText(tr("Asking the relay…") if asking else tr("Continue"))
        self._next.setEnabled(not asking)

    def _stop_asking(self) -> None:
        """Whoever types something else, or goes another way, does not want the answer any more."""
        if self._pages.currentIndex() == 0 and not self._next.isEnabled():
            self._tasks.cancel()
            self._show_asking(False)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("Choose the file from your administrator"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.open_file(Path(name)))
        dialog.open()

    def _checked(self) -> None:
        self._text.setText("")
        self._text.hide()
        self._next.setEnabled(True)
        self._next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_back(self) -> None:
        by_hand = self._pages.currentIndex() == 2 and bool(self._hand.values.get("client_id"))
        (self.show_by_hand if by_hand else self.show_asking)()

    # -- how it looks --------------------------------------------------------------------------------

    def _head(self, title: str, text: str, problem: ConsoleError | None = None) -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._text.show()
        self.setAccessibleDescription(f"{title} {text}")
        said, remedy = (problem.sentence, problem.remedy) if problem else (NOTHING, NOTHING)
        self._problem.say(say(said), say(remedy), icon="alert", role="danger")

    def _buttons(self, forward: str, *, back: bool, ways: bool = False, grave: bool = False) -> None:
        self._next.setText(forward)
        self._next.setProperty("kind", "danger" if grave else "primary")
        self._next.style().unpolish(self._next)
        self._next.style().polish(self._next)
        self._next.setEnabled(True)
        self._back.setVisible(back)
        for button in (self._by_hand, self._file):
            button.setVisible(ways)

    def _show_facts(self, *facts: tuple[str, str]) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for row, (name, text) in enumerate(facts):
            self._facts.addWidget(PlainLabel(name, role="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(PlainLabel(text, role="strong" if row == 0 else "body", wrap=True), row, 1)

    def _make_hand(self) -> HandForm:
        found = self._work.configuration
        fixed = found.fixed("cloud")
        return HandForm(self._icons, found.missing, found.options.cloud, cloud_fixed=fixed)

    def _lay_out(self) -> None:
        confirm = QWidget()
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(GAP_PAGE)
        self._facts.setVerticalSpacing(GAP_WIDE)
        self._facts.setColumnStretch(1, 1)
        inner = QVBoxLayout(confirm)
        inner.setContentsMargins(0, GAP, 0, 0)
        inner.addLayout(self._facts)
        inner.addStretch()
        for page in (_topped(self._link), _topped(self._hand), confirm):
            self._pages.addWidget(page)
        self._link.field.textEdited.connect(self._stop_asking)
        self._by_hand.clicked.connect(self._stop_asking)
        self._file.clicked.connect(self._stop_asking)
        self._by_hand.clicked.connect(lambda: self.show_by_hand())
        self._file.clicked.connect(self._choose_file)
        self._back.setObjectName("setup-back")
        self._back.setAutoDefault(False)
        self._back.clicked.connect(self._go_back)
        self._next.setObjectName("setup-next")
        self._next.setProperty("kind", "primary")
        self._next.setDefault(True)
        self._next.clicked.connect(self.go_on)
        self._ends = QHBoxLayout()
        self._ends.setSpacing(GAP)
        for button in (self._file, self._by_hand):
            button.setAutoDefault(False)
            self._ends.addWidget(button)
        self._ends.addStretch()
        self._ends.addWidget(self._back)
        self._ends.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PAGE * 2, GAP_PAGE * 2, GAP_PAGE * 2, GAP_PAGE)
        column.setSpacing(GAP_WIDE)
        for widget in (self._title, self._text, self._problem):
            column.addWidget(widget)
        column.addWidget(self._pages, 1)
        column.addLayout(self._ends)


def _topped(form: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, GAP, 0, 0)
    column.addWidget(form)
    column.addStretch()
    return page
