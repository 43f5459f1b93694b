"""The declared actions as Qt sees them: one truth for menus, buttons and keys, and a reason for every no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from console.actions import ACTIONS
from console.domain.ids import CallId, ParticipantId, UserId
from console.domain.people import Person
from console.domain.text import Text
from console.ui.buttons import VerbButton
from console.ui.parts import Parts
from tests.qt import scenes
from tests.qt.conftest import NOW, Hands, Wire

ANNA = Person(UserId("user-anna"), "Anna Berg")
Show = Callable[[QWidget], None]


def _refusals(parts: Parts) -> list[str]:
    said: list[str] = []
    parts.commands.refused.connect(said.append)
    return said


def _tell(parts: Parts, *events: Any) -> None:
    parts.store.apply(events)
    parts.frames.flush()


async def _sent(parts: Parts) -> None:
    """Let every press that is under way reach the wire."""
    for task in tuple(parts.runner._tasks):
        await task


def test_every_action_has_a_qaction_with_icon_and_reason(parts: Parts) -> None:
    for id, action in ACTIONS.items():
        qaction = parts.commands.action(id)
        assert not qaction.icon().isNull()
        assert qaction.text().replace("&&", "&") == str(action.title)
        assert qaction.isEnabled() is (parts.commands.reason(id) is None)
        assert qaction.statusTip() == (parts.commands.reason(id) or str(action.summary))


def test_without_a_call_the_reason_says_so(parts: Parts) -> None:
    assert parts.commands.reason("call.hangUp") == "Choose a call first."
    assert parts.commands.reason("call.answer") == "Nobody rings and nobody waits."
    assert parts.commands.reason("meeting.schedule") is None


def test_a_reason_follows_the_call(parts: Parts) -> None:
    _tell(parts, *scenes.rings("a", NOW - 3, scenes.user("Amelia Ward")))
    parts.selection.call = CallId("a")
    assert parts.commands.reason("call.reject") is None
    assert parts.commands.reason("call.hold") == "The call is still ringing."
    _tell(parts, scenes.ends("a", NOW))
    assert parts.commands.reason("call.reject") == "The call has ended."
    assert not parts.commands.action("call.reject").isEnabled()


async def test_answer_without_a_choice_takes_the_next_caller(parts: Parts, wire: Wire) -> None:
    _tell(
        parts,
        *scenes.waits("old", NOW - 300, scenes.user("Ravi Menon")),
        *scenes.rings("late", NOW - 2, scenes.user("Amelia Ward")),
        *scenes.rings("soon", NOW - 9, scenes.user("Tom Reed")),
    )
    parts.commands.press("F2")
    await _sent(parts)
    assert wire.sent[0].url.path.endswith("/soon/answer")
    assert parts.selection.call == "soon"


async def test_answer_prefers_the_chosen_call(parts: Parts, wire: Wire) -> None:
    _tell(
        parts,
        *scenes.waits("old", NOW - 300, scenes.user("Ravi Menon")),
        *scenes.rings("soon", NOW - 9, scenes.user("Tom Reed")),
    )
    parts.selection.call = CallId("old")
    parts.commands.press("F2")
    await _sent(parts)
    assert wire.sent[0].url.path.endswith("/old/answer")


async def test_answer_while_talking_takes_the_next_and_not_the_chosen_call(parts: Parts, wire: Wire) -> None:
    _tell(
        parts,
        *scenes.talks("mine", NOW - 200, scenes.user("Grace Okafor"), scenes.user("Anna Berg"), scenes.LENA),
        *scenes.rings("new", NOW - 1, scenes.user("Tom Reed")),
    )
    parts.selection.call = CallId("mine")
    parts.commands.press("F2")
    await _sent(parts)
    assert wire.sent[0].url.path.endswith("/new/answer")


async def test_a_shared_key_does_what_is_possible(parts: Parts, wire: Wire, hands: Hands) -> None:
    _tell(parts, *scenes.waits("w", NOW - 60, scenes.user("Ravi Menon")))
    parts.selection.call = CallId("w")
    parts.commands.press("F4")
    await _sent(parts)
    assert wire.verbs == ["DELETE w"]


def test_a_shared_key_says_why_when_nothing_is_possible(parts: Parts) -> None:
    _tell(parts, *scenes.handled("h", NOW - 300, scenes.user("Ravi Menon")))
    parts.selection.call = CallId("h")
    said = _refusals(parts)
    for key in ("F4", "F5", "F6", "F8"):
        parts.commands.press(key)
    assert said == ["The call has ended."] * 4


def test_a_call_of_another_operator_is_refused_with_their_name(parts: Parts) -> None:
    _tell(
        parts,
        *scenes.talks("o", NOW - 99, scenes.user("Jonas Lindqvist"), scenes.user("Anna Berg"), scenes.TOM),
    )
    parts.selection.call = CallId("o")
    said = _refusals(parts)
    parts.commands.press("F4")
    assert said == ["Tom Reed has this call."]


async def test_a_verb_that_lacks_a_person_waits_for_one(parts: Parts, wire: Wire) -> None:
    _tell(parts, *scenes.rings("a", NOW - 3, scenes.user("Amelia Ward")))
    parts.selection.call = CallId("a")
    asked: list[object] = []
    parts.commands.seeking.connect(asked.append)
    parts.commands.press("F6")
    assert asked == [ACTIONS["call.redirect"]]
    assert parts.commands.wanted is ACTIONS["call.redirect"]
    parts.commands.with_person(ANNA)
    await _sent(parts)
    assert wire.verbs == ["POST redirect"]
    assert parts.commands.wanted is None


async def test_the_verb_that_waits_keeps_its_call(parts: Parts, wire: Wire) -> None:
    _tell(
        parts,
        *scenes.rings("a", NOW - 3, scenes.user("Amelia Ward")),
        *scenes.rings("b", NOW - 2, scenes.user("Tom Reed")),
    )
    parts.selection.call = CallId("a")
    parts.commands.press("F6")
    parts.selection.call = CallId("b")
    parts.commands.with_person(ANNA)
    await _sent(parts)
    assert wire.sent[0].url.path.endswith("/a/redirect")


def test_escape_lets_the_verb_go(parts: Parts) -> None:
    _tell(parts, *scenes.rings("a", NOW - 3, scenes.user("Amelia Ward")))
    parts.selection.call = CallId("a")
    parts.commands.press("F6")
    asked: list[object] = []
    parts.commands.seeking.connect(asked.append)
    parts.commands.let_go()
    parts.commands.let_go()
    assert asked == [None]


async def test_enter_on_a_person_does_what_suits_the_call(parts: Parts, wire: Wire) -> None:
    assert parts.commands.person_verb() is ACTIONS["person.call"]
    _tell(parts, *scenes.rings("a", NOW - 3, scenes.user("Amelia Ward")))
    parts.selection.call = CallId("a")
    assert parts.commands.person_verb() is ACTIONS["call.redirect"]
    _tell(parts, *scenes.waits("w", NOW - 60, scenes.user("Ravi Menon")))
    parts.selection.call = CallId("w")
    assert parts.commands.person_verb() is ACTIONS["call.transfer"]
    parts.commands.with_person(ANNA)
    assert wire.sent == []  # it waits a moment, so that it can be undone


async def test_park_asks_why_and_keeps_the_call_it_asked_about(parts: Parts, wire: Wire) -> None:
    answers: list[Callable[[str | None], None]] = []
    parts.commands.ask_reason = lambda title, hints, done: answers.append(done)
    _tell(
        parts,
        *scenes.waits("w", NOW - 60, scenes.user("Ravi Menon")),
        *scenes.waits("x", NOW - 50, scenes.user("Tom Reed")),
    )
    parts.selection.call = CallId("w")
    parts.commands.press("F8")
    parts.selection.call = CallId("x")
    answers[0]("looks up an order")
    await _sent(parts)
    assert wire.sent[0].url.path.endswith("/w/park")
    assert b"looks up an order" in wire.sent[0].content


def test_park_that_is_not_answered_does_nothing(parts: Parts, wire: Wire) -> None:
    parts.commands.ask_reason = lambda title, hints, done: done(None)
    _tell(parts, *scenes.waits("w", NOW - 60, scenes.user("Ravi Menon")))
    parts.selection.call = CallId("w")
    parts.commands.press("F8")
    assert wire.sent == []


async def test_undo_takes_the_newest_press_back(parts: Parts, wire: Wire) -> None:
    _tell(parts, *scenes.rings("a", NOW - 1, scenes.user("Amelia Ward")))
    parts.selection.call = CallId("a")
    parts.commands.press("F4")
    task = next(iter(parts.runner._tasks))
    while not parts.runner.undo():
        await _turn()
    await task
    assert wire.sent == []
    said = _refusals(parts)
    parts.commands.undo()
    assert said == ["There is nothing to undo."]


async def _turn() -> None:
    import asyncio

    await asyncio.sleep(0)


async def test_keys_work_in_the_window_but_letters_stay_with_a_field(
    parts: Parts, wire: Wire, show: Show
) -> None:
    window = QWidget()
    layout, field, roster = QVBoxLayout(window), QLineEdit(), QLineEdit()
    layout.addWidget(field)
    layout.addWidget(roster)
    parts.commands.listen_keys(window)
    _tell(
        parts,
        *scenes.talks("m", NOW - 99, scenes.user("Grace Okafor"), scenes.user("Anna Berg"), scenes.LENA),
    )
    parts.selection.call = CallId("m")
    parts.selection.participant = ParticipantId("m:p2")
    show(window)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_M)
    assert field.text() == "m"
    QTest.keyClick(field, Qt.Key.Key_F5)
    await _sent(parts)
    assert wire.verbs == ["POST startHoldMusic"]


async def test_participant_keys_work_where_the_participants_are(parts: Parts, wire: Wire, show: Show) -> None:
    roster = QWidget()
    roster.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    parts.commands.listen_participant_keys(roster)
    _tell(
        parts,
        *scenes.talks("m", NOW - 99, scenes.user("Grace Okafor"), scenes.user("Anna Berg"), scenes.LENA),
    )
    parts.selection.call = CallId("m")
    parts.selection.participant = ParticipantId("m:p2")
    show(roster)
    roster.setFocus()
    QTest.keyClick(roster, Qt.Key.Key_M)
    await _sent(parts)
    assert wire.verbs == ["POST mute"]


async def test_a_button_acts_on_its_own_call_and_says_why_not(parts: Parts, wire: Wire, show: Show) -> None:
    _tell(
        parts,
        *scenes.rings("a", NOW - 3, scenes.user("Amelia Ward")),
        *scenes.waits("w", NOW - 60, scenes.user("<b>Ravi</b> & Co")),
    )
    parts.selection.call = CallId("w")
    button = VerbButton("call.answer", parts.commands, parts.icons)
    button.show_call(CallId("a"))
    show(button)
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await _sent(parts)
    assert wire.sent[0].url.path.endswith("/a/answer")
    _tell(parts, scenes.ends("a", NOW))
    assert not button.isEnabled()
    assert button.accessibleDescription() == "The call has ended."
    assert "The call has ended." in button.toolTip()


def test_a_lost_relay_is_the_reason(parts: Parts, link: dict[str, Text | None]) -> None:
    _tell(parts, *scenes.rings("a", NOW - 3, scenes.user("Amelia Ward")))
    parts.selection.call = CallId("a")
    link["down"] = Text("The relay is not connected.")
    parts.frames.tick()
    assert parts.commands.reason("call.answer") == "The relay is not connected."
    assert parts.commands.reason("meeting.schedule") is None
