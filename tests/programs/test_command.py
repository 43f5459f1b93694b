"""The command line: what is wrong is a sentence and an exit code, never a trace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.settings.setup_link import read_setup

GOOD = """
relay = "http://127.0.0.1:9"
authority = "https://127.0.0.1:9/tenant"
client_id = "c"
relay_app_id = "r"
"""
WHOLE = """
relay = "https://relay.example.com"
tenant_id = "10000000-0000-4000-8000-00000000000a"
client_id = "20000000-0000-4000-8000-00000000000a"
relay_app_id = "30000000-0000-4000-8000-00000000000a"
"""


def run(*arguments: str, program: str = "console", **environment: str) -> subprocess.CompletedProcess[str]:
    known = {
        k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    return subprocess.run(
        [sys.executable, "-m", program, *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env={**known, "OPERATOR_CONSOLE_LANGUAGE": "en", **environment},
    )


def test_options_that_are_missing_are_named(tmp_path: Path) -> None:
    file = tmp_path / "console.toml"
    file.write_text("", "utf-8")
    done = run("--config", str(file), "check")
    assert done.returncode == 2 and "relay is not set" in done.stderr and "Traceback" not in done.stderr


def test_complete_options_are_accepted(tmp_path: Path) -> None:
    file = tmp_path / "console.toml"
    file.write_text(GOOD, "utf-8")
    first, where, *lacks = run("--config", str(file), "check").stdout.splitlines()
    assert first == "The options are complete." and lacks == []
    assert (
        where == "Cloud: Global, Graph at https://graph.microsoft.com/v1.0, sign-in at https://127.0.0.1:9."
    )


def test_a_cloud_without_calls_needs_no_relay_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "console.toml"
    file.write_text('cloud = "china"\ntenant_id = "t"\nclient_id = "c"\n', "utf-8")
    done = run("--config", str(file), "check")
    assert done.returncode == 0
    assert "sign-in at https://login.chinacloudapi.cn." in done.stdout
    assert "Calls do not exist in this cloud (21Vianet)." in done.stdout.splitlines()


def test_the_address_of_another_cloud_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "console.toml"
    file.write_text(GOOD + 'graph_root = "https://graph.microsoft.us/v1.0"\n', "utf-8")
    done = run("--config", str(file), "check")
    assert done.returncode == 2
    assert done.stderr == 'graph_root is that of US Government L4 (GCC High).\nSet cloud = "gcc-high".\n'


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_it_says_so(tmp_path: Path) -> None:
    file = tmp_path / "console.toml"
    file.write_text(GOOD, "utf-8")
    done = run("--config", str(file))
    assert done.returncode == 2 and "There is no display here." in done.stderr


def test_a_desk_prints_the_link_for_others(tmp_path: Path) -> None:
    file = tmp_path / "console.toml"
    file.write_text(WHOLE, "utf-8")
    done = run("--config", str(file), "link")
    assert (done.returncode, read_setup(done.stdout).relay) == (0, "https://relay.example.com")
    file.write_text(GOOD, "utf-8")
    assert "tenant_id" in run("--config", str(file), "link").stderr


def test_what_is_asked_of_microsoft_can_be_printed() -> None:
    assert "  call.answer\n" in run("operations").stdout
    china = json.loads(run("operations", "--cloud", "china", "--format", "json").stdout)
    rows = [row for section in china["sections"] for row in section["rows"]]
    assert "person.search" in [row.get("Operation") for row in rows]


def test_what_must_be_consented_to_can_be_printed() -> None:
    both, bots = run("consents").stdout, run("consents", program="console.relay").stdout
    assert "  Presence.Read.All\n" in both and "  Calls.Initiate.All\n" in both
    assert "  Presence.Read.All\n" not in bots and "  Calls.Initiate.All\n" in bots
    assert "Calls.Initiate.All" not in run("consents", "--cloud", "china").stdout


def test_the_terminal_is_spoken_to_in_its_own_language(tmp_path: Path) -> None:
    file = tmp_path / "console.toml"
    file.write_text("", "utf-8")
    spoken = {"OPERATOR_CONSOLE_LANGUAGE": "auto", "LC_ALL": "zh_CN.UTF-8"}
    assert run("--config", str(file), "check", **spoken).stderr.startswith(
        "未设置选项 relay。\n请不带参数启动控制台"
    )
    assert "用于 Microsoft Teams 通话的话务台。" in run("--help", **spoken).stdout
    file.write_text(GOOD, "utf-8")
    chosen = {"OPERATOR_CONSOLE_LANGUAGE": "zh-CN"}
    assert run("--config", str(file), "check", **chosen).stdout.splitlines()[0] == "选项完整。"


def test_options_written_to_a_file_can_be_read_again(tmp_path: Path) -> None:
    """Whatever the terminal's encoding: a Chinese Windows writes GBK, and TOML is UTF-8."""
    file = tmp_path / "console.toml"
    written = run("settings", OPERATOR_CONSOLE_LANGUAGE="zh-CN", PYTHONIOENCODING="gbk").stdout
    assert "# 您的租户的目录 ID" in written
    file.write_text(written + GOOD, "utf-8")
    assert run("--config", str(file), "check").returncode == 0
