"""The set-up road: its tasks, what it hands on to uv, and how it speaks when something is wrong."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TASKS = [
    "demo", "tour", "test", "check", "bench", "reliability", "storm", "fuzz", "screenshots", "lock", "setup",
    "doctor", "clean",
]  # fmt: skip
BOOTSTRAP = ROOT / "packaging" / "bootstrap.py"


def test_the_makefile_names_every_task_and_does_nothing_itself() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^TASKS := (.*)$", text, re.MULTILINE)
    assert declared is not None
    assert declared[1].split() == TASKS
    recipes = [line for line in text.splitlines() if line.startswith("\t")]
    assert all("packaging/bootstrap.py" in recipe for recipe in recipes)


def test_every_task_is_explained() -> None:
    from setup import tasks

    usage = subprocess.run(
        [sys.executable, str(BOOTSTRAP)], capture_output=True, text=True, check=True
    ).stdout
    assert list(tasks.TASKS) == TASKS
    assert re.findall(r"^  (\w+) ", usage, re.MULTILINE) == TASKS


def test_an_unknown_task_is_told_and_nothing_is_installed() -> None:
    done = subprocess.run(
        [sys.executable, str(BOOTSTRAP), "dmeo"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "There is no task 'dmeo'." in done.stderr


def test_the_first_file_can_be_read_by_python_3_6() -> None:
    ast.parse(BOOTSTRAP.read_text(encoding="utf-8"), feature_version=(3, 6))
    assert "from __future__ import annotations" not in BOOTSTRAP.read_text(encoding="utf-8")


def test_packaging_does_not_hide_the_library_of_that_name() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_pips_configuration_is_understood() -> None:
    from setup.index import parse

    listing = (
        "global.index-url='https://global.example/simple'\n"
        "install.index-url='https://install.example/simple'\n"
        "global.cert='/certificates.pem'\n"
        "global.timeout='60'\n"
        "no assignment\n"
    )
    assert parse(listing) == {"index-url": "https://install.example/simple", "cert": "/certificates.pem"}
    assert parse(f"{listing}:env:.index-url='https://variable.example/simple'\n")["index-url"].startswith(
        "https://v"
    )


def test_uv_gets_pips_index_unless_it_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from setup import index

    here = Path(sys.executable)
    monkeypatch.setattr(index, "pip_configuration", lambda _: {"index-url": "https://pip.example/simple"})
    assert index.uv_environment(here, {})["UV_DEFAULT_INDEX"] == "https://pip.example/simple"
    own = {"UV_INDEX_URL": "https://uv.example/simple"}
    assert "UV_DEFAULT_INDEX" not in index.uv_environment(here, own)


def test_trouble_is_one_sentence_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    from setup.steps import Trouble, report

    report(
        Trouble(
            "The packages could not be installed.", "try again.", "\n".join(f"line {n}" for n in range(40))
        )
    )
    said = capsys.readouterr().err
    assert "line 39" in said
    assert "line 24" not in said
    assert said.endswith("The packages could not be installed.\nWhat to do: try again.\n")


def test_a_run_tells_everything_and_fails_when_one_part_did(capfd: pytest.CaptureFixture[str]) -> None:
    from setup.checks import Part, run

    def ending(name: str, code: int, **more: bool) -> Part:
        return Part(name, (sys.executable, "-c", f"raise SystemExit({code})"), **more)

    assert (
        run([ending("one", 0), ending("empty", 5, may_be_empty=True), Part("later", (), skipped="not yet")])
        == 0
    )
    assert "All of it passed." in capfd.readouterr().out
    assert run([ending("one", 3), ending("two", 0)]) == 1
    out = capfd.readouterr().out
    assert re.search(r"FAILED +one", out)
    assert re.search(r"passed +two", out)


def test_what_goes_beside_is_told_at_the_end_and_counts(capfd: pytest.CaptureFixture[str]) -> None:
    from setup.checks import Part, run

    def saying(name: str, code: int, *, beside: bool = False) -> Part:
        program = f"print('{name} says so'); raise SystemExit({code})"
        return Part(name, (sys.executable, "-c", program), beside=beside)

    assert run([saying("aside", 0, beside=True), saying("other", 0)]) == 0
    out = capfd.readouterr().out
    assert out.index("other says so") < out.index("aside says so") < out.index("passed   aside")
    assert out.index("passed   aside") < out.index("passed   other"), "the table keeps its order"
    assert run([saying("aside", 3, beside=True), saying("other", 0)]) == 1
    out = capfd.readouterr().out
    assert "aside says so" in out and "Failed: aside" in out
    assert run([Part("aside", ("no-such-program",), beside=True)]) == 1
    assert "no-such-program could not be started" in capfd.readouterr().out


def test_more_extras_are_asked_for_by_name() -> None:
    from setup.venv import more_extras

    assert more_extras({}) == []
    assert more_extras({"OPERATOR_CONSOLE_EXTRAS": "sdk,docs other"}) == ["docs", "other", "sdk"]


def test_a_storm_has_its_calls_and_its_seed() -> None:
    from setup import checks

    said = [checks.storm(arguments)[0].env for arguments in ([], ["500"], ["500", "7"])]
    pairs = [(env["STORM_CALLS"], env["STORM_SEED"]) for env in said]
    assert pairs == [("10000", "1"), ("500", "1"), ("500", "7")]


@pytest.mark.parametrize("arguments", [["many"], ["1", "2", "3"]])
def test_a_storm_of_no_sense_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from setup import tasks

    assert tasks.perform("storm", arguments, "") == 1
    assert "number of calls" in capsys.readouterr().err
