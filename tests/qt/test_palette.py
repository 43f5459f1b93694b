"""The command palette: a few letters lead to actions, calls and people, and Escape leads back."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.domain.ids import CallId
from console.ui.palette import Palette
from console.ui.palette_rows import rank
from tests.qt import scenes
from tests.qt.conftest import NOW
from tests.qt.desk import Desk


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("", "Anything", 0),
        ("ans", "Answer", 0),
        ("up", "Hang up", 1),
        ("h u", "Hang up", 1),
        ("ang", "Hang up", 2),
        ("xyz", "Hang up", None),
        ("张", "张伟", 0),
    ],
)
def test_rank(words: str, text: str, found: int | None) -> None:
    assert rank(words, text) == found


def _open(desk: Desk) -> Palette:
    desk.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = desk.window.palette_box
    assert palette.isVisible()
    return palette


def _titles(palette: Palette) -> list[str]:
    return [row.title for row in palette.rows]


async def test_all_actions_are_there_the_possible_ones_first(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("r1")
    palette = _open(desk)
    refused = [bool(row.refused) for row in palette.rows if row.icon != "settings"]
    assert refused == sorted(refused)
    answer = next(row for row in palette.rows if row.id == "call.answer")
    assert (answer.keys, answer.refused) == ("F2", "")
    hold = next(row for row in palette.rows if row.id == "call.hold")
    assert hold.refused == "The call is still ringing."
    assert hold.spoken == "Hold, F5, The call is still ringing."


async def test_enter_does_the_chosen_action(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("m1")
    palette = _open(desk)
    desk.type("hold")
    assert palette.rows[0].id == "call.hold"
    desk.press(Qt.Key.Key_Return)
    assert not palette.isVisible()
    await desk.sent()
    assert desk.calls_made() == ["POST startHoldMusic"]


async def test_a_refused_action_says_why(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("r1")
    _open(desk)
    desk.type("hold")
    desk.press(Qt.Key.Key_Return)
    assert desk.window.status.text() == "The call is still ringing."


async def test_calls_are_found_by_name_number_and_line(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    palette = _open(desk)
    for words, title in (
        ("grace", "Grace Okafor"),
        ("+1425", "+1 425 555 0142"),
        ("support", "Zhang Wei 张伟"),
    ):
        desk.window.findChild(type(desk.focus), "palette-field").clear()
        desk.type(words)
        assert title in _titles(palette)


async def test_a_call_is_chosen_and_has_the_keyboard(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    _open(desk)
    desk.type("grace")
    desk.press(Qt.Key.Key_Return)
    assert desk.parts.selection.call == "m1"
    assert desk.window.calls.rows.hasFocus()


async def test_people_come_from_the_directory_and_enter_does_their_verb(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("r1")
    palette = _open(desk)
    desk.type("anna")
    while not any(row.kind == "person" for row in palette.rows):
        await asyncio.sleep(0.01)
    row = next(row for row in palette.rows if row.title == "Anna Berg")
    assert row.keys == "Enter: Redirect"
    while palette.rows[palette._list.currentIndex().row()] != row:
        desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Return)
    await desk.sent()
    assert desk.calls_made() == ["POST redirect"]


async def test_a_number_can_be_dialled(desk: Desk) -> None:
    palette = _open(desk)
    desk.type("+442079460018")
    assert palette.rows[0].person is not None
    desk.press(Qt.Key.Key_Return)
    await desk.sent()
    assert desk.calls_made() == ["POST calls"]


async def test_escape_gives_the_keyboard_back_and_chooses_nothing(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("m1")
    desk.window.calls.focus_calls()
    before = desk.focus
    palette = _open(desk)
    desk.type("an")
    desk.press(Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert desk.focus is before
    assert desk.parts.selection.call == "m1"


async def test_arrows_go_round_and_a_click_does_the_same_as_enter(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("m1")
    palette = _open(desk)
    desk.press(Qt.Key.Key_Up)
    assert palette._list.currentIndex().row() == len(palette.rows) - 1
    desk.press(Qt.Key.Key_Down)
    assert palette._list.currentIndex().row() == 0
    desk.type("hold")
    box = palette._list.visualRect(palette._list.model().index(0, 0))
    QTest.mouseClick(palette._list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    await desk.sent()
    assert desk.calls_made() == ["POST startHoldMusic"]


async def test_the_field_in_the_top_bar_opens_it(desk: Desk) -> None:
    QTest.mouseClick(desk.child("command-field"), Qt.MouseButton.LeftButton)
    assert desk.window.palette_box.isVisible()
    desk.type("xqz")
    assert desk.window.palette_box.rows == ()
