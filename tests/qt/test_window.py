"""The window as a whole: keys from anywhere, what is said, what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit, QWidget

from console.actions.registry import OPERATOR
from console.domain.events import NotUnderstood
from console.domain.ids import CallId
from console.domain.text import Text
from console.feed.link import LinkState
from console.ui.labels import PlainLabel
from console.ui.lamp import lamp_words, link_problem
from console.ui.sheet import Sheet
from console.ui.times import time_of_day
from console.ui.window import MainWindow
from tests.qt import scenes
from tests.qt.conftest import ME, NOW, Hands
from tests.qt.desk import Desk


async def _until(true: Callable[[], object]) -> None:
    """Give the loop turns until something is true; the test's own timeout ends a wait in vain."""
    while not true():
        await asyncio.sleep(0.005)


# -- keys from anywhere ------------------------------------------------------------------------------


async def test_typing_anywhere_searches_people(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    for start in (
        desk.window.calls.rows,
        desk.window,
        desk.child("story"),
        desk.window.calls.ringing.cards[0],
    ):
        start.setFocus()
        search = desk.window.people.search_field
        search.clear()
        QTest.keyClick(start, "a")
        assert search.hasFocus()
        assert search.text() == "a"


async def test_digits_and_plus_search_too(desk: Desk) -> None:
    desk.window.calls.rows.setFocus()
    desk.type("+44")
    assert desk.window.people.search_field.text() == "+44"


async def test_m_starts_a_search_unless_a_participant_has_the_keyboard(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("m1")
    desk.window.calls.focus_calls()
    desk.type("m")
    assert desk.window.people.search_field.text() == "m"
    roster = desk.child("roster")
    roster.setFocus()
    QTest.keyClick(roster, Qt.Key.Key_Down)
    QTest.keyClick(roster, Qt.Key.Key_M)
    await desk.sent()
    assert desk.calls_made() == ["POST mute"]
    assert desk.window.people.search_field.text() == "m"


async def test_a_transfer_by_keyboard_alone(desk: Desk, hands: Hands) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("m1")
    desk.window.calls.focus_calls()
    desk.type("anna")
    await _until(lambda: desk.parts.selection.person is not None)
    desk.press(Qt.Key.Key_Return)
    await _until(lambda: desk.child("undo").isVisible())
    assert desk.child("undo").text() == "Transfer Grace Okafor to Anna Berg in 3 s"
    desk.press(Qt.Key.Key_Escape)
    desk.press(Qt.Key.Key_Backspace)
    await desk.sent()
    assert desk.calls_made() == []
    assert desk.window.status.text() == "Transfer undone."
    assert not desk.child("undo").isVisible()


async def test_f6_without_a_person_leads_to_the_search_and_escape_back(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.window.calls.focus_calls()
    desk.press(Qt.Key.Key_F6)
    assert desk.window.people.search_field.hasFocus()
    assert desk.child("choose-person").isVisible()
    desk.press(Qt.Key.Key_Escape)
    assert not desk.child("choose-person").isVisible()
    assert desk.window.calls.ringing.cards[0].hasFocus()


async def test_f2_works_from_the_search_field(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.window.people.take_keyboard("x")
    desk.press(Qt.Key.Key_F2)
    await desk.sent()
    assert desk.calls_made() == ["POST answer"]
    assert desk.parts.selection.call == "r1"


async def test_backspace_in_a_field_edits_the_text(desk: Desk) -> None:
    desk.window.people.take_keyboard("ab")
    desk.press(Qt.Key.Key_Backspace)
    assert desk.window.people.search_field.text() == "a"
    assert desk.window.status.text() == ""


async def test_a_refused_key_says_why(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F5)
    assert desk.window.status.text() == "Choose a call first."
    assert desk.window.announcer.spoken == ("Choose a call first.", False)


async def test_park_asks_for_a_reason_over_the_window(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("m1")
    desk.window.calls.focus_calls()
    desk.press(Qt.Key.Key_F8)
    assert isinstance(desk.focus, QLineEdit)
    desk.type("tea")
    desk.press(Qt.Key.Key_Return)
    await desk.sent()
    assert desk.calls_made() == ["POST park"]


async def test_a_prompt_that_closes_chooses_no_other_call(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("m1")
    desk.window.calls.focus_calls()
    desk.press(Qt.Key.Key_F8)
    desk.press(Qt.Key.Key_Escape)
    assert desk.parts.selection.call == "m1"


async def test_a_column_can_be_reached_by_its_number(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.people.search_field.hasFocus()
    desk.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.calls.isAncestorOf(desk.focus)
    desk.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.call_pane.isAncestorOf(desk.focus)


async def test_tab_reaches_every_column(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.window.calls.focus_calls()
    seen: set[str] = set()
    for _ in range(60):
        desk.press(Qt.Key.Key_Tab)
        for name in ("calls", "call-pane", "people-pane", "top-bar"):
            if desk.child(name).isAncestorOf(desk.focus):
                seen.add(name)
    assert seen == {"calls", "call-pane", "people-pane", "top-bar"}


# -- what is said ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words", "role"),
    [
        (LinkState("connecting", NOW), "connecting to the relay…", "warning"),
        (LinkState("live", NOW, 12.4), "relay 12 ms", "success"),
        (LinkState("live", NOW), "relay connected", "success"),
        (LinkState("live", NOW, 900.0), "relay slow, 900 ms", "warning"),
        (LinkState("lost", NOW), f"relay lost since {time_of_day(NOW)} – reconnecting", "danger"),
        (LinkState("refused", NOW), "the relay refuses this sign-in", "danger"),
    ],
)
def test_the_lamp_has_words_and_colour(state: LinkState, words: str, role: str) -> None:
    assert (lamp_words(state)[0], lamp_words(state)[2]) == (words, role)
    assert bool(link_problem(state)) is (state.kind in ("lost", "refused"))


async def test_a_lost_relay_is_said_on_top_and_on_every_button(
    desk: Desk, link: dict[str, Text | None]
) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("r1")
    link["down"] = Text("The relay is not connected.")
    desk.window.show_link(LinkState("lost", NOW - 300, None, Text("No route.")))
    bar = desk.child("link-bar")
    assert bar.isVisible()
    assert time_of_day(NOW - 300) in bar.text()
    assert "meetings still work" in bar.accessibleName()
    buttons = desk.window.calls.ringing.cards[0].findChildren(QAbstractButton)
    assert not any(button.isEnabled() for button in buttons)
    assert desk.window.announcer.spoken == (bar.text(), False)
    link["down"] = None
    desk.window.show_link(LinkState("live", NOW, 9.0))
    assert not bar.isVisible()
    assert all(button.isEnabled() for button in buttons)
    assert desk.window.announcer.spoken == ("The relay is back.", False)


async def test_a_ringing_call_is_announced_at_once(desk: Desk) -> None:
    desk.tell(*scenes.rings("r", NOW, scenes.user("Amelia Ward"), forwarded_from=scenes.user("Tom Reed")))
    assert desk.window.announcer.spoken == ("Amelia Ward is ringing. For Tom Reed · Sales line.", True)
    assert desk.window.windowTitle() == "1 ringing – Operator Console"
    desk.tell(
        *scenes.rings("s", NOW, scenes.user("Ravi Menon")), *scenes.rings("t", NOW, scenes.user("Mei Tan"))
    )
    assert desk.window.announcer.spoken == ("2 new calls are ringing.", True)
    desk.window.announcer.spoken = None
    desk.tell(scenes.claimed("s", NOW, scenes.TOM))
    assert desk.window.announcer.spoken is None


async def test_a_caller_who_comes_back_is_announced(desk: Desk) -> None:
    desk.tell(*scenes.waits("w", NOW - 60, scenes.user("Ravi Menon")))
    told = scenes.transfer_failed("w", NOW - 25)
    desk.tell(told[0])
    desk.tell(told[1])
    assert desk.window.announcer.spoken == ("Ravi Menon is back. Came back: They are busy.", False)


async def test_the_status_line_counts_who_waits(desk: Desk, hands: Hands) -> None:
    assert desk.child("queue").text() == "nobody is waiting"
    desk.tell(*scenes.waits("w", NOW - 60, scenes.user("Ravi Menon")))
    assert desk.child("queue").text() == "1 waiting, longest 1:00"
    hands.at = NOW + 10
    desk.parts.frames.tick()
    assert desk.child("queue").text() == "1 waiting, longest 1:10"


async def test_a_tip_gives_way_to_a_message(desk: Desk, hands: Hands) -> None:
    QApplication.sendEvent(desk.window, QStatusTipEvent("What this does"))
    assert desk.window.status.text() == "What this does"
    desk.window.status.say("Why not", "refused")
    QApplication.sendEvent(desk.window, QStatusTipEvent(""))
    assert desk.window.status.text() == "Why not"
    hands.at = NOW + 9
    desk.parts.frames.tick()
    assert desk.window.status.text() == ""


# -- help --------------------------------------------------------------------------------------------


async def test_the_keyboard_sheet_is_written_from_the_actions(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F1)
    sheet = desk.window.findChild(Sheet, "keys-sheet")
    assert sheet.isVisible()
    for words in ("F2", "Ctrl+Enter", "Answer: Take the call", "Ctrl+K", "Backspace"):
        assert words in sheet.text()
    sheet.close()


async def test_diagnostics_count_what_was_not_understood(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.tell(*[NotUnderstood(key=f"k{n}", at=NOW, what="call state dreaming") for n in range(2)])
    _action(desk, "help.diagnostics").trigger()
    sheet = desk.window.findChild(QDialog, "diagnostics")
    assert isinstance(sheet, Sheet)
    assert "call state dreaming: 2" in sheet.text()
    assert "connected since" in sheet.text()
    assert "Amelia" not in sheet.text()
    assert "+1 425" not in sheet.text()
    sheet.close()


def _action(desk: Desk, name: str) -> Any:
    return next(a for a in desk.window.menus.window_actions if a.objectName() == name)


# -- signing in and out, layout ----------------------------------------------------------------------


async def test_without_an_operator_there_is_only_the_sign_in_page(desk: Desk) -> None:
    desk.parts.runner.identify(None, frozenset())
    desk.window.show_operator()
    assert desk.child("sign-in-page").isVisible()
    assert not desk.child("calls").isVisible()
    desk.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not desk.child("palette").isVisible()


async def test_a_reconnection_leaves_the_keyboard_where_it_is(desk: Desk) -> None:
    desk.window.people.take_keyboard("an")
    desk.window.show_operator()
    await asyncio.sleep(0.01)
    assert desk.window.people.search_field.hasFocus()
    desk.parts.runner.identify(None, frozenset())
    desk.window.show_operator()
    desk.parts.runner.identify(ME, frozenset({OPERATOR}))
    desk.window.show_operator()
    await asyncio.sleep(0.01)
    assert desk.window.calls.isAncestorOf(desk.focus)


async def test_signing_out_is_asked_from_the_operators_menu(desk: Desk) -> None:
    asked: list[bool] = []
    desk.window.sign_out.connect(lambda: asked.append(True))
    next(a for a in desk.child("user").menu().actions() if a.objectName() == "user.sign-out").trigger()
    assert asked == [True]


async def test_the_layout_is_remembered(
    desk: Desk, settings: QSettings, finder: Any, show: Callable[[QWidget], None]
) -> None:
    desk.child("columns").setSizes([280, 440, 300])
    sizes = desk.child("columns").sizes()
    desk.window.calls.rows.fold(frozenset())
    desk.window.calls.rows.folded.emit()
    closed: list[bool] = []
    desk.window.closed.connect(lambda: closed.append(True))
    desk.window.close()
    assert closed == [True]
    again = MainWindow(desk.parts, finder, settings=settings)
    show(again)
    kept = again.findChild(QWidget, "columns").sizes()
    assert (kept[0], kept[2]) == (sizes[0], sizes[2])
    assert again.calls.rows.closed == frozenset()


async def test_the_theme_is_chosen_in_the_menu(desk: Desk) -> None:
    _action(desk, "view.theme.dark").trigger()
    assert desk.parts.theme.name == "dark"
    _action(desk, "view.text.2.0").trigger()
    assert desk.window.font().pixelSize() == 26


# -- names -------------------------------------------------------------------------------------------


async def test_everything_that_can_be_pressed_has_a_name(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("m1")
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in desk.window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert nameless == []


async def test_no_label_reads_markup(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("m1")
    rich = [
        label.text()
        for label in desk.window.findChildren(QLabel)
        if label.text() and not isinstance(label, PlainLabel)
    ]
    assert rich == []


async def test_nobody_is_missed_who_was_not_looked_for(desk: Desk) -> None:
    desk.wire.answers["GET", "/users"] = httpx2.Response(200, json={"value": []})
    field, nobody = desk.child("people-search"), desk.child("people-nobody")
    field.setText("Quentin")
    await _until(nobody.isVisible)
    assert nobody.text() == "Nobody found for “Quentin”."
    searches = desk.wire.verbs.count("GET users")
    field.clear()
    await _until(
        lambda: desk.wire.verbs.count("GET users") > searches and desk.window.people._found_for == ""
    )
    assert not nobody.isVisible()
