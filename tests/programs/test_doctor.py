"""`operator-console doctor` as a program: the same checks as the window's, for terminals and for scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from console.demo.programs import Programs
from console.settings.values import as_toml
from tests.programs.conftest import LENA


def doctor(
    programs: Programs, folder: Path, *arguments: str, **changes: str
) -> subprocess.CompletedProcess[str]:
    options = programs.options(LENA)
    names = ("relay", "authority", "client_id", "relay_app_id", "graph_root", "ca_file", "browser_command")
    values = {**{name: getattr(options, name) for name in (*names, "profile")}, **changes}
    file = folder / "console.toml"
    file.write_text("\n".join(f"{name} = {as_toml(value)}" for name, value in values.items()), "utf-8")
    command = [sys.executable, "-m", "console", "--config", str(file), "doctor", *arguments]
    environment = {**os.environ, "OPERATOR_CONSOLE_LANGUAGE": "en"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)


def test_all_is_well(programs: Programs, tmp_path: Path) -> None:
    done = doctor(programs, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert len(lines) == 9 and all(line.startswith("✓ ") for line in lines)
    assert lines[-1].startswith("✓ Test event: An event came over the stream after ")


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
