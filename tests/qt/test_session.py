"""Who sits at the desk, with simulator and relay as programs: sign-in, lock, change of shift, sign-out."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget

from console.app.desktop import Desktop, make_application
from console.auth import CopyDetails, NeedsOperator, SignInAgain
from console.demo.programs import Programs
from console.demo.stage import Stage
from console.domain.calls import Situation
from console.domain.text import Text
from console.ui.account_choice import AccountButton
from console.ui.sign_in_page import SignInState
from tests.qt.waiting import until

LENA, KOFI = "lena@contoso.example", "kofi@contoso.example"
LONG = 20.0


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    running = Programs(tmp_path_factory.mktemp("session"))
    running.start()
    yield running
    running.stop()


class Seat:
    """A desktop, and whom the next sign-in page belongs to."""

    def __init__(self, programs: Programs, folder: Path) -> None:
        self.who = folder / "who"
        self.comes(LENA)
        ca = programs.simulation["ca_file"]
        program = (
            "import pathlib, sys; from console.simulator.entra.browser import sign_in; "
            "sign_in(pathlib.Path(sys.argv[1]).read_text(), sys.argv[3], sys.argv[2])"
        )
        command = (sys.executable, "-c", program, str(self.who), ca)
        settings: dict[str, Any] = {"browser_command": command, "login_hint": "", "undo_seconds": 0.0}
        options = programs.options(profile=str(folder / "profile"), **settings)
        self.desktop = Desktop(make_application(), options)
        self.window, self.page = self.desktop.window, self.desktop.window.sign_in_page

    def comes(self, who: str) -> None:
        self.who.write_text(who)

    @property
    def me(self) -> str:
        me = self.desktop.parts.runner.me
        return me.name if me else ""

    def entry(self, name: str) -> Any:
        account = self.window._top.account
        actions = [*account.menu.actions(), *account.others]
        return next(a for a in actions if a.objectName() == name)

    def sheet(self, name: str) -> Any:
        return self.window.findChild(QDialog, name)

    async def sits(self, name: str) -> None:
        await until(lambda: self.me == name, within=LONG)


@pytest_asyncio.fixture
async def seat(programs: Programs, tmp_path: Path) -> AsyncIterator[Seat]:
    made = Seat(programs, tmp_path)
    made.desktop.open()
    await made.sits("Lena Ortiz")
    await until(lambda: bool(made.desktop.account.granted) and made.desktop.line.feed.state.live, within=LONG)
    yield made
    await made.desktop.close()
    made.window.close()
    made.window.deleteLater()


@pytest_asyncio.fixture
async def stage(programs: Programs) -> AsyncIterator[Stage]:
    found = Stage(programs.simulation["base_url"], programs.simulation["ca_file"])
    await found.webhook(programs.webhook)
    yield found
    await found.close()


async def test_nothing_lies_over_a_locked_desk(seat: Seat) -> None:
    next(a for a in seat.window.menus.window_actions if a.objectName() == "view.settings").trigger()
    seat.window.palette_box.open()
    sheet = seat.sheet("settings-sheet")
    assert sheet.isVisible()
    seat.window.lock_wanted.emit()
    assert not sheet.isVisible() and not seat.window.palette_box.isVisible()
    assert seat.page.state is SignInState.LOCKED and not seat.window.notices.isVisible()


async def test_locking_hides_the_desk_and_only_the_same_person_opens_it(seat: Seat) -> None:
    QTest.keyClick(seat.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert seat.page.state is SignInState.LOCKED and seat.page.isVisible() and not seat.me
    assert seat.desktop.line.feed.state.live, "calls go on being watched"
    assert not seat.window._top.field.isVisible()
    QTest.keyClick(seat.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(seat.window, Qt.Key.Key_F2)
    for asked in (seat.window.settings_wanted, seat.window.checks_wanted, seat.window.permissions_wanted):
        asked.emit()
    assert seat.page.state is SignInState.LOCKED
    assert not any(sheet.isVisible() for sheet in seat.window.findChildren(QDialog))
    seat.window.show_account(NeedsOperator(Text("Your session has ended."), None, SignInAgain()))
    assert not seat.me
    QTest.keyClick(seat.page, Qt.Key.Key_Return)
    await seat.sits("Lena Ortiz")
    assert not seat.page.isVisible()
    seat.window.lock_wanted.emit()
    seat.comes(KOFI)
    QTest.keyClick(seat.page, Qt.Key.Key_Return)
    await seat.sits("Kofi Mensah")
    assert seat.desktop.account.account is not None and seat.desktop.account.account.upn == KOFI


async def test_what_is_mended_on_a_locked_desk_only_unlocks_it(seat: Seat) -> None:
    greeted = seat.desktop.line.greeting
    seat.window.lock_wanted.emit()
    seat.window.mend_requested.emit(SignInAgain())
    await seat.sits("Lena Ortiz")
    assert seat.desktop.line.greeting is greeted, "the line to the relay was never down"


async def test_somebody_else_who_signs_in_again_takes_over_the_desk(seat: Seat) -> None:
    seat.comes(KOFI)
    seat.window.mend_requested.emit(SignInAgain())
    await seat.sits("Kofi Mensah")
    assert seat.desktop.parts.runner.me is not None


async def test_a_desk_locks_itself_when_nobody_touches_it(seat: Seat) -> None:
    seat.desktop._idle.watch(0.05)
    await until(lambda: seat.page.state is SignInState.LOCKED)
    assert not seat.me


async def test_a_change_of_shift_and_back_in_a_moment(seat: Seat) -> None:
    seat.comes(KOFI)
    seat.entry("user.somebody").trigger()
    await until(lambda: seat.page.state is SignInState.SIGNED_OUT)
    (known,) = seat.page.findChildren(AccountButton)
    assert known.account.upn == LENA and not seat.me
    seat.page.findChild(QWidget, "sign-in-else").click()
    await seat.sits("Kofi Mensah")
    (other,) = [a for a in seat.window._top.account.others if a.objectName() == "user.other"]
    assert other.text() == "Lena Ortiz"
    seat.comes("nobody")
    other.trigger()
    await seat.sits("Lena Ortiz")


async def test_signing_out_here_and_everywhere(seat: Seat) -> None:
    seat.entry("user.sign-out-everywhere").trigger()
    question = seat.sheet("question")
    QTest.keyClick(question, Qt.Key.Key_Return)
    assert seat.me == "Lena Ortiz", "Enter goes back"
    seat.entry("user.sign-out").trigger()
    await until(lambda: seat.page.state is SignInState.SIGNED_OUT and not seat.me, within=LONG)
    assert seat.page.findChildren(AccountButton) == [], "an account that signed out is forgotten"


async def test_what_is_for_the_administrator_is_copied(seat: Seat) -> None:
    seat.window.mend_requested.emit(CopyDetails("Trace id 1"))
    assert QGuiApplication.clipboard().text() == "Trace id 1"


async def test_layout_and_folds_belong_to_the_person(seat: Seat) -> None:
    seat.window._columns.setSizes([400, 500, 380])
    mine = seat.window._columns.sizes()
    seat.comes(KOFI)
    seat.entry("user.somebody").trigger()
    await until(lambda: seat.page.state is SignInState.SIGNED_OUT, within=LONG)
    seat.page.findChild(QWidget, "sign-in-else").click()
    await seat.sits("Kofi Mensah")
    seat.window._columns.setSizes([280, 620, 380])
    lena = next(a for a in seat.window._top.account.others if a.objectName() == "user.other")
    lena.trigger()
    await seat.sits("Lena Ortiz")
    assert seat.window._columns.sizes() == mine
    me = seat.desktop.parts.runner.me
    assert me is not None and not any(me.id in key for key in seat.window._layout._settings.allKeys())


async def test_the_checks_the_settings_and_the_permissions_open(seat: Seat) -> None:
    for name, sheet in (
        ("view.settings", "settings-sheet"),
        ("help.permissions", "permission-sheet"),
        ("help.checks", "check-sheet"),
    ):
        next(a for a in seat.window.menus.window_actions if a.objectName() == name).trigger()
        await until(lambda: seat.sheet(sheet) is not None and seat.sheet(sheet).isVisible())  # noqa: B023
    sum_up = seat.window.findChild(QWidget, "check-sum")
    assert sum_up is not None
    await until(lambda: sum_up.text() == "All is in order.", within=LONG)
    for box in seat.window.findChildren(QDialog):
        box.close()


async def test_what_is_unfinished_is_handed_over(seat: Seat, stage: Stage) -> None:
    """The last test here: its call is still there afterwards."""
    await stage.place("Amelia Ward")
    parts = seat.desktop.parts

    def situation() -> Situation | None:
        return next((c.situation for c in parts.store.view.calls.values() if c.live), None)

    await until(lambda: situation() is Situation.RINGING, within=LONG)
    seat.window.calls.focus_calls()
    parts.commands.trigger("call.answer")
    await until(lambda: situation() is Situation.TALKING, within=LONG)
    seat.comes(KOFI)
    seat.entry("user.somebody").trigger()
    sheet = seat.sheet("leaving-sheet")
    assert sheet.isVisible() and seat.me == "Lena Ortiz", "nobody leaves before they agreed"
    sheet.reject()
    assert seat.me == "Lena Ortiz"
    seat.entry("user.somebody").trigger()
    sheet = seat.window.findChildren(QDialog, "leaving-sheet")[-1]
    sheet.findChild(QWidget, "leaving-note").setText("Anna calls back at four")
    sheet.findChild(QWidget, "leaving-agree").click()
    await until(lambda: seat.page.state is SignInState.SIGNED_OUT, within=LONG)
    seat.page.findChild(QWidget, "sign-in-else").click()
    await seat.sits("Kofi Mensah")
    await until(lambda: seat.sheet("coming-sheet") is not None, within=LONG)
    told = seat.sheet("coming-sheet")
    words = " ".join(w.text() for w in told.findChildren(QWidget) if hasattr(w, "text"))
    assert "Lena Ortiz left this at" in words and "Anna calls back at four" in words
    told.accept()
