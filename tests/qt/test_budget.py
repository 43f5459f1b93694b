"""Microsoft's limits on screen: quiet while all is well, in words and colour when one is near or passed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from console.domain.budget import Usage, Use
from console.domain.text import Text
from console.feed.link import LinkState
from console.ui.banner import Banner
from console.ui.budget import alarms, gauges, meetings_gauge, meetings_warning, slowed_words
from console.ui.connection import relay_words
from console.ui.sheet import Sheet
from tests.qt.conftest import NOW, Used
from tests.qt.desk import Desk


def uses(calls: int = 0, presence: int = 0, slowed: int = 0) -> tuple[Use, ...]:
    return (
        Use("calls", calls, 50_000, 15, slowed),
        Use("presence", presence, 10_000, 30),
        Use("records", 0, 1_500, 20),
        Use("everything", calls + presence, 130_000, 10, slowed),
    )


def told(usage: Usage) -> list[tuple[str, str]]:
    return [(alarm.role, alarm.text) for alarm in alarms(usage)]


# -- in words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("presence", "near"), [(6_999, False), (7_000, True), (11_000, True)])
def test_a_limit_is_near_from_seventy_percent(presence: int, near: bool) -> None:
    assert bool(alarms(Usage(own=uses(presence=presence)))) is near


def test_what_is_near_is_said_with_whose_it_is() -> None:
    assert told(Usage(own=uses(presence=8_200))) == [
        (
            "warning",
            "This console uses 82% of what Microsoft allows. Presence: 8,200 of 10,000 requests in 30 s.",
        )
    ]
    relay = Usage(own=uses(presence=7_100), relay=uses(calls=41_250))
    assert told(relay)[0][1].startswith("The relay uses 82% of what Microsoft allows. Calls: 41,250 of")


def test_that_microsoft_asked_to_slow_down_comes_first_and_counts() -> None:
    assert told(Usage(own=uses(slowed=3), relay=uses(calls=40_000, slowed=1)))[0] == (
        "danger",
        "Microsoft asked this console to slow down 3 times in the last 10 minutes. "
        "Microsoft asked the relay to slow down once in the last 10 minutes.",
    )
    assert slowed_words(Usage(own=uses())) == "Microsoft has not asked to slow down in the last 10 minutes."


@pytest.mark.parametrize(
    ("meetings", "role"),
    [(0, None), (1_799, None), (1_800, "warning"), (1_999, "warning"), (2_000, "danger")],
)
def test_a_warning_comes_before_the_meetings_are_used_up(meetings: int, role: str | None) -> None:
    found = alarms(Usage(meetings=meetings))
    assert [a.role for a in found] == ([role] if role else [])
    assert bool(meetings_warning(meetings)) is bool(role)
    assert meetings_gauge(meetings).role == (role or "accent")
    assert meetings_gauge(meetings).text == f"{meetings:,} of 2,000 this month"


def test_only_limits_that_matter_are_listed() -> None:
    assert [g.name for g in gauges(uses(calls=3))] == ["Calls", "All requests"]
    assert [g.name for g in gauges(uses(), "presence")] == ["Presence"]
    assert [(g.role, g.name) for g in gauges((Use("new", 9, 10, 1),))] == [("warning", "new")]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (LinkState("live", NOW, 12.4), "; there and back in 12 ms."),
        (LinkState("live", NOW), "Connected since"),
        (LinkState("connecting", NOW), "Connecting to the relay…"),
        (LinkState("lost", NOW, reason=Text("No connection.")), "No connection."),
        (LinkState("absent", NOW, reason=Text("No calls here.")), "No calls here."),
    ],
)
def test_the_relay_in_a_sentence(link: LinkState, words: str) -> None:
    assert words in relay_words(link)


# -- on screen -----------------------------------------------------------------------------------------


async def test_the_status_line_is_quiet_until_a_limit_is_near(desk: Desk, used: Used) -> None:
    limit = desk.child("limit")
    desk.parts.frames.tick()
    assert not limit.isVisible()
    used.now = Usage(own=uses(presence=8_200))
    desk.parts.frames.tick()
    assert limit.isVisible() and limit.text() == "82% of a limit"
    assert "Presence: 8,200 of 10,000" in limit.accessibleDescription()
    used.now = Usage(relay=uses(slowed=1))
    desk.parts.frames.tick()
    assert limit.text() == "Microsoft asks to slow down"
    used.now = Usage()
    desk.parts.frames.tick()
    assert not limit.isVisible()


@pytest.mark.parametrize("door", ["lamp", "limit"])
async def test_the_details_open_from_the_lamp_and_follow_the_clock(desk: Desk, used: Used, door: str) -> None:
    used.now = Usage(uses(presence=8_200), uses(calls=12), 3)
    desk.parts.frames.tick()
    desk.child(door).setFocus()
    desk.press(Qt.Key.Key_Space)
    sheet = desk.child("connection-sheet")
    assert sheet.isVisible()
    assert desk.child("connection-relay").text().endswith("there and back in 12 ms.")
    assert desk.window.findChild(Banner, "connection-alarm").text() == alarms(used.now)[0].text
    assert desk.child("gauges").accessibleName() == (
        "This console: Presence, 8,200 of 10,000 in 30 s. "
        "This console: All requests, 8,200 of 130,000 in 10 s. "
        "This console: Your meetings, 3 of 2,000 this month. "
        "The relay, for everybody: Calls, 12 of 50,000 in 15 s. "
        "The relay, for everybody: All requests, 12 of 130,000 in 10 s"
    )
    used.now = Usage(uses(), uses(calls=13), 3)
    desk.parts.frames.tick()
    assert "Calls, 13 of 50,000" in desk.child("gauges").accessibleName()
    assert desk.child("connection-slowed").text() == slowed_words(used.now)
    assert not desk.window.findChild(Banner, "connection-alarm").isVisible()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    desk.parts.frames.tick()


async def test_a_sheet_with_more_to_say_grows(desk: Desk, used: Used) -> None:
    desk.window.status.details_wanted.emit()
    sheet: QWidget = desk.child("connection-sheet")
    before = sheet.height()
    used.now = Usage(uses(slowed=3), uses(calls=45_000, slowed=2), 1_900)
    desk.parts.frames.tick()
    assert sheet.height() > before
    assert sheet.height() >= sheet.layout().totalHeightForWidth(sheet.width())


async def test_support_gets_the_limits_too(desk: Desk, used: Used) -> None:
    used.now = Usage(uses(presence=40), uses(calls=12), 3)
    action = next(a for a in desk.window.menus.window_actions if a.objectName() == "help.diagnostics")
    action.trigger()
    sheet = desk.window.findChild(Sheet, "diagnostics")
    assert "This console: Presence: 40 of 10,000 in 30 s" in sheet.text()
    assert "Relay: Calls: 12 of 50,000 in 15 s" in sheet.text()


async def test_the_meeting_dialog_warns_and_does_not_forbid(desk: Desk, used: Used) -> None:
    used.now = Usage(meetings=1_950)
    desk.parts.commands.trigger("meeting.schedule")
    banner = desk.window.meeting_dialog.findChild(Banner, "meeting-limit")
    assert banner.isVisible()
    assert banner.text() == ("You have made 1,950 of the 2,000 meetings that Microsoft allows this month.")
    used.now = Usage(meetings=3)
    desk.parts.commands.trigger("meeting.schedule")
    assert not banner.isVisible()
