"""Participants as rows, worked with keys and clicks."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from console.domain.events import InvitationSent, RosterRead
from console.domain.ids import CallId, OperationId, ParticipantId
from console.domain.participants import Participant
from console.domain.people import Identity
from console.ui.parts import Parts
from console.ui.roster import Roster
from tests.qt import scenes
from tests.qt.conftest import NOW, Hands, Wire
from tests.qt.waiting import until

Show = Callable[[QWidget], None]
AMELIA = scenes.phone("+442079460018", "Amelia Ward")
CALL = CallId("c1")


def _asked(who: Identity) -> InvitationSent:
    return InvitationSent(
        call=CALL,
        key="asked",
        at=NOW - 4,
        operation=OperationId("op"),
        identity=who,
        participant=ParticipantId("px"),
        operator=scenes.LENA,
    )


def _open(parts: Parts, show: Show) -> Roster:
    talk = scenes.talks("c1", NOW - 60, AMELIA, scenes.user("Anna Berg"), scenes.LENA)
    parts.store.apply([*talk, _asked(scenes.user("Tom Reed"))])
    parts.selection.call = CALL
    roster = Roster(parts)
    parts.frames.changed.connect(lambda *_: roster.show_call(parts.store.view.calls[CALL]))
    roster.resize(560, 240)
    show(roster)
    roster.show_call(parts.store.view.calls[CALL])
    roster.setFocus()
    return roster


def _told(roster: Roster) -> list[str]:
    return [r.spoken for r in roster.rows]


async def test_who_is_in_the_call_in_which_part(parts: Parts, show: Show) -> None:
    roster = _open(parts, show)
    assert _told(roster) == [
        "Amelia Ward, caller",
        "Anna Berg, colleague",
        "Tom Reed, colleague, invited…",
        "Front desk, front desk",
    ]
    model = roster.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(2, 0).data(role) == "Tom Reed, colleague, invited…"


async def test_m_mutes_the_chosen_participant_and_the_word_appears(
    parts: Parts, show: Show, wire: Wire
) -> None:
    roster = _open(parts, show)
    QTest.keyClick(roster, Qt.Key.Key_Down)
    QTest.keyClick(roster, Qt.Key.Key_Down)
    anna = roster.rows[1]
    assert parts.selection.participant == anna.participant
    wire.answers["POST", "/mute"] = httpx2.Response(200, json={})
    QTest.keyClick(roster, Qt.Key.Key_M)
    await until(lambda: "Anna Berg, colleague, muted" in _told(roster))
    await until(lambda: "POST mute" in wire.verbs)
    assert parts.selection.participant == anna.participant


async def test_delete_removes(parts: Parts, show: Show, wire: Wire) -> None:
    roster = _open(parts, show)
    QTest.mouseClick(
        roster.viewport(),
        Qt.MouseButton.LeftButton,
        pos=roster.visualRect(roster.model().index(1, 0)).center(),
    )
    QTest.keyClick(roster, Qt.Key.Key_Delete)
    await until(lambda: all("Anna Berg" not in t for t in _told(roster)))
    await until(lambda: any(v.startswith("DELETE") for v in wire.verbs))


async def test_the_cross_withdraws_an_invitation(parts: Parts, show: Show, wire: Wire) -> None:
    roster = _open(parts, show)
    box = roster.itemDelegate().withdraw_box(roster.visualRect(roster.model().index(2, 0)))
    QTest.mouseClick(roster.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    await until(lambda: all("Tom Reed" not in t for t in _told(roster)))
    await until(lambda: "DELETE px" in wire.verbs)


async def test_news_keep_the_choice_and_the_focus(parts: Parts, show: Show) -> None:
    roster = _open(parts, show)
    QTest.keyClick(roster, Qt.Key.Key_Down)
    QTest.keyClick(roster, Qt.Key.Key_Down)
    chosen = parts.selection.participant
    people = [AMELIA, scenes.user("Anna Berg"), scenes.user("Mei Tan"), scenes.user("Lena Ortiz")]
    joined = tuple(Participant(ParticipantId(f"c1:p{n + 1}"), who) for n, who in enumerate(people))
    parts.store.apply([RosterRead(call=CALL, key="more", at=NOW, participants=joined)])
    parts.frames.flush()
    assert len(roster.rows) == 5
    assert parts.selection.participant == chosen
    assert roster.currentIndex().data().startswith("Anna Berg")


async def test_a_peer_to_peer_call_shows_its_caller(parts: Parts, show: Show) -> None:
    roster = _open(parts, show)
    parts.store.apply(scenes.rings("c2", NOW - 3, AMELIA))
    roster.show_call(parts.store.view.calls[CallId("c2")])
    assert _told(roster) == ["Amelia Ward, caller"]
    assert parts.selection.participant is None


async def test_the_menu_says_withdraw_for_an_invitation(parts: Parts, show: Show) -> None:
    roster = _open(parts, show)
    roster.customContextMenuRequested.emit(roster.visualRect(roster.model().index(2, 0)).center())
    menu = roster.findChild(QMenu)
    assert [a.text() for a in menu.actions()] == ["Withdraw invitation"]
    menu.close()


async def test_the_time_since_an_invitation_runs(parts: Parts, show: Show, hands: Hands) -> None:
    roster = _open(parts, show)
    hands.at += 10
    parts.frames.tick()
    assert roster.rows[2].invited_at == NOW - 4
    assert not roster.grab().isNull()
