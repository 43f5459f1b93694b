"""A walk through everything about who sits at the desk, from the first start to the change of shift."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QDialog

from console.auth import (
    EVERYWHERE,
    Account,
    AskAdministrator,
    CopyDetails,
    DeviceCode,
    NeedsOperator,
    Offline,
    SignedOut,
    SignInAgain,
    TryAgain,
    UseBrowser,
)
from console.checks.findings import bad, note
from console.domain.clouds import Cloud
from console.domain.text import Text
from console.graph.clouds import GLOBAL
from console.graph.needs import needs
from console.settings.layers import Layer, Origin, lay
from console.store.handing_over import HandOver, unfinished
from console.ui.assistant import Assistant
from console.ui.check_pane import CheckSheet
from console.ui.hand_over import ComingSheet, LeavingSheet
from console.ui.language import say, tr
from console.ui.permissions import PermissionSheet
from console.ui.question import Question
from console.ui.settings_sheet import SettingsSheet
from tests.qt import scenes
from tests.qt.conftest import ME, NOW
from tests.qt.desk import Desk
from tests.qt.panes import Pane
from tests.qt.setting_up import LINK, TENANT, Work
from tests.qt.waiting import until

LENA = Account("Lena Ortiz", "lena@contoso.example", ME.id, TENANT)
TOM = Account("Tom Reed", "tom@contoso.example", "00000000-0000-4000-8000-0000000000ab", TENANT)
CODE = DeviceCode("CODE-1234", "https://microsoft.example/devicelogin", NOW + 900)
LATER = NOW + 3600.0


async def every_sign_in(desk: Desk) -> AsyncIterator[Pane]:
    """Yield a name and the widget to look at, one after the other, while it is on screen."""
    async for pane in _first_start(desk):
        yield pane
    desk.tell(*scenes.morning(NOW), scenes.parked("m1", NOW - 5, ME, "looks up an order"))
    async for pane in _on_the_desk(desk):
        yield pane
    desk.parts.runner.identify(None, frozenset())
    desk.window.show_operator()
    for pane in _on_the_page(desk):
        yield pane


async def _first_start(desk: Desk) -> AsyncIterator[Pane]:
    parts = desk.parts
    work = Work(lay([]), Path(desk.window._layout._settings.fileName()).parent / "first")
    box = Assistant(work, parts.icons, parts.frames)
    box.show()
    yield "setup-link", box
    box._link.field.setText("https://relay.contoso.example")
    box._show_asking(True)
    yield "setup-asking", box
    box._show_asking(False)
    box._link.field.setText("https://relay.contoso.example/desk")
    box.go_on()
    yield "setup-wrong-link", box
    box.show_by_hand()
    yield "setup-by-hand", box
    clouds = box._hand._cloud
    clouds.setCurrentIndex(clouds.findData(Cloud.CHINA.value))
    yield "setup-china", box
    clouds.setCurrentIndex(0)
    box.show_confirming(work.read(LINK))
    yield "setup-confirm", box
    box.show_confirming(replace(work.read(LINK), name="https://desk.contoso.example"))
    yield "setup-another-name", box
    box.show_confirming(work.read(LINK))
    work.findings["reach"] = bad(
        Text("Nobody answers at {host}.", host="relay.contoso.example"),
        "Check the network; perhaps a firewall is in the way, or the other end does not run.",
    )
    work.findings["certificate"] = note(
        Text("{issuer} opens the encrypted connection to {host} on the way.", issuer="Zscaler", host="relay"),
        "This is TLS inspection. It works, but it can hold up calls: ask for an exception for this host.",
    )
    box.go_on()
    yield "setup-checking", box
    assert box.checks is not None
    await until(lambda: box.checks is not None and not box.checks.running)
    yield "setup-checked", box
    box.close()
    work.keep(work.read(LINK))
    box = Assistant(work, parts.icons, parts.frames)
    box.show()
    box.show_confirming(work.read(LINK.replace("relay.", "desk.")))
    yield "setup-another-relay", box
    box.show_confirming(work.read(LINK.replace(TENANT, "9" + TENANT[1:])))
    yield "setup-another-tenant", box
    box.close()
    box.deleteLater()


async def _on_the_desk(desk: Desk) -> AsyncIterator[Pane]:
    window, parts = desk.window, desk.parts
    window.offer(LENA, (LENA, TOM), elsewhere=True, windows=False)
    for name, state in (
        ("bar-needs-operator", NeedsOperator(Text("Your session has ended."), LENA, SignInAgain())),
        ("bar-offline", Offline(LATER, LENA)),
    ):
        window.show_account(state)
        yield name, window
    window.show_account(SignedOut())
    menu = window._top.account.menu
    menu.popup(window.mapToGlobal(window.rect().center()))
    yield "account-menu", menu
    menu.close()
    calls = unfinished(parts.store.view, ME)
    left = HandOver(scenes.TOM, NOW - 300, tuple(c.id for c in calls), "张伟 +44 20 7946 0018")
    policy = {"relay": "https://relay.contoso.example", "undo_seconds": 0, "device_code": True}
    kept = {"lock_minutes": 5, "language": "zh-CN"}
    found = lay([Layer(Origin.POLICY, "/etc/policy.toml", policy), Layer(Origin.KEPT, "x", kept)])
    work = Work(found, Path(window._layout._settings.fileName()).parent)
    checks, examine = work.checks()
    for name, sheet in (
        ("leaving", LeavingSheet(parts, ME, calls, tr("Switch user"), window)),
        ("coming", ComingSheet(parts, left, lambda: None, window)),
        (
            "everywhere",
            Question(tr("Sign out everywhere?"), say(EVERYWHERE), tr("Sign out everywhere"), window),
        ),
        ("settings", SettingsSheet(found, lambda name, value: found, parts.icons, window)),
        ("permissions", PermissionSheet(needs(GLOBAL, ("x/User.Read",)), str, parts.icons, window)),
        ("permissions-granted", PermissionSheet(needs(GLOBAL, _every()), str, parts.icons, window)),
        ("checks", CheckSheet(checks, examine, parts.icons, parts.frames, window)),
    ):
        async for pane in _shown(name, sheet):
            yield pane


async def _shown(name: str, sheet: QDialog) -> AsyncIterator[Pane]:
    sheet.open()
    if isinstance(sheet, CheckSheet):
        await until(lambda: not sheet.pane.running)
    yield name, sheet
    sheet.close()


def _every() -> tuple[str, ...]:
    return tuple(
        f"https://graph.microsoft.com/{name}" for need in needs(GLOBAL, ()) for name in _plain(need.lacking)
    )


def _plain(names: tuple[str, ...]) -> list[str]:
    return [name.rsplit("/", 1)[-1] for name in names]


def _on_the_page(desk: Desk) -> Iterator[Pane]:
    window, page = desk.window, desk.window.sign_in_page
    window.offer(None, (), elsewhere=False, windows=False)
    page.show_signed_out()
    yield "signed-out", window
    page.show_signing_in()
    yield "signing-in", window
    page.show_going_on()
    yield "going-on", window
    page.show_needs_operator(Text("Your session has ended."), "Lena Ortiz", SignInAgain())
    yield "needs-operator", window
    page.show_offline(LATER)
    yield "offline", window
    policy = Text("Your organisation's policy does not allow this sign-in.")
    page.show_failed(policy, Text("Ask your administrator."), CopyDetails("AADSTS53003"))
    yield "conditional-access", window
    lacks = Text("This application lacks a permission it needs.")
    grant = Text("Sign in again and accept, or ask your administrator to grant the permission.")
    page.show_failed(lacks, grant, SignInAgain(scopes=("Presence.Read.All",)))
    yield "consent-mine", window
    page.show_failed(lacks, grant, AskAdministrator("https://login.example/adminconsent"))
    yield "consent-administrator", window
    page.show_failed(Text("The sign-in service cannot be reached."), Text("Try again."), TryAgain())
    yield "failed", window
    window.offer(None, (LENA, TOM), elsewhere=True, windows=False)
    page.show_signed_out()
    yield "accounts", window
    page.show_device_code(CODE)
    yield "device-code", window
    window.offer(None, (), elsewhere=True, windows=True)
    page.show_signing_in(windows=True)
    yield "windows", window
    page.show_failed(Text("Windows could not sign you in."), Text("Use the browser instead."), UseBrowser())
    yield "windows-failed", window
    page.show_locked("Lena Ortiz", 2)
    yield "locked", window
