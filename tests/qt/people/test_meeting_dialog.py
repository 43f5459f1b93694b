"""Scheduling a meeting as an operator does it, against the simulated Graph."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QTimeEdit, QWidget

from console.domain.meetings import LobbyBypass
from console.simulator.app import Running
from console.simulator.faults import Faults
from console.ui.banner import Banner
from console.ui.meeting_dialog import MeetingDialog
from console.ui.meeting_draft import MeetingDraft, duration_text, next_half_hour
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.people_list import PeopleList
from tests.qt.waiting import until

Look = Callable[[], "Sight"]


class Sight:
    def __init__(self, dialog: MeetingDialog, opened: list[str]) -> None:
        self.dialog = dialog
        self.opened = opened
        self.subject = dialog.findChild(QLineEdit, "meeting-subject")
        self.people = dialog.findChild(QLineEdit, "attendee-search")
        self.found = dialog.findChild(PeopleList, "attendee-results")
        self.schedule = dialog.findChild(QPushButton, "schedule")
        self.problem = dialog.findChild(Banner, "meeting-problem")
        self.link = dialog.findChild(QLineEdit, "join-link")
        self.copy = dialog.findChild(QPushButton, "copy-link")


@pytest_asyncio.fixture
async def look(
    parts: Parts, finder: PeopleFinder, show: Callable[[QWidget], None]
) -> AsyncIterator[Callable[[], Sight]]:
    """Opens the dialog; called in the test, because between fixture and test no loop runs."""
    opened: list[str] = []
    dialog = MeetingDialog(parts, finder, open_url=opened.append)

    def begin() -> Sight:
        dialog.begin()
        show(dialog)
        return Sight(dialog, opened)

    yield begin
    await dialog.close_tasks()


def _meetings(tenant: Running) -> list[dict[str, object]]:
    return [r for r in tenant.simulator.requests.since(0) if r["path"].endswith("/me/onlineMeetings")]


async def test_a_subject_and_enter_are_enough(look: Look, tenant: Running) -> None:
    sight = look()
    assert sight.subject.hasFocus()
    assert not sight.schedule.isEnabled()
    assert sight.schedule.accessibleDescription() == "Give the meeting a subject."
    QTest.keyClicks(sight.subject, "Contract review & more")
    QTest.keyClick(sight.subject, Qt.Key.Key_Return)
    await until(lambda: sight.link.isVisible())
    assert sight.link.text().startswith("https://teams.microsoft.com/")
    assert sight.link.isReadOnly()
    assert len(_meetings(tenant)) == 1


async def test_people_are_added_with_the_keyboard_and_taken_out_with_backspace(look: Look) -> None:
    sight = look()
    sight.people.setFocus()
    QTest.keyClicks(sight.people, "berg")
    await until(sight.found.isVisible)
    QTest.keyClick(sight.people, Qt.Key.Key_Return)
    QTest.keyClicks(sight.people, "reed")
    await until(sight.found.isVisible)
    QTest.keyClick(sight.people, Qt.Key.Key_Return)
    assert [p.name for p in sight.dialog.draft.attendees] == ["Anna Berg", "Tom Reed"]
    QTest.keyClick(sight.people, Qt.Key.Key_Backspace)
    assert [p.name for p in sight.dialog.draft.attendees] == ["Anna Berg"]
    assert sight.dialog.isVisible()


async def test_ctrl_enter_schedules_from_any_field_with_what_was_chosen(look: Look, tenant: Running) -> None:
    sight = look()
    QTest.keyClicks(sight.subject, "Board")
    duration = sight.dialog.findChild(QComboBox, "meeting-duration")
    duration.setCurrentIndex(duration.findText("1 h"))
    lobby = sight.dialog.findChild(QComboBox, "meeting-lobby")
    lobby.setCurrentIndex(2)
    time = sight.dialog.findChild(QTimeEdit, "meeting-time")
    before = time.time()
    time.setCurrentSection(QTimeEdit.Section.MinuteSection)
    time.stepUp()
    assert before.secsTo(time.time()) % 86_400 == 900
    QTest.keyClick(sight.people, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: sight.link.isVisible())
    body = _meetings(tenant)[0]["body"]
    assert isinstance(body, dict)
    assert body["lobbyBypassSettings"]["scope"] == LobbyBypass.EVERYONE.value
    start, end = (datetime.fromisoformat(body[k]) for k in ("startDateTime", "endDateTime"))
    assert (end - start).total_seconds() == 3600


async def test_the_link_is_copied_and_opened(look: Look) -> None:
    sight = look()
    QTest.keyClicks(sight.subject, "Board")
    QTest.keyClick(sight.subject, Qt.Key.Key_Return)
    await until(lambda: sight.link.isVisible())
    assert sight.copy.hasFocus()
    QTest.mouseClick(sight.copy, Qt.MouseButton.LeftButton)
    assert sight.copy.text() == "Copied"
    assert QGuiApplication.clipboard().text() == sight.link.text()
    QTest.mouseClick(sight.dialog.findChild(QPushButton, "open-meeting"), Qt.MouseButton.LeftButton)
    assert sight.opened == [sight.link.text()]


async def test_a_failure_stays_in_the_dialog_with_its_remedy(look: Look, tenant: Running) -> None:
    sight = look()
    tenant.simulator.faults.put(Faults(throttle=1, retry_after=7))
    QTest.keyClicks(sight.subject, "Board")
    QTest.keyClick(sight.subject, Qt.Key.Key_Return)
    await until(sight.problem.isVisible)
    assert "Try again in 7 s." in sight.problem.accessibleName()
    assert sight.subject.text() == "Board"
    QTest.keyClick(sight.subject, Qt.Key.Key_Return)
    await until(lambda: sight.link.isVisible())
    assert not sight.problem.isVisible()


async def test_escape_keeps_the_draft_and_a_made_meeting_starts_a_new_one(look: Look) -> None:
    sight = look()
    QTest.keyClicks(sight.subject, "Board")
    QTest.keyClick(sight.dialog, Qt.Key.Key_Escape)
    assert not sight.dialog.isVisible()
    sight.dialog.begin()
    assert sight.subject.text() == "Board"
    QTest.keyClick(sight.subject, Qt.Key.Key_Return)
    await until(lambda: sight.link.isVisible())
    QTest.keyClick(sight.dialog, Qt.Key.Key_Escape)
    sight.dialog.begin()
    assert sight.subject.isVisible()
    assert sight.subject.text() == ""


def test_a_new_meeting_starts_at_the_next_half_hour() -> None:
    def at(hour: int, minute: int) -> datetime:
        return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)

    assert next_half_hour(at(9, 0)) == at(9, 30)
    assert next_half_hour(at(9, 29)) == at(9, 30)
    assert next_half_hour(at(9, 30)) == at(10, 0)
    request = MeetingDraft(start=at(9, 30), subject="  Board ").request
    assert (request.subject, request.end) == ("Board", at(10, 0))
    assert [duration_text(m) for m in (15, 60, 90)] == ["15 min", "1 h", "1 h 30 min"]
