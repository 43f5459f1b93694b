"""The left column: who is where, what a key does, and that nothing moves under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from console.domain.ids import CallId
from console.ui.call_list import CallList
from console.ui.call_rows import CallRow, Heading, Section, return_reason, row_of, section_of
from console.ui.labels import PlainLabel
from console.ui.parts import Parts
from console.ui.ringing_card import RingingCard
from tests.qt import scenes
from tests.qt.conftest import ME, NOW, Hands, Wire

Show = Callable[[QWidget], None]


@pytest.fixture
def away(qapp: Any) -> None:
    """The pointer is nowhere near the window."""
    QCursor.setPos(5000, 5000)


@pytest.fixture
def column(parts: Parts, show: Show, away: None) -> CallList:
    made = CallList(parts)
    made.resize(332, 700)
    show(made)
    return made


def _tell(parts: Parts, *events: Any) -> None:
    parts.store.apply(events)
    parts.frames.flush()


def _names(column: CallList, section: Section) -> list[str]:
    return [line.name for line in column.rows.lines if isinstance(line, CallRow) and line.section is section]


def _headings(column: CallList) -> dict[str, int]:
    return {line.section.heading: line.count for line in column.rows.lines if isinstance(line, Heading)}


async def _sent(parts: Parts) -> None:
    for task in tuple(parts.runner._tasks):
        await task


# -- where a call stands -----------------------------------------------------------------------------


def test_every_caller_stands_in_one_section(parts: Parts, column: CallList) -> None:
    _tell(parts, *scenes.morning(NOW))
    assert [card.call.id for card in column.ringing.cards] == ["r1", "r2"]
    assert _headings(column) == {"Waiting": 3, "Mine": 1, "With colleagues": 2, "Handled today": 3}
    assert _names(column, Section.WAITING) == ["Ravi Menon", "Zhang Wei 张伟", "ياسمين حداد"]
    assert _names(column, Section.MINE) == ["Grace Okafor"]


def test_a_waiting_row_says_why_the_caller_is_back(parts: Parts) -> None:
    _tell(parts, *scenes.morning(NOW))
    calls = parts.store.view.calls
    assert return_reason(calls[CallId("w1")]) == "Tom Reed did not pick up"
    assert row_of(calls[CallId("w1")], ME).tone == "danger"
    assert row_of(calls[CallId("w2")], ME).detail == "Parked by Tom Reed: looks up an order"
    _tell(parts, *scenes.transfer_failed("w3", NOW - 25))
    assert return_reason(parts.store.view.calls[CallId("w3")]) == "Came back: They are busy."


def test_a_lonely_caller_of_another_operator_stays_in_sight(parts: Parts) -> None:
    _tell(parts, *scenes.waits("w", NOW - 60, scenes.user("Ravi Menon")))
    _tell(parts, scenes.claimed("w", NOW - 5, scenes.TOM))
    call = parts.store.view.calls[CallId("w")]
    assert section_of(call, ME) is Section.WAITING
    assert row_of(call, ME).detail == "Tom Reed is acting on it"


def test_a_number_is_grouped_and_marked_as_not_verified(parts: Parts, column: CallList) -> None:
    _tell(parts, *scenes.rings("r", NOW - 2, scenes.phone("+14255550142")))
    card = column.ringing.cards[0]
    assert "+1 425 555 0142" in card.accessibleName()
    assert "Number not verified" in card.toolTip()


def test_names_are_never_markup(parts: Parts, column: CallList) -> None:
    _tell(
        parts,
        *scenes.rings("r", NOW - 2, scenes.phone("+14255550142", '<img src="/etc/passwd"> & Co')),
        *scenes.waits("w", NOW - 60, scenes.user("<b>Ravi</b>")),
    )
    card = column.ringing.cards[0]
    assert '<img src="/etc/passwd"> & Co' in [label.text() for label in card.findChildren(PlainLabel)]
    assert "&lt;img" in card.toolTip()
    index = column.rows.model().index(1, 0)
    assert "&lt;b&gt;Ravi" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_yesterday_is_not_today(parts: Parts, column: CallList) -> None:
    _tell(parts, *scenes.handled("h", NOW - 90_000, scenes.user("Oliver Grant")))
    assert "Handled today" not in _headings(column)


# -- time --------------------------------------------------------------------------------------------


def test_a_card_counts_down_and_hurries(parts: Parts, column: CallList, hands: Hands) -> None:
    _tell(parts, *scenes.rings("r", NOW, scenes.user("Amelia Ward")))
    countdown = column.ringing.cards[0]._countdown
    assert (countdown.text(), countdown.hurry) == ("15 s", False)
    hands.at = NOW + 11.2
    parts.frames.tick()
    assert (countdown.text(), countdown.hurry) == ("4 s", True)
    hands.at = NOW + 20
    parts.frames.tick()
    assert countdown.text() == "0 s"


# -- keys --------------------------------------------------------------------------------------------


def test_arrow_keys_walk_through_cards_and_rows(parts: Parts, column: CallList) -> None:
    _tell(parts, *scenes.morning(NOW))
    column.focus_calls()
    walked = [parts.selection.call]
    for _ in range(4):
        QTest.keyClick(column.window().focusWidget(), Qt.Key.Key_Down)
        walked.append(parts.selection.call)
    assert walked == ["r1", "r2", "w1", "w2", "w3"]
    for _ in range(3):
        QTest.keyClick(column.window().focusWidget(), Qt.Key.Key_Up)
    assert parts.selection.call == "r2"
    QTest.keyClick(column.window().focusWidget(), Qt.Key.Key_End)
    QTest.keyClick(column.window().focusWidget(), Qt.Key.Key_Home)
    assert parts.selection.call == "r1"


def test_tab_onto_a_card_chooses_it_but_falling_focus_does_not(parts: Parts, column: CallList) -> None:
    _tell(parts, *scenes.morning(NOW))
    parts.selection.call = CallId("m1")
    first, second = column.ringing.cards
    first.setFocus(Qt.FocusReason.OtherFocusReason)
    assert parts.selection.call == "m1"
    while column.window().focusWidget() is not second:
        QTest.keyClick(column.window().focusWidget(), Qt.Key.Key_Tab)
    assert parts.selection.call == "r2"


async def test_enter_answers_a_card_and_the_keyboard_goes_with_the_call(
    parts: Parts, column: CallList, wire: Wire
) -> None:
    _tell(parts, *scenes.morning(NOW))
    column.focus_calls()
    QTest.keyClick(column.window().focusWidget(), Qt.Key.Key_Down)
    QTest.keyClick(column.window().focusWidget(), Qt.Key.Key_Return)
    await _sent(parts)
    parts.frames.flush()
    assert wire.sent[0].url.path.endswith("/r2/answer")
    assert parts.selection.call == "r2"
    assert "+1 425 555 0142" in _names(column, Section.MINE)
    assert column.rows.hasFocus()


async def test_enter_on_a_waiting_row_picks_the_caller_up(parts: Parts, column: CallList, wire: Wire) -> None:
    _tell(parts, *scenes.waits("w", NOW - 60, scenes.user("Ravi Menon")))
    column.focus_calls()
    assert parts.selection.call == "w"
    QTest.keyClick(column.rows, Qt.Key.Key_Return)
    await _sent(parts)
    assert wire.sent[0].url.path.endswith("/w/answer")


def test_enter_on_a_call_of_mine_does_nothing(parts: Parts, column: CallList, wire: Wire) -> None:
    _tell(parts, *scenes.morning(NOW))
    parts.selection.call = CallId("m1")
    column.focus_calls()
    QTest.keyClick(column.rows, Qt.Key.Key_Return)
    assert wire.sent == []


def test_sections_fold_by_key_and_by_click(parts: Parts, column: CallList) -> None:
    _tell(parts, *scenes.morning(NOW))
    assert _names(column, Section.HANDLED) == []
    column.rows.setFocus()
    QTest.keyClick(column.rows, Qt.Key.Key_End)
    QTest.keyClick(column.rows, Qt.Key.Key_Right)
    assert len(_names(column, Section.HANDLED)) == 3
    QTest.keyClick(column.rows, Qt.Key.Key_Left)
    assert _names(column, Section.HANDLED) == []
    place = next(i for i, line in enumerate(column.rows.lines) if line.key == "heading:handled")
    box = column.rows.visualRect(column.rows.model().index(place, 0))
    QTest.mouseClick(column.rows.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert len(_names(column, Section.HANDLED)) == 3


async def test_the_buttons_of_a_card_act_on_that_card(parts: Parts, column: CallList, wire: Wire) -> None:
    _tell(parts, *scenes.morning(NOW))
    second = column.ringing.cards[1]
    button = second.findChild(QPushButton, "call.answer")
    assert button.accessibleName() == "Answer +1 425 555 0142"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await _sent(parts)
    assert wire.sent[0].url.path.endswith("/r2/answer")


# -- nothing moves -----------------------------------------------------------------------------------


def _point_at(widget: QWidget, at: QPoint) -> None:
    QCursor.setPos(widget.mapToGlobal(at))


def _top_of(column: CallList, call: str) -> int:
    place = next(i for i, line in enumerate(column.rows.lines) if line.key == call)
    box = column.rows.visualRect(column.rows.model().index(place, 0))
    return column.rows.viewport().mapTo(column, box.topLeft()).y()


def test_a_card_that_is_gone_keeps_its_place_under_the_pointer(
    parts: Parts, column: CallList, hands: Hands
) -> None:
    _tell(parts, *scenes.morning(NOW))
    second = column.ringing.cards[1]
    before = second.mapTo(column, QPoint(0, 0))
    _point_at(second, second.rect().center())
    _tell(parts, scenes.ends("r1", NOW))
    assert second.mapTo(column, QPoint(0, 0)) == before
    gone = column.findChildren(RingingCard)[0]
    assert "The caller hung up." in gone.accessibleName()
    hands.at = NOW + 3.5
    parts.frames.tick()
    assert [card.call.id for card in column.ringing.cards] == ["r2"]
    assert all(card.gone_at is None for card in column.ringing._cards)


def test_enter_on_a_card_that_has_just_gone_answers_nobody(
    parts: Parts, column: CallList, wire: Wire
) -> None:
    _tell(parts, *scenes.morning(NOW))
    column.focus_calls()
    focused = column.window().focusWidget()
    _tell(parts, scenes.ends("r1", NOW))
    assert column.window().focusWidget() is focused
    QTest.keyClick(focused, Qt.Key.Key_Return)
    assert wire.sent == []
    QTest.keyClick(focused, Qt.Key.Key_Down)
    assert parts.selection.call == "r2"


@pytest.mark.parametrize("change", ["added", "removed"])
def test_a_row_under_the_pointer_stays_while_others_come_and_go(
    parts: Parts, column: CallList, change: str
) -> None:
    _tell(parts, *scenes.morning(NOW))
    place = next(i for i, line in enumerate(column.rows.lines) if line.key == "w2")
    box = column.rows.visualRect(column.rows.model().index(place, 0))
    _point_at(column.rows.viewport(), box.center())
    before = _top_of(column, "w2")
    if change == "added":
        _tell(parts, *scenes.waits("early", NOW - 500, scenes.user("Early Bird")))
    else:
        _tell(parts, scenes.ends("w1", NOW))
    assert _top_of(column, "w2") == before
    QCursor.setPos(5000, 5000)
    column.rows.leaveEvent(_leave())
    assert not any(line.key.startswith("room:") for line in column.rows.lines)


def _leave() -> Any:
    from PySide6.QtCore import QEvent

    return QEvent(QEvent.Type.Leave)


def test_a_click_on_a_row_that_has_just_come_is_not_taken(
    parts: Parts, column: CallList, hands: Hands
) -> None:
    _tell(parts, *scenes.morning(NOW))
    place = next(i for i, line in enumerate(column.rows.lines) if line.key == "w1")
    at = column.rows.visualRect(column.rows.model().index(place, 0)).center()
    _point_at(column.rows.viewport(), at)
    _tell(parts, scenes.ends("w1", NOW))
    QTest.mouseClick(column.rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert parts.selection.call is None
    hands.at = NOW + 1
    QTest.mouseClick(column.rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert parts.selection.call == "w2"


def test_a_storm_changes_only_what_changed(parts: Parts, column: CallList) -> None:
    _tell(parts, *scenes.crowd(NOW, 200))
    resets: list[int] = []
    touched: list[int] = []
    model = column.rows.model()
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda first, last: touched.append(first.row()))
    before = {line.key: line for line in column.rows.lines}
    _tell(parts, scenes.parked("c5", NOW, scenes.TOM, "later"))
    after = {line.key: line for line in column.rows.lines}
    assert resets == []
    assert len(touched) == 1
    assert [key for key in after if before.get(key) is not after[key] and key.startswith("c")] == ["c5"]


def test_the_choice_is_kept_while_rows_move_between_sections(parts: Parts, column: CallList) -> None:
    _tell(parts, *scenes.morning(NOW))
    parts.selection.call = CallId("w1")
    _tell(parts, scenes.claimed("w1", NOW, scenes.LENA))
    assert parts.selection.call == "w1"
    assert column.rows.currentIndex().data(Qt.ItemDataRole.UserRole).id == "w1"
