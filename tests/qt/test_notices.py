"""Notices: failures on cards, everything else in the line; and the time in which a press can be undone."""

from __future__ import annotations

from dataclasses import replace

import httpx2
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QPushButton

from console.actions import ACTIONS
from console.actions.runner import Notice, NoticeKind
from console.domain.events import CallTold
from console.domain.ids import CallId
from console.domain.text import Text
from tests.qt import scenes
from tests.qt.conftest import NOW, Hands
from tests.qt.desk import Desk

TRANSFER = ACTIONS["call.transfer"]


def _failed(text: str = "Transfer failed. <b>Anna</b> was not reached.", call: str | None = "w1") -> Notice:
    return Notice(NoticeKind.FAILED, TRANSFER, Text(text), Text("Try again."), CallId(call) if call else None)


async def test_a_failure_is_a_card_until_it_is_closed(desk: Desk, hands: Hands) -> None:
    notices = desk.window.notices
    notices.tell(_failed())
    toast = notices.toasts[0]
    assert toast.isVisible()
    assert toast.accessibleName() == "Transfer failed. <b>Anna</b> was not reached. Try again."
    assert desk.window.announcer.spoken == (toast.accessibleName(), False)
    QTest.mouseClick(toast.findChild(QAbstractButton, "toast-close"), Qt.MouseButton.LeftButton)
    assert notices.toasts == ()
    assert not notices.isVisible()


async def test_a_card_leads_to_its_call(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.window.notices.tell(_failed())
    look = next(b for b in desk.window.notices.toasts[0].findChildren(QPushButton) if b.text() == "Show call")
    QTest.mouseClick(look, Qt.MouseButton.LeftButton)
    assert desk.parts.selection.call == "w1"
    assert desk.window.notices.toasts == ()


async def test_a_card_goes_by_itself_but_not_while_it_has_the_keyboard(desk: Desk, hands: Hands) -> None:
    notices = desk.window.notices
    notices.tell(_failed())
    notices.toasts[0].findChild(QAbstractButton, "toast-close").setFocus()
    hands.at = NOW + 30
    desk.parts.frames.tick()
    assert len(notices.toasts) == 1
    QTest.keyClick(desk.focus, Qt.Key.Key_Escape)
    assert notices.toasts == ()
    assert desk.window.calls.isAncestorOf(desk.focus)


async def test_the_id_for_support_can_be_copied(desk: Desk, hands: Hands) -> None:
    notices = desk.window.notices
    notices.tell(_failed())
    assert notices.toasts[0].findChild(QAbstractButton, "toast-support") is None
    notices.tell(replace(_failed("Another failure."), request_id="0c1d2e3f-0000-4000-8000-00000000e003"))
    button = notices.toasts[1].findChild(QAbstractButton, "toast-support")
    assert button.accessibleName() == "Copy the id for support"
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == "0c1d2e3f-0000-4000-8000-00000000e003"
    assert button.accessibleName() == "Copied"


async def test_the_same_failure_is_one_card_and_old_ones_make_room(desk: Desk) -> None:
    notices = desk.window.notices
    notices.tell(_failed())
    notices.tell(_failed())
    assert len(notices.toasts) == 1
    for n in range(5):
        notices.tell(_failed(f"Failure {n}", None))
    assert [str(toast.notice.text) for toast in notices.toasts] == ["Failure 2", "Failure 3", "Failure 4"]


async def test_success_needs_no_card(desk: Desk) -> None:
    desk.window.notices.tell(Notice(NoticeKind.DONE, TRANSFER, "Transfer"))
    assert desk.window.notices.toasts == ()
    assert desk.window.status.text() == "Transfer: done"


async def test_what_graph_refuses_becomes_a_card(desk: Desk) -> None:
    desk.wire.answers["POST", "/answer"] = httpx2.Response(403, json={"error": {"code": "Forbidden"}})
    desk.tell(*scenes.morning(NOW))
    desk.window.calls.focus_calls()
    desk.press(Qt.Key.Key_Return)
    await desk.sent()
    assert len(desk.window.notices.toasts) == 1
    assert desk.window.notices.toasts[0].accessibleName().startswith("Answer failed.")
    assert [card.call.id for card in desk.window.calls.ringing.cards] == ["r1", "r2"]


async def test_notices_stay_inside_the_window(desk: Desk) -> None:
    for n in range(3):
        desk.window.notices.tell(_failed(f"A long sentence about what happened, number {n}. " * 4, None))
    for width, height in ((1024, 640), (1280, 800)):
        desk.window.resize(width, height)
        ground = desk.window.notices.parentWidget()
        assert ground.rect().contains(desk.window.notices.geometry())


async def test_undo_by_button(desk: Desk) -> None:
    desk.tell(*scenes.rings("r", NOW, scenes.user("Amelia Ward")))
    desk.window.calls.focus_calls()
    desk.press(Qt.Key.Key_F4)
    bar = desk.child("undo")
    await _shown(desk)
    assert bar.text() == "Reject Amelia Ward in 3 s"
    assert "Backspace" in bar.accessibleName()
    assert desk.window.calls.ringing.cards == ()
    QTest.mouseClick(desk.child("undo-button"), Qt.MouseButton.LeftButton)
    await desk.sent()
    assert desk.calls_made() == []
    assert [card.call.id for card in desk.window.calls.ringing.cards] == ["r"]


async def test_undo_counts_down(desk: Desk, hands: Hands) -> None:
    desk.tell(*scenes.rings("r", NOW, scenes.user("Amelia Ward")))
    desk.window.calls.focus_calls()
    desk.press(Qt.Key.Key_F4)
    await _shown(desk)
    hands.at = NOW + 1.5
    desk.parts.frames.tick()
    assert desk.child("undo").text().endswith("in 2 s")
    desk.parts.runner.undo()
    await desk.sent()
    assert not desk.child("undo").isVisible()


async def _shown(desk: Desk) -> None:
    import asyncio

    while not desk.child("undo").isVisible():
        await asyncio.sleep(0)
    desk.parts.frames.flush()


async def test_a_card_about_a_live_call_goes_when_the_call_is_over(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.window.notices.tell(_failed())
    desk.parts.frames.tick()
    assert len(desk.window.notices.toasts) == 1
    desk.tell(CallTold(call=CallId("w1"), key="over", at=NOW, deleted=True))
    desk.parts.frames.tick()
    assert desk.window.notices.toasts == ()
    desk.window.notices.tell(_failed("Transfer failed. The caller hung up."))
    desk.parts.frames.tick()
    assert len(desk.window.notices.toasts) == 1, "news of an end is kept for as long as any other"
