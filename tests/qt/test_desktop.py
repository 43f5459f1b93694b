"""The whole console in a cloud without calls: window, sign-in and directory, nothing in between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from console.app.desktop import Desktop, make_application
from console.demo.programs import Programs
from console.domain.clouds import Cloud
from tests.qt.waiting import until


@pytest.fixture(scope="module")
def china(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    running = Programs(tmp_path_factory.mktemp("china"), cloud=Cloud.CHINA)
    running.start()
    yield running
    running.stop()


async def test_a_console_without_calls_signs_in_and_finds_a_colleague(china: Programs) -> None:
    desktop = Desktop(make_application(), china.options())
    try:
        window = desktop.window
        desktop.open()
        assert window.sign_in_page.isVisible()
        await until(lambda: window.findChild(QWidget, "no-calls").isVisible(), within=20.0)
        QTest.keyClicks(window.people.search_field, "anna")
        await until(lambda: desktop.parts.selection.person is not None, within=20.0)
        assert desktop.parts.selection.person is not None
        assert desktop.parts.selection.person.name == "Anna Berg"
        assert desktop.line.feed.state.kind == "connecting", "no relay was looked for"
    finally:
        await desktop.close()
        desktop.window.close()
        desktop.window.deleteLater()  # or every later theme would dress it, too
