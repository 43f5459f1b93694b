"""A walk through everything that the window can show, for tests and for pictures in any language."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx2
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu, QPushButton, QWidget

from console.actions import ACTIONS
from console.actions.runner import Notice, NoticeKind
from console.auth.vault import Reason, Trouble
from console.domain.budget import Usage, Use
from console.domain.errors import OutcomeUnknown, Refused, Taken
from console.domain.ids import CallId
from console.domain.text import Text
from console.feed.link import LinkState
from console.ui.sheet import Sheet
from tests.qt import scenes
from tests.qt.conftest import NOW
from tests.qt.desk import Desk
from tests.qt.waiting import until

Pane = tuple[str, QWidget]

MEETING = {
    "id": "meeting-1",
    "subject": "Contoso / 孔拓索",
    "joinWebUrl": "https://teams.example/l/meetup-join/1",
    "joinMeetingIdSettings": {"joinMeetingId": "123456789", "passcode": "abcd"},
    "audioConferencing": {"conferenceId": "998877", "tollNumber": "+442079460018"},
}


async def every_pane(desk: Desk) -> AsyncIterator[Pane]:
    """Yield a name and the widget to look at, one after the other, while it is on screen."""
    yield "empty", desk.window
    desk.tell(*scenes.morning(NOW))
    for name, call in (
        ("ringing", "r1"),
        ("came-back", "w1"),
        ("parked", "w2"),
        ("talking", "m1"),
        ("with-a-colleague", "o1"),
        ("on-hold", "o2"),
        ("ended", "h3"),
        ("telephone", "r2"),
    ):
        desk.parts.selection.call = CallId(call)
        desk.parts.frames.flush()
        yield name, desk.window
    async for pane in _asking(desk):
        yield pane
    for pane in _overlays(desk):
        yield pane
    for pane in _limits(desk):
        yield pane
    async for pane in _meeting(desk):
        yield pane
    for pane in _link_and_sign_in(desk):
        yield pane


async def every_pane_without_calls(desk: Desk) -> AsyncIterator[Pane]:
    """The same for a desk in a cloud that has no calls."""
    yield "no-calls", desk.window
    desk.window.people.search_field.setText("an")
    await until(lambda: desk.parts.selection.person)
    yield "a-colleague", desk.window
    for name, sheet in (("help.connection", "connection-sheet"), ("help.diagnostics", "diagnostics")):
        page = _opened(desk, name, sheet)
        yield sheet, page
        page.accept()
    desk.parts.runner.identify(None, frozenset())
    desk.window.show_operator()
    yield "no-calls-signed-out", desk.window
    desk.window.sign_in_page.show_offline()
    yield "no-calls-offline", desk.window


async def _asking(desk: Desk) -> AsyncIterator[Pane]:
    """What a verb asks for before it is sent, and what it says while it waits."""
    desk.parts.selection.call = CallId("m1")
    desk.parts.commands.trigger("call.park")
    yield "park-reason", desk.window
    desk.press(Qt.Key.Key_Escape)
    desk.parts.commands.trigger("call.transfer")
    field: QLineEdit = desk.child("people-search")
    field.setText("an")
    await until(lambda: desk.child("person-card").isVisible())
    await until(lambda: desk.window.people._finder.presence(desk.parts.selection.person.id) is not None)
    yield "choosing-a-person", desk.window
    desk.press(Qt.Key.Key_Return)
    await until(lambda: desk.child("undo").isVisible())
    desk.parts.frames.flush()
    yield "undo", desk.window
    desk.parts.commands.undo()
    await desk.sent()
    field.setText("+44 20")
    yield "a-number", desk.window
    field.setText("nobody of that name")
    desk.wire.answers["GET", "/users"] = httpx2.Response(200, json={"value": []})
    await until(lambda: desk.child("people-nobody").isVisible())
    yield "nobody-found", desk.window
    field.clear()


def _overlays(desk: Desk) -> Iterator[Pane]:
    """Cards, palette, menus and pages of facts."""
    transfer = ACTIONS["call.transfer"]
    for kind, error in (
        (NoticeKind.FAILED, Taken("Tom Reed")),
        (NoticeKind.UNCONFIRMED, OutcomeUnknown(Text("Nobody knows yet whether it worked."))),
        (NoticeKind.REFUSED, Refused(Text("The caller is already parked."))),
    ):
        failed = Text("{action} failed. {why}", action=transfer.title, why=error.sentence)
        desk.window.notices.tell(Notice(kind, transfer, failed, error.remedy, CallId("m1")))
    yield "notices", desk.window
    for toast in desk.window.notices.toasts:
        toast.closed.emit()
    desk.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    yield "palette", desk.window
    desk.type("a")
    yield "palette-a", desk.window
    desk.press(Qt.Key.Key_Escape)
    bar = desk.window._top.menus
    for number, entry in enumerate(bar.actions()):
        menu = next(m for m in bar.findChildren(QMenu) if m.menuAction() is entry)
        menu.popup(desk.window.mapToGlobal(desk.window.rect().center()))
        yield f"menu-{number}", menu
        menu.close()
    for name, sheet in (("help.keys", "keys-sheet"), ("help.diagnostics", "diagnostics")):
        page = _opened(desk, name, sheet)
        yield sheet, page
        page.accept()


def _opened(desk: Desk, name: str, sheet: str) -> QDialog:
    next(a for a in desk.window.menus.window_actions if a.objectName() == name).trigger()
    page: QDialog = desk.child(sheet)
    return page


def _limits(desk: Desk) -> Iterator[Pane]:
    """How much of Microsoft's limits is used: calm, near, passed."""
    calm = (Use("presence", 34, 10_000, 30), Use("records", 2, 1_500, 20), Use("everything", 41, 130_000, 10))
    near = (Use("calls", 41_250, 50_000, 15), Use("everything", 43_011, 130_000, 10))
    passed = (Use("calls", 9, 50_000, 15, 1), Use("everything", 9, 130_000, 10, 3))
    for name, usage in (
        ("calm", Usage(calm, calm, 12)),
        ("near", Usage(calm, near, 1_850)),
        ("passed", Usage(passed, passed, 2_000)),
        ("passed-once", Usage(near, passed[:1], 12)),
    ):
        desk.used.now = usage
        desk.parts.frames.tick()
        yield f"limits-{name}", desk.window
        page = _opened(desk, "help.connection", "connection-sheet")
        yield f"connection-{name}", page
        page.accept()
    desk.used.now = Usage(meetings=1_850)


