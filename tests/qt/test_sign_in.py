"""The sign-in page in each of its states."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from console.domain.text import Text
from console.ui.banner import Banner
from console.ui.parts import Parts
from console.ui.sign_in_page import SignInPage, SignInState


async def test_each_state_says_what_to_do(parts: Parts, show: Callable[[QWidget], None]) -> None:
    page = SignInPage(parts.icons, parts.frames)
    show(page)
    sign_in, cancel = (page.findChild(QPushButton, n) for n in ("sign-in", "sign-in-cancel"))
    problem = page.findChild(Banner, "sign-in-problem")
    pressed: list[str] = []
    page.sign_in_requested.connect(lambda: pressed.append("sign in"))
    page.cancel_requested.connect(lambda: pressed.append("cancel"))

    QTest.keyClick(page, Qt.Key.Key_Return)
    assert pressed == ["sign in"]

    page.show_signing_in()
    assert (sign_in.isVisible(), cancel.isVisible(), cancel.hasFocus()) == (False, True, True)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert pressed == ["sign in", "cancel"]

    page.show_needs_operator(Text("Your administrator asks for a new sign-in."), "Lena Ortiz")
    assert problem.text() == "Your administrator asks for a new sign-in."
    assert sign_in.text() == "Sign in again"

    page.show_offline()
    assert page.state is SignInState.OFFLINE
    assert problem.isVisible()

    page.show_failed(Text("<b>Refused</b>"), Text("Ask your administrator."))
    assert problem.text() == "<b>Refused</b>"
    assert problem.accessibleName() == "<b>Refused</b> Ask your administrator."
    QTest.mouseClick(sign_in, Qt.MouseButton.LeftButton)
    assert pressed[-1] == "sign in"

    page.show_signed_out()
    assert not problem.isVisible()
