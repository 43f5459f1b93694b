"""The whole console in a cloud without calls: window, sign-in and directory, nothing in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from console.app.desktop import Desktop, make_application
from console.demo.programs import Programs
from console.domain.clouds import Cloud


@pytest.fixture(scope="module")
def china(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    running = Programs(tmp_path_factory.mktemp("china"), cloud=Cloud.CHINA)
    running.start()
    yield running
    running.stop()


async def _until(true: Callable[[], object]) -> None:
    """Give the loop turns until something is true; the test's own timeout ends a wait in vain."""
    while not true():
        await asyncio.sleep(0.005)


async def test_a_console_without_calls_signs_in_and_finds_a_colleague(china: Programs) -> None:
    desktop = Desktop(make_application(), china.options())
    try:
        window = desktop.window
        desktop.open()
        assert window.sign_in_page.isVisible()
        await _until(lambda: window.findChild(QWidget, "no-calls").isVisible())
        QTest.keyClicks(window.people.search_field, "anna")
        await _until(lambda: desktop.parts.selection.person)
        assert desktop.parts.selection.person is not None
        assert desktop.parts.selection.person.name == "Anna Berg"
        assert desktop.line.feed.state.kind == "connecting", "no relay was looked for"
    finally:
        await desktop.close()
        desktop.window.close()
