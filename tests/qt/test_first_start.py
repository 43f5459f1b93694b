"""The first start with real programs: a pasted link, one sign-in, every check, and the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from console.app.desktop import Desktop, account_of, make_application
from console.app.keeping import Told
from console.app.setting_up import SettingUp, set_up
from console.auth.vault import Reason, Trouble
from console.checks.examination import CHECKS
from console.demo.programs import Programs
from console.settings.layers import Layer, Origin, lay
from console.settings.options import check
from console.settings.setup_link import Setup, write_link
from console.ui.assistant import Assistant
from console.ui.icons import Icons
from console.ui.tokens import LIGHT
from tests.qt.waiting import until

LONG = 30.0


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    running = Programs(tmp_path_factory.mktemp("first-start"))
    running.start()
    yield running
    running.stop()


def child(box: Assistant, name: str) -> QWidget:
    found = box.findChild(QWidget, name)
    assert found is not None, name
    return found


async def shown_assistant() -> Assistant:
    """The one on screen; other tests may have left some that are not."""
    found: list[Assistant] = []

    def looked() -> bool:
        windows = QApplication.topLevelWidgets()
        found[:] = [w for w in windows if isinstance(w, Assistant) and w.isVisible()]
        return bool(found)

    await until(looked)
    return found[0]


async def test_from_a_link_to_the_desk_with_one_sign_in(programs: Programs, tmp_path: Path) -> None:
    found = programs.options(profile=str(tmp_path))
    given = ("authority", "graph_root", "ca_file", "browser_command", "login_hint", "profile", "keep_sign_in")
    before = lay([Layer(Origin.FILE, "file", {name: getattr(found, name) for name in given})])
    assert before.missing == ("relay", "relay_app_id", "client_id")
    told = Told()
    told(Trouble(Reason.LOCKED, "Secret Service"))
    work = SettingUp(before, tmp_path, lambda options: account_of(options, told))
    make_application()
    start = asyncio.get_running_loop().create_task(set_up(work, Icons(LIGHT)))
    box = await shown_assistant()
    link = write_link(
        Setup(
            tenant_id=programs.simulation["tenant_id"],
            client_id=found.client_id,
            relay=found.relay,
            relay_app_id=found.relay_app_id,
        )
    )
    field, forward = child(box, "setup-link"), child(box, "setup-next")
    assert isinstance(field, QLineEdit) and isinstance(forward, QPushButton)
    field.setText(link)
    forward.click()
    forward.click()
    await until(forward.isEnabled, within=LONG)
    assert box.checks is not None
    assert box.checks.text().count("✓") == len(CHECKS), box.checks.text()
    assert programs.simulation["tenant_id"] in (tmp_path / "console.toml").read_text()
    forward.click()
    assert await start
    service = work.take_account()
    options = check(work.configuration.options)
    desktop = Desktop(
        make_application(), options, configuration=work.configuration, service=service, told=told
    )
    signed_in: list[object] = []
    desktop.account.listen(signed_in.append)
    desktop.open()
    try:
        await until(lambda: desktop.parts.runner.me is not None, within=LONG)
        assert not any("SigningIn" in repr(state) for state in signed_in), "nobody signs in twice"
        await until(lambda: desktop.line.feed.state.live, within=LONG)
        bar = desktop.window.findChild(QWidget, "kept-bar")
        assert bar.isVisible(), "what was told before there was a window"
    finally:
        await desktop.close()
        desktop.window.close()
        desktop.window.deleteLater()


async def test_from_the_relays_address_to_every_check(programs: Programs, tmp_path: Path) -> None:
    """The address is all that anybody types; the relay tells the rest."""
    found = programs.options(profile=str(tmp_path))
    given = ("authority", "graph_root", "ca_file", "browser_command", "login_hint", "profile", "keep_sign_in")
    before = lay([Layer(Origin.FILE, "file", {name: getattr(found, name) for name in given})])
    work = SettingUp(before, tmp_path, lambda options: account_of(options, Told()))
    make_application()
    start = asyncio.get_running_loop().create_task(set_up(work, Icons(LIGHT)))
    box = await shown_assistant()
    field, forward = child(box, "setup-link"), child(box, "setup-next")
    assert isinstance(field, QLineEdit) and isinstance(forward, QPushButton)
    field.setText(found.relay)
    forward.click()
    await until(lambda: forward.text() == "Yes, set it up", within=LONG)
    forward.click()
    await until(forward.isEnabled, within=LONG)
    assert box.checks is not None
    assert box.checks.text().count("✓") == len(CHECKS), box.checks.text()
    forward.click()
    assert await start
    options = check(work.configuration.options)
    await work.close()
    for name in ("relay", "client_id", "relay_app_id", "cloud"):
        assert getattr(options, name) == getattr(found, name)
    assert options.tenant_id == programs.simulation["tenant_id"]


async def test_who_closes_the_assistant_opens_nothing(tmp_path: Path) -> None:
    work = SettingUp(lay([]), tmp_path, lambda options: account_of(options, Told()))
    make_application()
    start = asyncio.get_running_loop().create_task(set_up(work, Icons(LIGHT)))
    box = await shown_assistant()
    box.reject()
    assert not await start
    assert not (tmp_path / "console.toml").exists()
