"""What a cloud lacks is said in every place alike; where there are no calls, the console finds colleagues."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from console.actions import ACTIONS
from console.domain.budget import Usage, Use
from console.domain.ids import CallId
from console.domain.people import Operator
from console.feed.link import LinkState
from console.graph.clouds import CHINA, GCC_HIGH
from console.ui.banner import Banner
from console.ui.language import say
from console.ui.parts import Parts
from console.ui.sign_in_page import SignInPage
from tests.qt import scenes
from tests.qt.conftest import NOW
from tests.qt.desk import Desk
from tests.qt.waiting import until

NO_CALLS = "Calls do not exist in this cloud (21Vianet)."
NO_MEETINGS = "Online meetings cannot be made in this cloud (21Vianet)."
NO_TRANSFER = "A group call cannot be transferred in this cloud. Invite the colleague instead."


in_china = pytest.mark.parametrize("cloud", [CHINA], indirect=True, ids=["china"])
in_government = pytest.mark.parametrize("cloud", [GCC_HIGH], indirect=True, ids=["gcc-high"])


def _palette_row(desk: Desk, title: str) -> str:
    """What the palette says of the action called `title`."""
    desk.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(desk.focus, title)
    rows = desk.child("palette-list").model()
    said = [
        str(rows.data(rows.index(n, 0), Qt.ItemDataRole.AccessibleTextRole)) for n in range(rows.rowCount())
    ]
    desk.press(Qt.Key.Key_Escape)
    return next(text for text in said if text.startswith(title))


# -- 21Vianet: no calls, no presence, no meetings ----------------------------------------------------


@in_china
@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda a: a.id)
async def test_every_verb_gives_the_same_reason_everywhere(desk: Desk, action: Any) -> None:
    reason = NO_MEETINGS if action.id == "meeting.schedule" else NO_CALLS
    entry = desk.parts.commands.action(action.id)
    assert not entry.isEnabled() and reason in entry.toolTip() and entry.statusTip() == reason
    assert reason in _palette_row(desk, say(action.title))
    if action.keys and "participant" not in action.needs:
        desk.window.status.say("")
        QTest.keySequence(desk.window, entry.shortcut())
        assert desk.window.status.text() == reason
    assert desk.calls_made() == []


@in_china
async def test_the_first_screen_says_it_and_offers_what_works(desk: Desk) -> None:
    page = desk.child("no-calls")
    assert page.isVisible() and NO_CALLS in page.accessibleName()
    assert not desk.window.calls.isVisible() and not desk.window.findChild(Banner, "link-bar").isVisible()
    assert desk.child("lamp").text() == "no calls in this cloud"
    await until(lambda: desk.window.people.search_field.hasFocus())
    assert desk.window.announcer.spoken == (NO_CALLS, False)
    desk.window.setFocus()
    QTest.mouseClick(desk.child("find-colleague"), Qt.MouseButton.LeftButton)
    assert desk.window.people.search_field.hasFocus()


@in_china
async def test_colleagues_are_found_and_presence_is_not_missed(desk: Desk) -> None:
    desk.window.people.search_field.setFocus()
    desk.type("anna")
    await until(lambda: desk.parts.selection.person is not None)
    card = desk.child("person-card")
    assert card.isVisible() and card.accessibleName() == "Anna Berg"
    assert not desk.child("person-presence").isVisible()
    rows = desk.window.people._list.rows
    assert rows[0].spoken == "Anna Berg, Sales lead, Sales"
    call = card.findChild(QPushButton, "person.call")
    assert not call.isEnabled() and NO_CALLS in call.toolTip()
    desk.press(Qt.Key.Key_Return)
    assert desk.window.status.text() == NO_CALLS
    desk.press(Qt.Key.Key_Escape)
    desk.press(Qt.Key.Key_Escape)
    assert desk.window.people.search_field.hasFocus(), "there is nowhere else to go"
    assert set(desk.wire.verbs) == {"GET users"}, "neither calls nor presence were asked for"


@in_china
async def test_a_new_operator_is_led_to_the_search(desk: Desk) -> None:
    desk.parts.runner.identify(None, frozenset())
    desk.window.show_operator()
    assert desk.window.sign_in_page.isVisible()
    desk.parts.runner.identify(Operator(scenes.LENA.id, "Lena Ortiz"), frozenset())
    desk.window.show_operator()
    await until(lambda: desk.window.people.search_field.hasFocus())
    for name in ("view.calls", "view.call"):
        action = next(a for a in desk.window.menus.window_actions if a.objectName() == name)
        assert not action.isEnabled() and action.statusTip() == NO_CALLS


@in_china
async def test_the_sign_in_page_says_what_the_sign_in_is_for(parts: Parts, show: Any) -> None:
    page = SignInPage(parts.icons, parts.frames, lacking=parts.without_calls)
    show(page)
    about = page.findChild(Banner, "sign-in-lacking")
    assert about.isVisible() and about.accessibleName() == f"{NO_CALLS} Finding colleagues works here."
    assert "find colleagues" in page.accessibleDescription()
    page.show_offline()
    assert "Colleagues can be found" in page.accessibleDescription()


@in_china
async def test_the_details_tell_no_limit_of_what_does_not_exist(desk: Desk) -> None:
    desk.used.now = Usage((Use("presence", 0, 10_000, 30), Use("everything", 3, 130_000, 10)), (), 12)
    QTest.mouseClick(desk.child("lamp"), Qt.MouseButton.LeftButton)
    assert desk.child("connection-relay").text() == NO_CALLS
    said = desk.child("gauges").accessibleName()
    assert "All requests" in said and "Presence" not in said and "meetings" not in said


# -- the government: calls without the transfer of a group call --------------------------------------


@in_government
async def test_a_group_call_is_not_transferred_but_a_colleague_is_invited(desk: Desk) -> None:
    desk.tell(*scenes.morning(NOW))
    desk.parts.selection.call = CallId("m1")
    tile = desk.child("verbs").findChild(QPushButton, "call.transfer")
    assert not tile.isEnabled() and NO_TRANSFER in tile.toolTip()
    entry = desk.parts.commands.action("call.transfer")
    assert entry.statusTip() == NO_TRANSFER and NO_TRANSFER in _palette_row(desk, "Transfer")
    desk.window.calls.focus_calls()
    desk.press(Qt.Key.Key_F6)
    assert desk.window.status.text() == NO_TRANSFER
    assert desk.child("verbs").findChild(QPushButton, "participant.invite").property("kind") == "primary"
    desk.type("anna")
    await until(lambda: desk.parts.selection.person is not None)
    assert desk.child("people-hint").text() == "Enter invites Anna Berg to the call with Grace Okafor"
    desk.press(Qt.Key.Key_Return)
    await desk.sent()
    assert desk.calls_made() == ["POST invite"]


@in_government
async def test_a_caller_nobody_talks_to_is_transferred(desk: Desk) -> None:
    """Person to person there is no transferee to name, so the cloud can do it."""
    ringing = [e for e in scenes.waits("w9", NOW - 20, scenes.user("Ravi Menon")) if "roster" not in e.key]
    desk.tell(*ringing)
    desk.parts.selection.call = CallId("w9")
    assert desk.parts.commands.lacking("call.transfer", CallId("w9")) is None
    assert desk.parts.commands.person_verb().id == "call.transfer"
    assert desk.child("verbs").findChild(QPushButton, "call.transfer").isEnabled()


@in_government
async def test_everything_else_is_as_everywhere(desk: Desk) -> None:
    assert desk.child("no-call").isVisible() and desk.window.calls.isVisible()
    desk.window.show_link(LinkState("live", NOW, 12.0))
    assert desk.child("lamp").text() == "relay 12 ms"
    assert QApplication.focusWidget() is not desk.window.people.search_field
