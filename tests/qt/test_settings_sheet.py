"""The settings page: what may be changed is kept at once, what may not is locked and says by whom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget

from console.domain.errors import BadSettings
from console.graph.clouds import GCC_HIGH, GLOBAL
from console.graph.consents import asked_at_sign_in
from console.graph.needs import needs
from console.settings.kept import keep
from console.settings.layers import Configuration, Layer, Origin, lay
from console.ui.banner import Banner
from console.ui.parts import Parts
from console.ui.permissions import PermissionSheet
from console.ui.settings_sheet import SettingsSheet

Show = Callable[[QWidget], None]
POLICY = {
    "undo_seconds": 7,
    "relay": "https://relay.contoso.example",
    "proxy": "http://lena:correct-horse@proxy:1",
}


@pytest.fixture
def found() -> Configuration:
    return lay(
        [
            Layer(Origin.POLICY, r"HKLM\Software\Policies\OperatorConsole", POLICY),
            Layer(Origin.FILE, "/etc/operator-console/console.toml", {"sign_in_at_start": False}),
        ]
    )


def text(sheet: QWidget, name: str) -> str:
    label = sheet.findChild(QLabel, name)
    assert label is not None, name
    return label.text()


def choice(sheet: QWidget, name: str) -> QComboBox:
    field = sheet.findChild(QComboBox, f"setting-{name}")
    assert field is not None, name
    return field


async def test_a_choice_is_kept_at_once(
    parts: Parts, show: Show, found: Configuration, tmp_path: Path
) -> None:
    now = found

    def kept(name: str, value: Any) -> Configuration:
        nonlocal now
        now = keep(now, tmp_path, {name: value})
        return now

    window = QWidget()
    show(window)
    sheet = SettingsSheet(found, kept, parts.icons, window)
    sheet.open()
    lock = choice(sheet, "lock_minutes")
    assert text(sheet, "source-lock_minutes") == "As it came"
    lock.setCurrentIndex(lock.findData(15))
    assert now.options.lock_minutes == 15 and text(sheet, "source-lock_minutes") == "Chosen at this desk"
    later = sheet.findChild(QLabel, "settings-later")
    assert later is not None and not later.isVisible(), "the lock works from now on"
    language = choice(sheet, "language")
    language.setCurrentIndex(language.findData("zh-CN"))
    assert now.options.language == "zh-CN" and later.isVisible()


async def test_what_is_fixed_says_by_whom(parts: Parts, show: Show, found: Configuration) -> None:
    window = QWidget()
    show(window)
    sheet = SettingsSheet(found, lambda name, value: found, parts.icons, window)
    sheet.open()
    assert (
        not choice(sheet, "undo_seconds").isEnabled() and choice(sheet, "undo_seconds").currentText() == "7.0"
    )
    assert text(sheet, "source-undo_seconds") == (
        r"Set by your organization's policy (HKLM\Software\Policies\OperatorConsole)"
    )
    assert not choice(sheet, "sign_in_at_start").isEnabled()
    assert text(sheet, "source-sign_in_at_start") == (
        "Set by your administrator in /etc/operator-console/console.toml"
    )
    assert choice(sheet, "language").isEnabled()
    words = " ".join(label.text() for label in sheet.findChildren(QLabel))
    assert "http://proxy:1" in words and "correct-horse" not in words


async def test_what_cannot_be_kept_is_said(parts: Parts, show: Show, found: Configuration) -> None:
    def full(name: str, value: Any) -> Configuration:
        raise BadSettings("The disk is full.", "Make room.")

    window = QWidget()
    show(window)
    sheet = SettingsSheet(found, full, parts.icons, window)
    sheet.open()
    choice(sheet, "lock_minutes").setCurrentIndex(2)
    banner = sheet.findChild(Banner, "settings-problem")
    assert banner is not None and banner.text() == "The disk is full."


async def test_each_feature_says_what_it_lacks_and_how_to_get_it(parts: Parts, show: Show) -> None:
    window = QWidget()
    show(window)
    asked: list[object] = []
    lacking = needs(GLOBAL, {"https://graph.microsoft.com/User.ReadBasic.All"})
    assert [bool(need.lacking) for need in lacking] == [False, True, True]
    sheet = PermissionSheet(lacking, lambda names: "https://login.example/?" + names[0], parts.icons, window)
    sheet.consent_wanted.connect(asked.append)
    sheet.open()
    for button in sheet.findChildren(QPushButton, "permission-mend"):
        button.click()
    need = next(need for need in lacking if need.lacking)
    if need.by_admin:
        assert QGuiApplication.clipboard().text().startswith("https://login.example/?")
    else:
        assert asked and asked[0] == need.lacking


def test_with_what_every_desk_asks_for_nothing_is_lacking() -> None:
    for cloud in (GLOBAL, GCC_HIGH):
        granted = {cloud.permission(name) for name in asked_at_sign_in(cloud)}
        assert [need.lacking for need in needs(cloud, granted) if need.lacking] == []
