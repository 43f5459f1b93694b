"""A few words asked for over the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from console.ui.reason_prompt import ReasonPrompt, ask_reason

Show = Callable[[QWidget], None]


class Asked:
    def __init__(self, show: Show) -> None:
        self.window = QWidget()
        self.window.resize(600, 400)
        self.before = QLineEdit(self.window)
        show(self.window)
        self.before.setFocus()
        self.answers: list[str | None] = []
        self.prompt: ReasonPrompt = ask_reason(
            self.window, "Park: why?", ("Looks & finds", "Back soon"), self.answers.append
        )
        self.field = self.prompt.findChild(QLineEdit, "reason")


@pytest.fixture
def asked(qapp: QApplication, show: Show) -> Asked:
    return Asked(show)


def test_typed_words_are_confirmed_with_enter(asked: Asked) -> None:
    assert asked.field.hasFocus()
    QTest.keyClicks(asked.field, "  needs   a form ")
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    assert asked.answers == ["needs a form"]
    assert asked.before.hasFocus()


def test_down_takes_a_suggestion_and_no_words_are_an_answer_too(asked: Asked) -> None:
    QTest.keyClick(asked.field, Qt.Key.Key_Down)
    assert asked.field.text() == "Looks & finds"
    QTest.keyClick(asked.field, Qt.Key.Key_Down)
    assert asked.field.text() == "Back soon"
    asked.field.clear()
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    assert asked.answers == [""]


def test_escape_backs_out(asked: Asked) -> None:
    QTest.keyClicks(asked.field, "x")
    QTest.keyClick(asked.field, Qt.Key.Key_Escape)
    assert asked.answers == [None]


def test_a_click_on_a_suggestion_is_enough(asked: Asked) -> None:
    idea = next(b for b in asked.prompt.findChildren(QPushButton) if b.text() == "Looks && finds")
    QTest.mouseClick(idea, Qt.MouseButton.LeftButton)
    assert asked.answers == ["Looks & finds"]


def test_a_second_question_takes_the_first_back(asked: Asked) -> None:
    later: list[str | None] = []
    ask_reason(asked.window, "Park: why?", (), later.append)
    assert asked.answers == [None]
    assert later == []
