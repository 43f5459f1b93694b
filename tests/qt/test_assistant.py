"""The first start: what is asked, what is refused, what is kept, and what the checks say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from console.checks.findings import bad, note
from console.domain.clouds import Cloud
from console.domain.errors import BadSettings
from console.domain.text import Text
from console.settings.kept import keep
from console.settings.layers import Configuration, Layer, Origin, lay
from console.settings.loading import Computer, gather
from console.ui.assistant import Assistant
from console.ui.banner import Banner
from console.ui.check_pane import CheckPane
from console.ui.parts import Parts
from tests.checks.fronts import answering
from tests.qt.setting_up import ALL_GOOD, API, CLIENT, LINK, TENANT, Work
from tests.qt.waiting import until


class Hand:
    """The assistant on screen."""

    def __init__(self, box: Assistant, work: Work) -> None:
        self.box, self.work = box, work

    def press(self, name: str) -> None:
        button = self.child(name)
        assert isinstance(button, QPushButton) and button.isVisible() and button.isEnabled(), name
        button.click()
        QApplication.processEvents()

    def child(self, name: str) -> Any:
        found = self.box.findChild(QWidget, name)
        assert found is not None, name
        return found

    @property
    def problem(self) -> str:
        banner = self.box.findChild(Banner, "setup-problem")
        assert banner is not None
        return banner.text() if banner.isVisible() else ""

    @property
    def words(self) -> str:
        from PySide6.QtWidgets import QLabel

        return " | ".join(label.text() for label in self.box.findChildren(QLabel) if label.isVisible())

    def type(self, text: str) -> None:
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        field.setText(text)
        QTest.keyClick(field, Qt.Key.Key_Return)


Open = Callable[..., Hand]


@pytest_asyncio.fixture
async def open_box(parts: Parts, tmp_path: Path, show: Callable[[QWidget], None]) -> AsyncIterator[Open]:
    made: list[Assistant] = []

    def opened(*layers: Layer) -> Hand:
        work = Work(lay(layers), tmp_path)
        box = Assistant(work, parts.icons, parts.frames)
        made.append(box)
        show(box)
        return Hand(box, work)

    yield opened
    for box in made:
        await box.close_tasks()


def kept(folder: Path) -> Configuration:
    return gather(None, Computer({"OPERATOR_CONSOLE_PROFILE": str(folder)}, "linux"))


async def test_a_link_a_look_and_the_checks(open_box: Open, tmp_path: Path) -> None:
    hand = open_box()
    hand.type(LINK)
    assert "relay.contoso.example" in hand.words and "Is this your organization?" in hand.words
    assert not (tmp_path / "console.toml").exists(), "nothing is kept before it was confirmed"
    assert hand.child("setup-next").hasFocus()
    QTest.keyClick(hand.child("setup-next"), Qt.Key.Key_Return)
    await until(lambda: hand.child("setup-next").isEnabled() and "All is in order." in hand.words)
    assert kept(tmp_path).options.relay == "https://relay.contoso.example"
    assert kept(tmp_path).missing == ()
    answers: list[int] = []
    hand.box.finished.connect(answers.append)
    hand.press("setup-next")
    assert answers == [1]


async def test_what_is_no_link_is_said_and_nothing_is_lost(open_box: Open) -> None:
    hand = open_box()
    hand.type("https://relay.contoso.example/desk")
    assert "not a set-up link" in hand.problem
    assert hand.child("setup-link").text() == "https://relay.contoso.example/desk"
    hand.type("http://relay.contoso.example")
    assert "must be reached by https" in hand.problem
    hand.type(LINK + "&browser_command=calc")
    assert "cannot set" in hand.problem


def saying(**facts: object) -> bytes:
    """A relay's answer to whoever asks where a desk belongs."""
    body = json.dumps(
        {"cloud": "dod", "tenants": 1, "client_id": CLIENT, "relay_app_id": API, **facts}
    ).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def test_the_relays_address_is_enough(open_box: Open, tmp_path: Path) -> None:
    hand = open_box()
    async with answering(saying(tenant_id=TENANT)) as relay:
        hand.type(relay)
        assert (
            not hand.child("setup-next").isEnabled()
            and hand.child("setup-next").text() == "Asking the relay…"
        )
        QTest.keyClick(hand.child("setup-link"), Qt.Key.Key_Return)  # one question, whoever presses
        await until(lambda: "Is this your organization?" in hand.words)
        assert hand.problem == "" and hand.child("setup-next").hasFocus()
        assert relay.partition("://")[2] in hand.words and TENANT in hand.words
        assert "US Government L5 (DoD)" in hand.words
        assert not (tmp_path / "console.toml").exists(), "nothing is kept before it was confirmed"
        hand.press("setup-back")
        assert hand.child("setup-link").text() == relay
        hand.press("setup-next")
        await until(lambda: "Is this your organization?" in hand.words)
    hand.press("setup-next")
    await until(lambda: "All is in order." in hand.words)
    options = kept(tmp_path).options
    assert (options.relay, options.tenant_id, options.client_id) == (relay, TENANT, CLIENT)
    assert kept(tmp_path).missing == ()


