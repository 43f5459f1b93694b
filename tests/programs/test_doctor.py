"""`operator-console doctor` as a program: the same checks as the window's, for terminals and for scripts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from console.app.doctor import run_doctor
from console.app.keeping import book, vault
from console.app.line import account
from console.auth import command_browser
from console.auth.vault import SystemKeys
from console.demo.programs import Programs
from console.settings.layers import Configuration
from console.settings.values import as_toml
from tests.auth.secret_service import WHY, SecretService
from tests.programs.conftest import LENA

NO_BUS = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus"}
"""A desk without a password store, whatever this computer has."""


@pytest.fixture
def desktop() -> Iterator[SecretService]:
    if WHY:
        pytest.skip(WHY)
    with tempfile.TemporaryDirectory(prefix="ring") as home:
        made = SecretService(Path(home))
        made.start_bus()
        yield made
        made.stop()


def doctor(
    programs: Programs,
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] = MappingProxyType(NO_BUS),
    **changes: Any,
) -> subprocess.CompletedProcess[str]:
    options = programs.options(LENA)
    names = ("relay", "authority", "client_id", "relay_app_id", "graph_root", "ca_file", "browser_command")
    values = {**{name: getattr(options, name) for name in (*names, "profile")}, **changes}
    file = folder / "console.toml"
    file.write_text("\n".join(f"{name} = {as_toml(value)}" for name, value in values.items()), "utf-8")
    command = [sys.executable, "-m", "console", "--config", str(file), "doctor", *arguments]
    variables = {**os.environ, "OPERATOR_CONSOLE_LANGUAGE": "en", **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=variables, check=False)


def by_name(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


def test_all_is_well(programs: Programs, desktop: SecretService, tmp_path: Path) -> None:
    desktop.start_keyring()
    done = doctor(programs, tmp_path, environment=desktop.environment, profile=str(tmp_path / "profile"))
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert len(lines) == 10 and all(line.startswith("✓ ") for line in lines)
    assert lines[5] == "✓ Staying signed in: Secret Service keeps the key to sign-ins on this computer."
    assert lines[-1].startswith("✓ Test event: An event came over the stream after ")
    left = {file.name for file in (tmp_path / "profile" / "sign-ins").iterdir()}
    assert left == {"lock"}, "who signed in only for the checks is not the next operator"


async def test_it_goes_on_with_the_kept_sign_in(
    programs: Programs, desktop: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a page; and when the password store is locked it says so in the words of the amber line."""
    desktop.start_keyring()
    options = replace(programs.options(LENA), profile=str(tmp_path / "profile"), keep_sign_in=True)
    with monkeypatch.context() as variables:
        for name, value in desktop.environment.items():
            variables.setenv(name, value)
        service = account(
            options,
            command_browser(options.browser_command),
            stores=vault(options, lambda trouble: pytest.fail(f"{trouble}")),
            book=book(options),
        )
        await service.sign_in(LENA)
        await service.close()

    def examined(*arguments: str, environment: Mapping[str, str] = desktop.environment) -> dict[str, Any]:
        browser = (sys.executable, "-c", f"open({str(tmp_path / 'opened')!r}, 'w')")
        more = {"browser_command": browser, "profile": options.profile}
        done = doctor(programs, tmp_path, "--json", *arguments, environment=environment, **more)
        assert (done.returncode, done.stderr) == (0, "")
        return by_name(done)

    for arguments in ((), ("--no-sign-in",)):
        found = examined(*arguments)
        assert {check["verdict"] for check in found.values()} == {"good"}
        assert found["sign-in"]["sentence"] == "Signed in as Lena Ortiz."
        assert found["role"]["sentence"] == "The relay takes you for Lena Ortiz with the role Operator."
    assert len(list((tmp_path / "profile" / "sign-ins").glob("*.sealed"))) == 1

    desktop.stop_keyring()
    for environment, said in (
        (desktop.environment, "No password store is running on this computer."),
        (NO_BUS, "There is no session bus, so no password store can be asked."),
    ):
        found = examined("--no-sign-in", environment=environment)
        assert found["keeping"]["sentence"].startswith("This computer has no unlocked password store.")
        assert found["keeping"]["sentence"].endswith(said) and found["keeping"]["verdict"] == "note"
        assert found["sign-in"]["sentence"].startswith("Nobody is signed in, and no sign-in is kept")
        assert found["sign-in"]["remedy"].startswith("Start the console and sign in: it is kept")
        assert found["role"]["verdict"] == "skipped"
    assert not (tmp_path / "opened").exists()


def test_a_password_store_that_does_not_answer_is_not_waited_for(
    programs: Programs, desktop: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.start_keyring()
    assert desktop._keyring is not None
    desktop._keyring.send_signal(signal.SIGSTOP)
    for name, value in desktop.environment.items():
        monkeypatch.setenv(name, value)
    options = replace(programs.options(LENA), profile=str(tmp_path / "profile"), keep_sign_in=True)
    said: list[str] = []
    keys = SystemKeys(patience=0.2, haste=0.2)
    code = run_doctor(
        Configuration(options), pytest.fail, str, said.append, json=True, sign_in=False, keys=keys
    )
    desktop._keyring.send_signal(signal.SIGCONT)
    assert keys._under_way is not None and keys._under_way.exception(30.0) is None
    found = {check["name"]: check for check in json.loads(said[0])["checks"]}
    assert found["keeping"]["facts"]["reason"] == "unanswered" and code == 0


def test_what_is_wrong_ends_with_1_and_is_json_for_a_script(programs: Programs, tmp_path: Path) -> None:
    done = doctor(programs, tmp_path, "--json", "--no-sign-in", relay="http://127.0.0.1:9")
    assert (done.returncode, done.stderr) == (1, "")
    found = json.loads(done.stdout)
    verdicts = {check["name"]: check["verdict"] for check in found["checks"]}
    assert found["ok"] is False and verdicts["reach"] == "bad" and verdicts["sign-in"] == "note"
    assert (
        next(c for c in found["checks"] if c["name"] == "reach")["sentence"]
        == "Nobody answers at 127.0.0.1:9."
    )
    where = next(c for c in found["checks"] if c["name"] == "settings")["facts"]["relay"]
    assert where == f"http://127.0.0.1:9 ({tmp_path / 'console.toml'})"
