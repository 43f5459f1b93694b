"""The chosen call on screen: its words, its verbs and what pressing them does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from console.actions import ACTIONS
from console.actions.runner import Notice, Waiting
from console.domain.calls import CallState
from console.domain.events import CallTold, RecordRead
from console.domain.ids import CallId
from console.domain.people import Identity, IdentityKind
from console.domain.records import Talk
from console.domain.results import Result
from console.ui.banner import Banner
from console.ui.call_pane import CallPane
from console.ui.call_pending import PendingLine
from console.ui.call_story import CallStory
from console.ui.labels import PlainLabel
from console.ui.parts import Parts
from console.ui.pill import Pill
from console.ui.roster import Roster
from console.ui.verbs import VerbRow
from tests.qt import scenes
from tests.qt.conftest import NOW, Hands, Wire
from tests.qt.waiting import until

Show = Callable[[QWidget], None]
AMELIA = scenes.phone("+442079460018", "Amelia Ward")


class Sight:
    """The pane as an operator sees it."""

    def __init__(self, parts: Parts, show: Show) -> None:
        self.parts = parts
        self.pane = CallPane(parts)
        self.pane.resize(600, 660)
        self.told: list[Notice] = []
        self.undoable: list[Waiting] = []
        parts.runner.listen(self.told.append)
        parts.runner.listen_undo(self.undoable.extend)
        show(self.pane)

    def tell(self, events: list[object]) -> None:
        self.parts.store.apply(events)  # type: ignore[arg-type]
        self.parts.frames.flush()

    def choose(self, id: str) -> None:
        self.parts.selection.call = CallId(id)

    def text(self, name: str) -> str:
        label = self.pane.findChild(PlainLabel, name)
        return label.text() if label is not None else ""

    @property
    def situation(self) -> str:
        return self.pane.findChild(Pill, "situation").text()

    @property
    def verbs(self) -> list[str]:
        row = self.pane.findChild(VerbRow, "verbs")
        return [b.objectName() for b in row.findChildren(QPushButton) if b.isVisible()]

    def verb(self, id: str) -> QPushButton:
        return self.pane.findChild(VerbRow, "verbs").findChild(QPushButton, id)

    def banner(self, name: str) -> str:
        banner = self.pane.findChild(Banner, name)
        return banner.text() if banner.isVisible() else ""

    @property
    def story(self) -> list[str]:
        model = self.pane.findChild(CallStory, "story").model()
        return [str(model.index(i, 0).data()) for i in range(model.rowCount())]


@pytest.fixture
def look(parts: Parts, show: Show) -> Callable[[], Sight]:
    return lambda: Sight(parts, show)


Look = Callable[[], Sight]


async def test_without_a_call_it_says_what_to_press_and_counts_the_day(look: Look) -> None:
    sight = look()
    assert sight.pane.findChild(QWidget, "no-call").isVisible()
    assert sight.text("no-call-hint") == "Nobody is waiting. Type a name or a number to call somebody."
    sight.tell(scenes.morning(NOW))
    assert sight.text("no-call-hint") == "5 callers are waiting. F2 takes the next call."


async def test_a_ringing_call_shows_who_for_whom_and_how_long(look: Look, hands: Hands) -> None:
    sight = look()
    sight.tell(scenes.rings("c1", NOW - 6, AMELIA, forwarded_from=scenes.user("Tom Reed")))
    sight.choose("c1")
    assert sight.text("call-name") == "Amelia Ward"
    assert sight.text("call-origin") == "+44 207 946 0018"
    assert sight.text("call-about") == "For Tom Reed (no answer) · Sales line"
    assert sight.pane.findChild(Pill, "not-verified").isVisible()
    assert sight.situation == "Ringing"
    assert sight.text("call-clock") == "9 s left"
    hands.at += 4
    sight.parts.frames.tick()
    assert sight.text("call-clock") == "5 s left"
    assert sight.verbs == ["call.answer", "call.redirect", "call.reject"]


async def test_a_colleague_is_not_marked_as_unverified(look: Look) -> None:
    sight = look()
    sight.tell(scenes.rings("c1", NOW - 6, scenes.user("Ravi Menon")))
    sight.choose("c1")
    assert not sight.pane.findChild(Pill, "not-verified").isVisible()


async def test_answer_is_a_click_and_shows_at_once(look: Look, wire: Wire) -> None:
    sight = look()
    sight.tell(scenes.rings("c1", NOW - 6, AMELIA))
    sight.choose("c1")
    QTest.mouseClick(sight.verb("call.answer"), Qt.MouseButton.LeftButton)
    await until(lambda: sight.situation == "Connecting…")
    pending = sight.pane.findChild(PendingLine, "pending")
    assert pending.isVisible()
    assert pending.text() == "Answering… (waiting for Teams)"
    await until(lambda: "POST answer" in wire.verbs)


async def test_every_situation_has_its_verbs_and_one_first(look: Look) -> None:
    sight = look()
    sight.tell(scenes.waits("w", NOW - 60, AMELIA))
    sight.tell(scenes.talks("t", NOW - 60, AMELIA, scenes.user("Lena Ortiz"), scenes.LENA))
    sight.tell(scenes.talks("h", NOW - 60, AMELIA, scenes.user("Lena Ortiz"), scenes.LENA, held=True))
    more = ["call.park", "participant.invite", "call.hangUp"]
    for id, words, verbs in (
        ("w", "Waiting", ["call.answer", "call.transfer", *more]),
        ("t", "Talking", ["call.transfer", "call.hold", *more]),
        ("h", "On hold", ["call.resume", "call.transfer", *more]),
    ):
        sight.choose(id)
        assert sight.situation == words
        assert sight.verbs == verbs


async def test_a_verb_that_is_refused_says_why_everywhere(look: Look) -> None:
    sight = look()
    sight.tell([*scenes.rings("c1", NOW - 6, AMELIA), scenes.claimed("c1", NOW - 1, scenes.TOM)])
    sight.choose("c1")
    answer = sight.verb("call.answer")
    assert not answer.isEnabled()
    for said in (answer.toolTip(), answer.statusTip(), answer.accessibleDescription()):
        assert "Tom Reed has this call." in said
    assert "Tom Reed has this call" in sight.text("call-about")


async def test_a_caller_who_came_back_is_explained(look: Look) -> None:
    sight = look()
    sight.tell([*scenes.waits("c1", NOW - 90, AMELIA), *scenes.transfer_failed("c1", NOW - 30)])
    sight.choose("c1")
    assert sight.banner("came-back").startswith("They are busy. The caller is back with you")


async def test_a_parked_call_says_who_and_why(look: Look) -> None:
    sight = look()
    sight.tell(
        [
            *scenes.waits("c1", NOW - 90, AMELIA),
            scenes.parked("c1", NOW - 30, scenes.TOM, "looks up an order"),
        ]
    )
    sight.choose("c1")
    assert sight.banner("parked") == "Parked by Tom Reed: looks up an order"
    assert "call.park" not in sight.verbs
    assert "call.answer" in sight.verbs


async def test_a_transfer_names_its_target_and_can_be_undone(look: Look) -> None:
    sight = look()
    sight.tell(scenes.talks("c1", NOW - 60, AMELIA, scenes.user("Lena Ortiz"), scenes.LENA))
    sight.choose("c1")
    sight.parts.runner.start(ACTIONS["call.transfer"], CallId("c1"), scenes.user("Anna Berg"))
    pending = sight.pane.findChild(PendingLine, "pending")
    await until(lambda: "Anna Berg" in pending.text())
    assert pending.text() == "Transfer to Anna Berg in 3 s · Backspace undoes"
    await until(lambda: sight.situation == "Transferring…")
    sight.parts.runner.undo()
    await until(lambda: sight.situation == "Talking")
    assert not pending.isVisible()


async def test_an_ended_call_says_what_came_of_it_and_can_be_called_back(look: Look, wire: Wire) -> None:
    sight = look()
    sight.tell(scenes.handled("c1", NOW - 200, AMELIA, 90, Result(200, 540000)))
    sight.choose("c1")
    assert sight.banner("call-ended") == "The caller hung up."
    assert sight.verbs == []
    back = sight.pane.findChild(QPushButton, "call-back")
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    await until(lambda: "POST calls" in wire.verbs)


async def test_a_withheld_number_cannot_be_called_back_and_says_why(look: Look) -> None:
    sight = look()
    hidden = Identity(IdentityKind.ENCRYPTED, "")
    sight.tell(scenes.handled("c1", NOW - 200, hidden))
    sight.choose("c1")
    back = sight.pane.findChild(QPushButton, "call-back")
    assert sight.text("call-name") == "Caller hidden"
    assert not back.isEnabled()
    assert back.accessibleDescription() == "The number was withheld."


async def test_the_story_is_told_in_sentences_newest_first(look: Look) -> None:
    sight = look()
    sight.tell(scenes.handled("c1", NOW - 200, AMELIA, 90, Result(200, 7015)))
    sight.choose("c1")
    assert [line.split(" ", 1)[1] for line in sight.story] == [
        "The call ended. Transferred.",
        "The call was answered.",
        "Amelia Ward rang Sales line.",
    ]


async def test_the_story_goes_on_when_the_record_tells_who_talked_without_us(look: Look) -> None:
    sight = look()
    sight.tell(scenes.handled("c1", NOW - 200, AMELIA, 90, Result(200, 7015)))
    evil = scenes.user("<b>Anna</b> & Co")
    talks = (Talk(AMELIA, NOW - 200, NOW + 130), Talk(evil, NOW - 80, NOW + 130))
    sight.tell([RecordRead(call=CallId("c1"), key="r", at=NOW + 200, version=1, talks=talks)])
    sight.choose("c1")
    assert [line.split(" ", 1)[1] for line in sight.story][:2] == [
        "<b>Anna</b> & Co talked to the caller for 3 min.",
        "The call ended. Transferred.",
    ]


async def test_a_name_is_never_markup(look: Look) -> None:
    sight = look()
    evil = scenes.phone("+14255550100", "<b>Bold</b><img src=/etc/passwd> & Co")
    sight.tell(scenes.waits("c1", NOW - 60, evil))
    sight.choose("c1")
    name = sight.pane.findChild(PlainLabel, "call-name")
    assert name.text() == evil.name
    assert name.textFormat() is Qt.TextFormat.PlainText
    assert sight.story[-1].endswith(f"{evil.name} rang Sales line.")


async def test_a_call_that_is_not_here_any_more_leaves_the_empty_page(look: Look) -> None:
    sight = look()
    sight.choose("gone")
    assert sight.pane.findChild(QWidget, "no-call").isVisible()


async def test_a_flood_of_news_shows_the_last(look: Look) -> None:
    sight = look()
    sight.tell(scenes.rings("c1", NOW - 6, AMELIA))
    sight.choose("c1")
    for n in range(50):
        told = CallTold(call=CallId("c1"), key=f"more{n}", at=NOW, state=CallState.ESTABLISHED)
        sight.parts.store.apply([told])
    sight.parts.frames.flush()
    assert sight.situation == "Waiting"
    assert sight.pane.findChild(Roster, "roster").rows[0].part == "caller"