async def test_a_relay_that_calls_itself_otherwise_is_named(open_box: Open) -> None:
    hand = open_box()
    async with answering(saying(tenant_id=TENANT, relay="https://desk.contoso.example")) as relay:
        hand.type(relay)
        await until(lambda: "Is this your organization?" in hand.words)
        assert hand.problem == "This relay calls itself https://desk.contoso.example."


async def test_a_relay_of_another_tenant_has_to_be_meant(open_box: Open, tmp_path: Path) -> None:
    """Whoever stands in the relay's place cannot have the operator sign in elsewhere unnoticed."""
    async with answering(saying(tenant_id=API)) as relay:
        before = keep(lay([]), tmp_path, {"relay": relay, "tenant_id": TENANT})
        hand = open_box(*before.layers)
        assert hand.child("setup-link").text() == relay
        hand.press("setup-next")
        await until(lambda: bool(hand.problem))
        assert hand.problem == f"Until now this desk signed in at the tenant {TENANT}."
        assert hand.child("setup-back").hasFocus() and API in hand.words, "Enter goes back"
    assert kept(tmp_path).options.tenant_id == TENANT


async def test_what_is_wrong_with_an_address_is_said_where_it_was_typed(open_box: Open) -> None:
    hand = open_box()
    async with answering(saying(tenants=2)) as relay:
        hand.type(relay)
        await until(lambda: bool(hand.problem))
        assert hand.problem.endswith("serves several organizations.")
        assert hand.child("setup-link").text() == relay and hand.child("setup-next").isEnabled()
    hand.type("http://127.0.0.1:9")
    await until(lambda: bool(hand.problem))
    assert hand.problem == "Nobody answers at 127.0.0.1:9."


async def test_an_answer_that_is_no_longer_wanted_changes_nothing(open_box: Open) -> None:
    hand = open_box()
    silent = await asyncio.start_server(lambda reader, writer: asyncio.sleep(60), "127.0.0.1", 0)
    async with silent:
        hand.type(f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}")
        assert not hand.child("setup-next").isEnabled()
        QTest.keyClicks(hand.child("setup-link"), "0")
        assert hand.child("setup-next").isEnabled() and hand.child("setup-next").text() == "Continue"
        hand.type(LINK)
        assert "Is this your organization?" in hand.words
        await hand.box.close_tasks()


async def test_an_address_never_moves_what_an_administrator_set(open_box: Open) -> None:
    async with answering(saying(tenant_id=TENANT)) as relay:
        hand = open_box(Layer(Origin.POLICY, "HKLM", {"relay": "https://other.example"}))
        hand.type(relay)
        await until(lambda: bool(hand.problem))
        assert hand.problem == "This console belongs to https://other.example."
        other = open_box(Layer(Origin.POLICY, "HKLM", {"relay": relay, "tenant_id": API}))
        other.press("setup-next")  # the address stands there already
        await until(lambda: bool(other.problem))
        assert "sets tenant_id to something else" in other.problem


async def test_a_file_from_the_administrator(open_box: Open, tmp_path: Path) -> None:
    hand = open_box()
    file = tmp_path / "from the administrator.txt"
    file.write_text(
        f'cloud = "dod"\nrelay = "https://relay.contoso.example"\ntenant_id = "{TENANT}"\n', "utf-8"
    )
    hand.box.open_file(file)
    assert "client_id" in hand.problem
    with file.open("a") as more:
        more.write(f'client_id = "{CLIENT}"\nrelay_app_id = "{API}"')
    hand.box.open_file(file)
    assert "US Government L5 (DoD)" in hand.words
    hand.box.open_file(tmp_path / "not there")
    assert "cannot be read" in hand.problem


async def test_by_hand_only_what_is_missing_is_asked(open_box: Open, tmp_path: Path) -> None:
    file = {"cloud": "gcc-high", "tenant_id": TENANT, "client_id": CLIENT, "relay_app_id": API}
    hand = open_box(Layer(Origin.FILE, "/etc/console.toml", file))
    hand.press("setup-by-hand")
    fields = [f.objectName() for f in hand.box.findChildren(QLineEdit) if f.isVisible()]
    assert fields == ["setup-relay"] and not hand.child("setup-cloud").isVisible()
    hand.type("http://relay.contoso.example")
    assert "must be reached by https" in hand.problem
    hand.type("https://relay.contoso.example")
    hand.press("setup-next")
    await until(lambda: "All is in order." in hand.words)
    assert (tmp_path / "console.toml").read_text().count("=") == 1, "only what nobody else had set"