async def _meeting(desk: Desk) -> AsyncIterator[Pane]:
    dialog = desk.window.meeting_dialog
    dialog.begin()
    yield "meeting", dialog
    desk.child("meeting-subject").setText("Contoso / 孔拓索")
    start = datetime.fromtimestamp(NOW, UTC)
    times = {"startDateTime": start.isoformat(), "endDateTime": (start + timedelta(hours=1)).isoformat()}
    desk.wire.answers["POST", "/onlineMeetings"] = httpx2.Response(201, json=MEETING | times)
    dialog.submit()
    await until(lambda: not dialog.busy)
    yield "meeting-made", dialog
    dialog.close()


def _link_and_sign_in(desk: Desk) -> Iterator[Pane]:
    window = desk.window
    for kind in ("connecting", "lost", "refused"):
        window.show_link(LinkState(kind, NOW - 300, None, Text("The relay closed the stream.")))
        yield f"link-{kind}", window
    window.show_link(LinkState("live", NOW, 12.0))
    window.show_kept(Trouble(Reason.LOCKED, "Secret Service", "KeyringLocked"))
    yield "not-kept", window
    details: QPushButton = desk.child("kept-details")
    details.click()
    sheet = window.findChild(Sheet, "kept-sheet")
    assert sheet is not None
    yield "not-kept-details", sheet
    sheet.accept()
    again: QPushButton = desk.child("kept-again")
    again.click()
    yield "not-kept-trying", window
    window.show_kept(Trouble(Reason.DISMISSED, "Secret Service", "PromptDismissedException"), tried=True)
    yield "not-kept-still", window
    hide: QPushButton = desk.child("kept-hide")
    hide.click()
    assert not desk.child("kept-bar").isVisible()
    desk.parts.runner.identify(None, frozenset())
    window.show_operator()
    page = window.sign_in_page
    yield "signed-out", window
    page.show_signing_in()
    yield "signing-in", window
    page.show_going_on()
    yield "going-on", window
    page.show_needs_operator(Text("Your session has ended."), "Lena Ortiz")
    yield "needs-operator", window
    page.show_offline()
    yield "offline", window
    page.show_failed(
        Text("This account may not sign in (AADSTS{number}).", number="50105"), Text("Try again.")
    )
    yield "failed", window
