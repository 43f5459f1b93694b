"""The sign-in page in full: accounts, other ways, what one button mends, and a locked desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from console.auth import (
    Account,
    AskAdministrator,
    CopyDetails,
    DeviceCode,
    NeedsOperator,
    Offline,
    SignedIn,
    SignInAgain,
    TryAgain,
    UseBrowser,
)
from console.domain.errors import ConsoleError
from console.domain.text import Text
from console.ui.account_bar import AccountBar
from console.ui.account_choice import AccountButton
from console.ui.parts import Parts
from console.ui.sign_in_page import SignInPage, SignInState
from tests.qt.conftest import NOW

LENA = Account("Lena Ortiz", "lena@contoso.example", "oid-lena", "tenant")
TOM = Account("Tom & Co", "tom@contoso.example", "oid-tom", "tenant")
WHY = Text("It did not work.")


class Page:
    """The page on screen, and what it asked for."""

    def __init__(self, page: SignInPage) -> None:
        self.page = page
        self.asked: list[Any] = []
        page.sign_in_requested.connect(lambda: self.asked.append("sign in"))
        page.cancel_requested.connect(lambda: self.asked.append("cancel"))
        page.mend_requested.connect(self.asked.append)
        page.account_chosen.connect(self.asked.append)
        page.somebody_else.connect(lambda: self.asked.append("somebody"))
        page.device_requested.connect(lambda: self.asked.append("device"))
        page.browser_requested.connect(lambda: self.asked.append("browser"))

    @property
    def buttons(self) -> list[str]:
        found = [b for b in self.page.findChildren(QPushButton) if b.isVisible()]
        return [b.text() or b.accessibleName() for b in found]

    def press(self, name: str) -> None:
        button = self.page.findChild(QPushButton, name)
        assert button is not None and button.isVisible(), name
        button.click()

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.page, key)


@pytest.fixture
def page(parts: Parts, show: Callable[[QWidget], None]) -> Page:
    made = SignInPage(parts.icons, parts.frames)
    show(made)
    return Page(made)


async def test_who_was_here_before_sits_down_with_one_key(page: Page) -> None:
    page.page.offer((LENA, TOM), elsewhere=False, windows=False)
    page.page.take_keyboard()
    assert isinstance(QApplication.focusWidget(), AccountButton)
    page.key(Qt.Key.Key_Return)
    page.key(Qt.Key.Key_Tab)
    page.key(Qt.Key.Key_Return)
    assert page.asked == [LENA, TOM]
    assert (
        page.page.findChildren(AccountButton)[1].accessibleName() == "Go on as Tom & Co, tom@contoso.example"
    )
    page.press("sign-in-else")
    assert page.asked[-1] == "somebody"
    page.page.offer((), elsewhere=False, windows=False)
    assert page.buttons == ["Sign in"]


@pytest.mark.parametrize(
    ("mend", "buttons"),
    [
        (None, ["Try again"]),
        (SignInAgain(), ["Sign in again"]),
        (SignInAgain(scopes=("People.Read",)), ["Sign in and accept"]),
        (CopyDetails("Trace 1"), ["Copy the details for your administrator", "Try again"]),
        (TryAgain(), ["Try again"]),
        (UseBrowser(), ["Use the browser instead"]),
    ],
)
async def test_one_button_does_what_helps(page: Page, mend: Any, buttons: list[str]) -> None:
    page.page.show_failed(WHY, Text("Do this."), mend)
    assert page.buttons == buttons
    page.page.take_keyboard()
    page.key(Qt.Key.Key_Return)
    assert page.asked == [mend or "sign in"]


async def test_the_administrators_link_can_be_copied(page: Page) -> None:
    page.page.show_failed(WHY, mend=AskAdministrator("https://login.example/adminconsent"))
    page.press("sign-in-link")
    page.press("sign-in")
    assert page.asked == [
        CopyDetails("https://login.example/adminconsent"),
        AskAdministrator("https://login.example/adminconsent"),
    ]


async def test_other_ways_are_offered_where_they_are_allowed(page: Page) -> None:
    assert page.buttons == ["Sign in"]
    page.page.offer((), elsewhere=True, windows=True)
    assert page.buttons == ["Sign in", "Sign in on another device", "Use the browser instead"]
    page.press("sign-in-device")
    page.page.show_signing_in(windows=True)
    assert page.buttons == ["Cancel", "Use the browser instead"]
    page.press("sign-in-browser")
    assert page.asked == ["device", "browser"]


async def test_a_code_comes_after_the_warning(page: Page) -> None:
    page.page.show_device_code(DeviceCode("ABCD-1234", "https://microsoft.example/device", NOW + 900))
    warning, code = (
        page.page.findChild(QWidget, "device-warning"),
        page.page.findChild(QLabel, "device-user-code"),
    )
    assert warning.isVisible() and "whoever has it signs in as you" in warning.accessibleName()
    assert (
        warning.mapTo(page.page, warning.rect().bottomLeft()).y()
        < code.mapTo(page.page, code.rect().topLeft()).y()
    )
    assert code.accessibleName() == "Code: A B C D - 1 2 3 4"
    page.press("device-copy")
    assert QGuiApplication.clipboard().text() == "ABCD-1234"
    page.page.take_keyboard()
    page.key(Qt.Key.Key_Escape)
    assert page.asked == ["cancel"]
    page.page.show_signed_out()
    assert not code.isVisible()


async def test_a_locked_desk_tells_how_many_ring_and_not_who(page: Page) -> None:
    page.page.show_locked("Lena Ortiz", 1)
    words = " ".join(label.text() for label in page.page.findChildren(QLabel) if label.isVisible())
    assert page.page.state is SignInState.LOCKED and "One caller is ringing." in words
    assert page.buttons == ["Unlock as Lena Ortiz", "Switch user"]
    page.key(Qt.Key.Key_Return)
    assert page.asked == ["sign in"]
    page.page.show_locked("Lena Ortiz", 2, ConsoleError("It did not work.", "Do this."))
    assert page.page.findChild(QWidget, "sign-in-problem").accessibleName() == "It did not work. Do this."


async def test_the_bar_says_what_is_most_urgent(parts: Parts, show: Callable[[QWidget], None]) -> None:
    bar = AccountBar(parts.icons)
    show(bar)
    pressed: list[object] = []
    bar.mend_requested.connect(pressed.append)
    bar.show_state(NeedsOperator(Text("Your session has ended."), LENA, SignInAgain()))
    assert bar.text() == "Your session has ended." and bar.button.text() == "Sign in again"
    bar.button.click()
    assert pressed == [SignInAgain()]
    bar.show_state(Offline(NOW + 3600, LENA))
    assert "You can go on until" in bar.accessibleName() and not bar.button.isVisible()
    bar.show_state(SignedIn(LENA))
    assert not bar.isVisible()
