"""Finding somebody and handing a call over, with the keys and clicks an operator would use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from console.actions.runner import Notice, Waiting
from console.domain.ids import CallId
from console.simulator.app import Running
from console.simulator.faults import Faults
from console.ui.banner import Banner
from console.ui.labels import PlainLabel
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.people_list import PeopleList
from console.ui.people_pane import PeoplePane
from console.ui.person_card import PersonCard
from tests.qt import scenes
from tests.qt.conftest import NOW
from tests.qt.waiting import until

Show = Callable[[QWidget], None]


Look = Callable[[], "Sight"]


class Sight:
    """The pane as an operator sees it."""

    def __init__(self, pane: PeoplePane, parts: Parts) -> None:
        self.pane = pane
        self.field = pane.findChild(QLineEdit, "people-search")
        self.list = pane.findChild(PeopleList, "people-results")
        self.hint = pane.findChild(PlainLabel, "people-hint")
        self.card = pane.findChild(PersonCard, "person-card")
        self.seeking = pane.findChild(Banner, "choose-person")
        self.refused: list[str] = []
        self.undoable: list[Waiting] = []
        self.notices: list[Notice] = []
        parts.commands.refused.connect(self.refused.append)
        parts.runner.listen_undo(self.undoable.extend)
        parts.runner.listen(self.notices.append)

    @property
    def names(self) -> list[str]:
        return [r.person.name for r in self.list.rows]

    def type(self, text: str) -> None:
        QTest.keyClicks(self.field, text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.field, key, modifier)


@pytest.fixture
def look(parts: Parts, finder: PeopleFinder, show: Show) -> Callable[[], Sight]:
    """Opens the pane; called in the test, because between fixture and test no loop runs."""

    def opened() -> Sight:
        pane = PeoplePane(parts, finder)
        pane.resize(340, 640)
        show(pane)
        pane.take_keyboard()
        return Sight(pane, parts)

    return opened


def talking(parts: Parts) -> CallId:
    parts.store.apply(
        scenes.talks(
            "c1",
            NOW - 60,
            scenes.phone("+442079460018", "Amelia Ward"),
            scenes.user("Lena Ortiz"),
            scenes.LENA,
        )
    )
    parts.selection.call = CallId("c1")
    return CallId("c1")


async def test_the_directory_is_shown_before_anything_is_typed_and_nobody_is_chosen(
    look: Look, parts: Parts
) -> None:
    sight = look()
    await until(lambda: len(sight.names) > 5)
    assert parts.selection.person is None
    assert not sight.card.isVisible()


async def test_typing_finds_and_enter_transfers_to_the_first(look: Look, parts: Parts) -> None:
    sight = look()
    talking(parts)
    sight.type("berg")
    await until(lambda: sight.names == ["Anna Berg"])
    assert sight.hint.text() == "Enter transfers Amelia Ward to Anna Berg"
    sight.key(Qt.Key.Key_Return)
    await until(lambda: bool(sight.undoable))
    assert sight.undoable[0].action.id == "call.transfer"
    assert sight.undoable[0].args[1].name == "Anna Berg"
    assert sight.field.text() == ""
    parts.runner.undo()


async def test_a_ringing_call_is_redirected_and_without_a_call_enter_calls(look: Look, parts: Parts) -> None:
    sight = look()
    sight.type("berg")
    await until(lambda: sight.names == ["Anna Berg"])
    assert sight.hint.text() == "Enter calls Anna Berg"
    parts.store.apply(scenes.rings("r1", NOW - 3, scenes.user("Ravi Menon")))
    parts.selection.call = CallId("r1")
    assert sight.hint.text() == "Enter redirects Ravi Menon to Anna Berg"


async def test_arrows_move_through_the_results_from_the_field(look: Look, parts: Parts) -> None:
    sight = look()
    sight.type("sales")
    await until(lambda: len(sight.names) == 3)
    first = sight.names
    sight.key(Qt.Key.Key_Down)
    assert parts.selection.person is not None
    assert parts.selection.person.name == first[1]
    sight.key(Qt.Key.Key_Up)
    sight.key(Qt.Key.Key_Up)
    assert parts.selection.person.name == first[0]
    assert sight.field.hasFocus()


async def test_presence_is_said_in_words_and_ages(look: Look, parts: Parts, hands: object) -> None:
    sight = look()
    sight.type("reed")
    await until(lambda: bool(sight.list.rows) and "Busy – in a call" in sight.list.rows[0].spoken)
    shown = sight.card.findChild(PlainLabel, "person-presence")
    assert shown.text() == "Busy – in a call · 0 s old"
    hands.at += 5  # type: ignore[attr-defined]
    parts.frames.tick()
    assert shown.text() == "Busy – in a call · 5 s old"


async def test_a_full_number_can_be_dialled_and_a_local_one_says_what_is_missing(
    look: Look, parts: Parts
) -> None:
    sight = look()
    sight.type("5550123")
    assert sight.hint.text() == "Add + and the country code to dial"
    sight.key(Qt.Key.Key_Return)
    assert sight.refused == ["Add + and the country code to dial"]
    sight.field.clear()
    talking(parts)
    sight.type("+44 (0)20 7946 0019")
    assert sight.names[0] == "+44 207 946 0019"
    assert sight.hint.text() == "Enter transfers Amelia Ward to +44 207 946 0019"
    sight.key(Qt.Key.Key_Return)
    await until(lambda: bool(sight.undoable))
    target = sight.undoable[0].args[1]
    assert (target.kind.value, target.id) == ("phone", "+442079460019")
    parts.runner.undo()


async def test_ctrl_enter_invites(look: Look, parts: Parts) -> None:
    sight = look()
    call = talking(parts)
    sight.type("berg")
    await until(lambda: sight.names == ["Anna Berg"])
    sight.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: bool(parts.store.view.calls[call].pending) or bool(sight.notices))
    asked = [i.identity.name for i in parts.store.view.calls[call].pending]
    assert asked == ["Anna Berg"] or sight.notices[0].action.id == "participant.invite"


async def test_a_verb_that_needs_a_person_asks_here_and_escape_goes_back(look: Look, parts: Parts) -> None:
    sight = look()
    talking(parts)
    parts.commands.trigger("call.transfer")
    assert sight.seeking.isVisible()
    assert sight.seeking.text() == "Choose who to transfer Amelia Ward to."
    assert sight.field.hasFocus()
    sight.type("berg")
    sight.key(Qt.Key.Key_Escape)
    assert sight.field.text() == ""
    assert sight.seeking.isVisible()
    sight.key(Qt.Key.Key_Escape)
    assert not sight.seeking.isVisible()
    left: list[bool] = []
    sight.pane.left.connect(lambda: left.append(True))
    sight.key(Qt.Key.Key_Escape)
    assert left == [True]


async def test_the_asked_verb_is_done_with_whom_enter_chooses(look: Look, parts: Parts) -> None:
    sight = look()
    call = talking(parts)
    parts.commands.trigger("participant.invite")
    sight.type("berg")
    await until(lambda: sight.names == ["Anna Berg"])
    assert sight.hint.text() == "Enter invites Anna Berg to the call with Amelia Ward"
    sight.key(Qt.Key.Key_Return)
    await until(lambda: bool(parts.store.view.calls[call].pending) or bool(sight.notices))
    assert not sight.undoable
    assert not sight.seeking.isVisible()


async def test_the_card_offers_what_suits_the_call(look: Look, parts: Parts) -> None:
    sight = look()
    talking(parts)
    sight.type("berg")
    await until(lambda: sight.names == ["Anna Berg"])
    offered = {b.objectName() for b in sight.card.findChildren(QPushButton) if b.isVisible()}
    assert offered == {"call.transfer", "participant.invite", "person.call"}
    transfer = sight.card.findChild(QPushButton, "call.transfer")
    QTest.mouseClick(transfer, Qt.MouseButton.LeftButton)
    await until(lambda: bool(sight.undoable))
    assert sight.undoable[0].args[1].name == "Anna Berg"
    parts.runner.undo()


async def test_a_click_chooses_and_does_nothing_more(look: Look, parts: Parts) -> None:
    sight = look()
    talking(parts)
    await until(lambda: len(sight.names) > 5)
    row = sight.list.visualRect(sight.list.model().index(1, 0)).center()
    QTest.mouseClick(sight.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(row))
    assert parts.selection.person is not None
    assert sight.card.isVisible()
    assert not sight.undoable


async def test_a_failure_is_said_and_can_be_tried_again(look: Look, tenant: Running) -> None:
    sight = look()
    await until(lambda: len(sight.names) > 5)
    tenant.simulator.faults.put(Faults(bare_error=1, operation="users."))
    sight.type("berg")
    failure = sight.pane.findChild(Banner, "people-failure")
    await until(failure.isVisible)
    QTest.mouseClick(failure.button, Qt.MouseButton.LeftButton)
    await until(lambda: sight.names == ["Anna Berg"])
    assert not failure.isVisible()


async def test_nobody_found_is_said(look: Look) -> None:
    sight = look()
    sight.type("xyzzy")
    nobody = sight.pane.findChild(PlainLabel, "people-nobody")
    await until(nobody.isVisible)
    assert nobody.text() == "Nobody found for “xyzzy”."


async def test_hidden_the_pane_watches_nobody(look: Look, finder: PeopleFinder) -> None:
    sight = look()
    await until(lambda: finder.polling)
    sight.pane.hide()
    assert not finder.polling


async def test_what_was_typed_stays_when_the_verb_is_refused(look: Look, parts: Parts) -> None:
    sight = look()
    parts.store.apply([*scenes.waits("c1", NOW - 9, scenes.user("Ravi Menon"))])
    parts.store.apply([scenes.claimed("c1", NOW - 1, scenes.TOM)])
    parts.selection.call = CallId("c1")
    sight.type("berg")
    await until(lambda: sight.names == ["Anna Berg"])
    assert sight.hint.text() == "Tom Reed has this call."
    sight.key(Qt.Key.Key_Return)
    assert sight.refused == ["Tom Reed has this call."]
    assert sight.field.text() == "berg"
