"""Which place wins, on every platform, and that whoever looks can see where a value is from."""

from __future__ import annotations

import plistlib
from pathlib import Path, PurePath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clouds import Cloud
from console.domain.errors import BadSettings
from console.settings.kept import keep
from console.settings.layers import Configuration, Layer, Origin, lay
from console.settings.loading import Computer, gather

POLICY = "/etc/operator-console/policy.toml"
FILE = "/etc/operator-console/console.toml"
KEPT = "/home/lena/.local/share/operator-console/console.toml"


def linux(files: dict[str, str], **environment: str) -> Computer:
    def read(file: PurePath) -> bytes | None:
        text = files.get(str(file))
        return None if text is None else text.encode()

    return Computer({"HOME": "/home/lena", **environment}, "linux", read)


def relay(name: str) -> str:
    return f'relay = "https://{name}.example"'


@given(st.lists(st.sampled_from(list(Origin)[:-1]), unique=True), st.randoms())
def test_the_most_binding_place_wins_in_whatever_order_they_are_read(
    origins: list[Origin], random: Any
) -> None:
    layers = [Layer(origin, origin.name, {"login_hint": origin.name}) for origin in origins]
    random.shuffle(layers)
    found = lay(layers)
    assert found.options.login_hint == (min(origins).name if origins else "")
    assert found.source("login_hint").origin is min(origins, default=Origin.DEFAULT)
    assert found.fixed("login_hint") is (min(origins, default=Origin.DEFAULT) < Origin.KEPT)


def test_policy_environment_file_and_what_was_kept() -> None:
    files = {POLICY: relay("policy"), FILE: relay("file"), KEPT: relay("kept") + '\nlogin_hint = "lena"'}
    seen = []
    for gone in (None, POLICY, "the environment", FILE, KEPT):
        files.pop(str(gone), None)
        more = (
            {}
            if gone in ("the environment", FILE, KEPT)
            else {"OPERATOR_CONSOLE_RELAY": "https://env.example"}
        )
        found = gather(None, linux(files, **more))
        seen.append((found.options.relay, found.source("relay").origin, found.source("relay").place))
    assert seen == [
        ("https://policy.example", Origin.POLICY, POLICY),
        ("https://env.example", Origin.ENVIRONMENT, "OPERATOR_CONSOLE_…"),
        ("https://file.example", Origin.FILE, FILE),
        ("https://kept.example", Origin.KEPT, KEPT),
        ("", Origin.DEFAULT, ""),
    ]


def test_each_option_may_be_from_another_place() -> None:
    files = {POLICY: "device_code = false", FILE: relay("file"), KEPT: "lock_minutes = 5\ndevice_code = true"}
    found = gather(None, linux(files))
    assert (found.options.relay, found.options.lock_minutes, found.options.device_code) == (
        "https://file.example",
        5,
        False,
    )
    assert (found.fixed("device_code"), found.fixed("relay"), found.fixed("lock_minutes")) == (
        True,
        True,
        False,
    )
    assert found.missing == ("relay_app_id", "client_id", "tenant_id")


def windows(keys: dict[str, dict[str, Any]]) -> Computer:
    def read(hive: str, path: str) -> dict[str, Any] | None:
        assert path == r"Software\Policies\OperatorConsole"
        return keys.get(hive)

    return Computer({"PROGRAMDATA": r"D:\Data", "APPDATA": r"D:\Lena"}, "win32", lambda file: None, read)


def test_the_registry_of_the_machine_goes_before_that_of_the_user() -> None:
    found = gather(
        None,
        windows(
            {
                "HKLM": {"Relay": "https://machine.example", "SIGN_IN_AT_START": 0},
                "HKCU": {"relay": "https://user.example", "lock_minutes": 5, "browser_command": ["a", "b c"]},
            }
        ),
    )
    options = found.options
    assert (options.relay, options.sign_in_at_start, options.lock_minutes) == (
        "https://machine.example",
        False,
        5,
    )
    assert options.browser_command == ("a", "b c")
    assert found.source("relay").place.startswith(r"HKLM\Software\Policies\OperatorConsole")