async def test_china_says_at_once_that_there_are_no_calls(open_box: Open, tmp_path: Path) -> None:
    hand = open_box()
    hand.press("setup-by-hand")
    clouds = hand.child("setup-cloud")
    clouds.setCurrentIndex(clouds.findData(Cloud.CHINA.value))
    QApplication.processEvents()
    assert "Calls do not exist in this cloud (21Vianet)." in hand.words
    assert "Finding colleagues works here." in hand.words
    fields = [f.objectName() for f in hand.box.findChildren(QLineEdit) if f.isVisible()]
    assert fields == ["setup-tenant_id", "setup-client_id"]
    hand.child("setup-tenant_id").setText(TENANT)
    hand.child("setup-client_id").setText(CLIENT)
    hand.press("setup-next")
    assert "none in this cloud" in hand.words
    hand.press("setup-next")
    assert kept(tmp_path).options.cloud is Cloud.CHINA and kept(tmp_path).missing == ()


async def test_a_link_never_moves_what_an_administrator_set(open_box: Open, tmp_path: Path) -> None:
    hand = open_box(Layer(Origin.POLICY, "HKLM", {"relay": "https://other.example"}))
    hand.type(LINK)
    assert hand.problem == (
        "This console belongs to https://other.example; the link is for https://relay.contoso.example."
    )
    assert not (tmp_path / "console.toml").exists()


async def test_another_relay_than_before_has_to_be_meant(open_box: Open, tmp_path: Path) -> None:
    before = keep(lay([]), tmp_path, {"relay": "https://other.example", "client_id": CLIENT})
    hand = open_box(*before.layers)
    hand.type(LINK)
    assert hand.problem == "Until now this desk belonged to https://other.example."
    assert hand.child("setup-back").hasFocus(), "Enter goes back"
    hand.press("setup-back")
    assert kept(tmp_path).options.relay == "https://other.example"
    hand.box.show_confirming(hand.work.read(LINK))
    hand.press("setup-next")
    assert kept(tmp_path).options.relay == "https://relay.contoso.example"


async def test_the_checks_can_be_stopped_repeated_and_copied(open_box: Open) -> None:
    hand = open_box()
    hand.work.gate = asyncio.Event()
    hand.work.findings["reach"] = bad(Text("Nobody answers at {host}.", host="relay"), "Check the network.")
    hand.work.findings["clock"] = note(Text("A note."))
    hand.type(LINK)
    hand.press("setup-next")
    stop = hand.child("check-stop")
    await until(stop.isVisible)
    assert not hand.child("setup-next").isEnabled()
    hand.press("check-stop")
    await until(lambda: "Stopped." in hand.words)
    assert hand.child("setup-next").isEnabled() and not hand.child("check-copy").isEnabled()
    hand.work.gate.set()
    hand.press("check-again")
    await until(lambda: hand.child("check-again").isVisible())
    assert hand.child("check-sum").text() == "Nobody answers at relay."
    assert hand.child("check-reach").accessibleName() == "Connection: not in order"
    assert hand.child("check-reach").accessibleDescription() == "Nobody answers at relay. Check the network."
    hand.press("check-copy")
    assert "✗ Connection: Nobody answers at relay." in QGuiApplication.clipboard().text()
    hand.work.findings = {**ALL_GOOD, "clock": note(Text("A note."))}
    hand.press("check-again")
    await until(lambda: "worth knowing" in hand.child("check-sum").text())


async def test_escape_leaves_and_stops_what_runs(open_box: Open) -> None:
    hand = open_box()
    hand.work.gate = asyncio.Event()
    hand.type(LINK)
    hand.press("setup-next")
    pane = hand.box.checks
    assert isinstance(pane, CheckPane) and pane.running
    answers: list[int] = []
    hand.box.finished.connect(answers.append)
    QTest.keyClick(hand.box, Qt.Key.Key_Escape)
    assert answers == [0]
    await hand.box.close_tasks()
    assert not pane.running


def test_what_is_typed_is_held_to_the_same_as_a_link(tmp_path: Path) -> None:
    work = Work(lay([]), tmp_path)
    with pytest.raises(BadSettings, match="client_id"):
        work.write({"relay": "https://a.example", "tenant_id": TENANT, "client_id": "x", "cloud": "global"})
