"""Chinese reaches the window: our own sentences, Qt's buttons and the names of days."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from console.domain.text import Text
from console.language import CHINESE, ENGLISH, Catalogue, load
from console.ui.language import say, speak, tr


@pytest.fixture
def catalogue() -> Catalogue:
    return load(CHINESE)


def test_sentences_of_ours_are_chinese(speaking: Catalogue) -> None:
    template, said = next((t, s) for t, s in speaking.sentences.items() if "{" not in t)
    assert tr(template) == say(Text(template)) == said


def test_a_name_is_never_translated(speaking: Catalogue) -> None:
    template = next(t for t in speaking.sentences if "{" not in t)
    assert say(template) == template


def test_qt_speaks_chinese_too(speaking: Catalogue) -> None:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    assert [button.text() for button in buttons.buttons()] == ["确定", "取消"]
    assert QLocale().toString(QDate(2026, 3, 2), "dddd MMMM") == "星期一 三月"


def test_english_needs_no_catalogue(qapp: QApplication) -> None:
    assert speak(qapp, load(ENGLISH)) == ()
    assert tr("{who} has this call.", who="Lena") == "Lena has this call."