def test_a_registry_value_that_cannot_be_names_its_key() -> None:
    with pytest.raises(BadSettings, match=r"lock_minutes must be a number.*HKLM\\Software"):
        gather(None, windows({"HKLM": {"lock_minutes": b"\x01"}}))
    assert gather(None, windows({})).layers[0].origin is Origin.ENVIRONMENT


def macos(files: dict[str, bytes]) -> Computer:
    return Computer({"HOME": "/Users/lena", "USER": "lena"}, "darwin", lambda file: files.get(str(file)))


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_a_configuration_profile_of_macos(form: plistlib.PlistFormat) -> None:
    managed = "/Library/Managed Preferences"
    machine = {"relay": "https://mac.example", "cloud": "dod", "undo_seconds": 1, "PayloadUUID": "x"}
    files = {
        f"{managed}/com.operator-console.plist": plistlib.dumps(machine, fmt=form),
        f"{managed}/lena/com.operator-console.plist": plistlib.dumps({"undo_seconds": 2.5}, fmt=form),
    }
    options = gather(None, macos(files)).options
    assert (options.relay, options.cloud, options.undo_seconds) == ("https://mac.example", Cloud.DOD, 2.5)


@pytest.mark.parametrize("content", [b"", b"bplist00", b"<plist><dict>", b"\x00" * 40, b"<?xml?><a>&b;</a>"])
def test_a_policy_that_cannot_be_read_is_not_overlooked(content: bytes) -> None:
    with pytest.raises(BadSettings, match="no valid property list"):
        gather(None, macos({"/Library/Managed Preferences/com.operator-console.plist": content}))


def test_a_policy_file_without_rights_stops_the_start() -> None:
    def read(file: PurePath) -> bytes | None:
        if str(file) == POLICY:
            raise PermissionError(13, "Permission denied")
        return None

    with pytest.raises(BadSettings, match=r"policy\.toml cannot be read: Permission denied"):
        gather(None, Computer({"HOME": "/home/lena"}, "linux", read))


@pytest.mark.parametrize("text", ["relay = ", 'colour = "red"', 'cloud = "moon"', "\x00"])
def test_what_was_kept_and_is_broken_is_asked_for_again(text: str) -> None:
    assert gather(None, linux({KEPT: text})).options.relay == ""


def test_keeping_and_forgetting(tmp_path: Path) -> None:
    before = lay([Layer(Origin.FILE, FILE, {"login_hint": "file"})])
    after = keep(
        before, tmp_path, {"relay": 'https://"quoted\\.example', "lock_minutes": 5, "login_hint": "me"}
    )
    assert (after.options.lock_minutes, after.options.login_hint) == (5, "file")
    assert after.source("lock_minutes").origin is Origin.KEPT
    found = again(tmp_path)
    assert (found.options.relay, found.options.lock_minutes) == ('https://"quoted\\.example', 5)
    keep(found, tmp_path, {"lock_minutes": None, "cloud": Cloud.DOD})
    assert (again(tmp_path).options.lock_minutes, again(tmp_path).options.cloud) == (0, Cloud.DOD)
    assert [file.name for file in tmp_path.iterdir()] == ["console.toml"]


def test_what_cannot_be_kept_changes_nothing(tmp_path: Path) -> None:
    before = keep(lay([]), tmp_path, {"lock_minutes": 5})
    with pytest.raises(BadSettings):
        keep(before, tmp_path, {"cloud": "moon"})
    (tmp_path / "a file").write_text("")
    with pytest.raises(BadSettings, match="cannot be written"):
        keep(before, tmp_path / "a file" / "below", {"lock_minutes": 6})
    assert again(tmp_path).options.lock_minutes == 5


def again(folder: Path) -> Configuration:
    return gather(None, Computer({"OPERATOR_CONSOLE_PROFILE": str(folder)}, "linux"))
