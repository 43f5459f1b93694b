"""The checks and the test runs, one after the other, and a table of how each ended."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from setup.display import can_be_private, has_display, private_display
from setup.steps import ROOT, Trouble, foreground, quiet
from setup.venv import tool

CODE = ("console", "packaging", "tests")
NO_TESTS = 5  # pytest's code for having found none


@dataclass(frozen=True, slots=True)
class Part:
    """One command of a run; where it may be without tests, that is not a failure.

    One that goes `beside` the others is told when they are done.
    """

    name: str
    command: tuple[str, ...]
    on_a_screen: bool = False
    may_be_empty: bool = False
    beside: bool = False
    skipped: str = ""
    env: Mapping[str, str] = field(default_factory=dict)


def static() -> list[Part]:
    """Everything that reads the code without running it."""
    parts = [
        Part("format", (tool("ruff"), "format", "--check", *_present(CODE))),
        Part("lint", (tool("ruff"), "check", *_present(CODE))),
        Part("types", (tool("mypy"),), beside=True),  # a minute, and tests mostly wait for one another
        # Apart from the rest: these files are a program of their own, found beside bootstrap.py when it runs.
        Part("types of packaging", (tool("mypy"), "--config-file=", "--strict", *_own_code())),
    ]
    declared = "[tool.importlinter]" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    layers = Part(
        "layers", (tool("lint-imports"),), skipped="" if declared else "no contracts are declared yet"
    )
    return [*parts, layers]


def fast_tests(arguments: list[str]) -> list[Part]:
    folders = _present(("tests/unit", "tests/contract"))
    return (
        [_pytest("unit and contract tests", [*folders, "-q", *arguments], bool(arguments))] if folders else []
    )


def tests(arguments: list[str]) -> list[Part]:
    """Every test: first those that need no screen, then the journeys on one."""
    rest = ["tests", "--ignore=tests/journeys", "--ignore=tests/benchmarks", *arguments]
    return [_pytest("tests", rest, bool(arguments)), _journeys(arguments)]


def pictures(arguments: list[str]) -> list[Part]:
    """Every page and state in both languages, light and dark, at 100 % and 200 %, into build/pictures."""
    walk = ["tests/qt/test_every_pane.py", "-k", "nothing_is_cut", "-q", *arguments]
    folder = ROOT / "build" / "pictures"
    return [replace(_pytest("pictures", walk, False), env={"OPERATOR_CONSOLE_PICTURES": str(folder)})]


def benchmarks(arguments: list[str]) -> list[Part]:
    return [_pytest("benchmarks", ["tests/benchmarks", "-q", "-s", *arguments], False)]


def experiments(arguments: list[str]) -> list[Part]:
    """The promises of the relay in their long form: about an hour, mostly waiting."""
    run = _pytest("experiments", ["tests/reliability", "-q", "-s", *arguments], False)
    return [replace(run, env={"RELIABILITY": "long"})]


def storm(arguments: list[str]) -> list[Part]:
    """One long storm with every fault on. `arguments`: how many calls, 10,000 when absent, and the seed."""
    calls, seed = (*arguments, *("10000", "1")[len(arguments) :])[:2]
    run = _pytest("storm", ["tests/relay/test_storm.py", "-q", "-s"], False)
    return [replace(run, env={"STORM_CALLS": calls, "STORM_SEED": seed})]


def has_journeys() -> bool:
    return (ROOT / "tests" / "journeys").is_dir()


def run(parts: Iterable[Part]) -> int:
    """All parts, even after a failure: one run shall tell everything. 0 when none failed."""
    parts = list(parts)
    with ThreadPoolExecutor() as aside:
        waiting = {part.name: aside.submit(_run_quietly, part) for part in parts if part.beside}
        results = {part.name: _run(part) for part in parts if not part.beside}
        for name, begun in waiting.items():
            code, output, seconds = begun.result()
            _title(name)
            print(output, end="", flush=True)
            results[name] = ("FAILED" if code else "passed", seconds)
    print("\nSummary", flush=True)
    for part in parts:
        outcome, seconds = results[part.name]
        print(f"  {outcome:<8} {part.name:<26} {seconds:6.1f} s")
    failed = [name for name, (outcome, _) in results.items() if outcome == "FAILED"]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll of it passed.", flush=True)
    return 1 if failed else 0


def _title(name: str) -> None:
    print(f"\n== {name} {'=' * max(0, 72 - len(name))}", flush=True)


def _run_quietly(part: Part) -> tuple[int, str, float]:
    started = time.monotonic()
    try:
        code, output = 0, quiet(part.command, env=environment())
    except Trouble as trouble:
        code, output = 1, trouble.details or f"{trouble.what}\n"
    return code, output, time.monotonic() - started


def _run(part: Part) -> tuple[str, float]:
    _title(part.name)
    if part.skipped:
        print(f"skipped: {part.skipped}", flush=True)
        return "skipped", 0.0
    started = time.monotonic()
    if part.on_a_screen and can_be_private():
        with private_display() as screen:
            code = _call(part, environment(base=screen, shown=True))
    else:
        code = _call(part, environment(shown=part.on_a_screen))
    passed = code == 0 or (code == NO_TESTS and part.may_be_empty)
    return "passed" if passed else "FAILED", time.monotonic() - started


def _call(part: Part, env: dict[str, str]) -> int:
    with _runtime_folder({**env, **part.env}) as complete:
        return foreground(part.command, env=complete)


def environment(*, base: Mapping[str, str] = os.environ, shown: bool = False) -> dict[str, str]:
    """What Qt needs to be told on a machine without a desktop session."""
    env = dict(base)
    if sys.platform == "linux":
        if not (env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG")):
            env["LANG"] = "C.UTF-8"  # Qt warns about any other encoding, and a warning fails a test
        if not (shown and (env.get("DISPLAY") or has_display())):
            env["QT_QPA_PLATFORM"] = "offscreen"
    elif not shown:
        env["QT_QPA_PLATFORM"] = "offscreen"
    return env


@contextmanager
def _runtime_folder(env: dict[str, str]) -> Iterator[dict[str, str]]:
    # Without a session there is no XDG_RUNTIME_DIR; Qt would make one up and warn about it.
    if sys.platform != "linux" or env.get("XDG_RUNTIME_DIR"):
        yield env
        return
    with tempfile.TemporaryDirectory(prefix="operator-console-run-") as folder:
        yield {**env, "XDG_RUNTIME_DIR": folder}


def _journeys(arguments: list[str]) -> Part:
    reason = ""
    if not has_journeys():
        reason = "there are none yet"
    elif not can_be_private() and not has_display():
        reason = "no screen: Xvfb is not installed and there is no display"
    command = (tool("python"), "-m", "pytest", "tests/journeys", *arguments)
    return Part("journeys", command, on_a_screen=True, may_be_empty=True, skipped=reason)


def _pytest(name: str, arguments: list[str], may_be_empty: bool) -> Part:
    return Part(name, (tool("python"), "-m", "pytest", *arguments), may_be_empty=may_be_empty)


def _own_code() -> list[str]:
    return [f"packaging/{name}" for name in ("bootstrap.py", "prompts.py", "setup")]


def _present(folders: Iterable[str]) -> list[str]:
    return [folder for folder in folders if (ROOT / folder).is_dir()]
