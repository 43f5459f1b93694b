"""From the press of "Sign in" to a live call on the screen: our listener, and MSAL's own interactive call."""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QPushButton, QWidget

from console.app.desktop import Desktop, make_application
from console.demo.programs import DEMO_OPERATOR, Programs
from console.demo.stage import Stage
from console.domain.ids import CallId
from console.simulator.entra.browser import sign_in
from console.ui.sign_in_page import SignInState
from tests.auth.keys import FileKeys
from tests.benchmarks.report import report

ROUNDS = 8
"""Of each kind, in turns; one more of each comes first, to fill caches."""
SETTLED = 0.3
"""Seconds between the ringing and the press, so that the relay knows the call."""


class Shown(QObject):
    """Notes when the column of calls was painted with the call in it that is waited for."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._call: CallId | None = None
        self._at: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        make_application().installEventFilter(self)

    def expect(self, call: str) -> asyncio.Future[float]:
        self._call, self._at = CallId(call), asyncio.get_running_loop().create_future()
        return self._at

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._at.done() and self._is_there(watched):
            self._at.set_result(time.perf_counter())
        return False

    def _is_there(self, watched: QObject) -> bool:
        column: QWidget = self._desktop.window.calls
        inside = isinstance(watched, QWidget) and column.isAncestorOf(watched) and column.isVisible()
        return inside and self._call in self._desktop.line.store.view.calls


class Scripted(webbrowser.BaseBrowser):
    """Signs the demo's operator in, in a thread; MSAL finds it as the system's browser."""

    def __init__(self, ca_file: str) -> None:
        super().__init__("scripted")
        self._ca_file = ca_file

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        arguments = (DEMO_OPERATOR, url, self._ca_file)
        threading.Thread(target=sign_in, args=arguments, name="scripted browser", daemon=True).start()
        return True


async def test_press_to_live_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = Programs(tmp_path)
    await asyncio.to_thread(programs.start)
    found = programs.simulation
    scripted = Scripted(found["ca_file"])
    webbrowser.register("scripted", None, scripted, preferred=True)
    monkeypatch.setattr("console.app.desktop.open_in_browser", scripted.open)
    options = programs.options(sign_in_at_start=False, browser_command=())
    desktop = Desktop(make_application(), options, keys=FileKeys(tmp_path / "keys.json"))
    stage = Stage(found["base_url"], found["ca_file"])
    took: dict[bool, list[float]] = {False: [], True: []}
    try:
        await stage.webhook(programs.webhook)
        desktop.open()
        shown = Shown(desktop)
        button = desktop.window.sign_in_page.findChild(QPushButton, "sign-in")
        assert button is not None
        for _ in range(ROUNDS + 1):
            for msals_own in (False, True):
                # Away from Windows the way of its broker is MSAL's interactive call with the browser.
                desktop.account._broker = msals_own
                took[msals_own].append(await one_round(desktop, stage, shown, button.click))
    finally:
        await stage.close()
        await desktop.close()
        desktop.window.close()
        await asyncio.to_thread(programs.stop)
    ours, msals = (statistics.median(took[own][1:]) * 1000 for own in (False, True))
    report(
        "sign in to live calls",
        f"p50 {ours:.0f} ms; with MSAL's own interactive call {msals:.0f} ms: {ours / msals:.2f} times",
        console_p50_ms=ours,
        msal_p50_ms=msals,
        ratio=ours / msals,
        rounds=ROUNDS,
    )
    assert ours < msals


def button_is_away(desktop: Desktop) -> bool:
    """True while the desk is still being left."""
    return desktop.window.sign_in_page.state is not SignInState.SIGNED_OUT


async def one_round(desktop: Desktop, stage: Stage, shown: Shown, press: Callable[[], None]) -> float:
    """Ring, sign in, see the call, sign out; return the seconds from the press to the painted row."""
    call = await stage.place(phone="+12065550188")
    await asyncio.sleep(SETTLED)
    painted = shown.expect(call)
    started = time.perf_counter()
    press()
    ended = await asyncio.wait_for(painted, 20)
    await stage.hang_up(call)
    desktop.window.sign_out.emit()
    async with asyncio.timeout(20):
        while desktop.account.account is not None or button_is_away(desktop):
            await asyncio.sleep(0.01)
    return ended - started
