"""What each task does, once everything is in place."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable

from setup import checks, doctor
from setup.display import can_be_private, has_display, private_display
from setup.lock import resolve
from setup.provider import ensure_provider
from setup.steps import ROOT, Trouble, foreground, report, say
from setup.system import ensure_system
from setup.venv import EXTRAS, ensure_installed, ensure_uv, more_extras, tool

BUILT = ("build", "dist", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")
BUILT_TOO = (".import_linter_cache",)
SOURCES = ("console", "packaging", "tests")


def perform(task: str, arguments: list[str], usage: str) -> int:
    """Do the task and answer with the code to exit with; whatever goes wrong is said in a sentence."""
    if task not in TASKS:
        print(f"There is no task {task!r}.\n\n{usage}", file=sys.stderr, end="")
        return 2
    try:
        return TASKS[task](arguments)
    except Trouble as trouble:
        report(trouble)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def demo(arguments: list[str]) -> int:
    if not has_display():
        say("note", "there is no display here, so the tour walks through the demo by itself")
        return tour(arguments)
    _prepare(window=True)
    return foreground([tool("python"), "-m", "console", "demo", *arguments])


def tour(arguments: list[str]) -> int:
    _prepare(window=has_display())
    return foreground(
        [tool("python"), "-m", "console", "demo", "--tour", *arguments], env=checks.environment(shown=True)
    )


def screenshots(arguments: list[str]) -> int:
    if "--states" in arguments:
        _prepare(testing=True)
        shutil.rmtree(ROOT / "build" / "pictures", ignore_errors=True)
        return checks.run(checks.pictures([a for a in arguments if a != "--states"]))
    command = [tool("python"), "-m", "console", "demo", "--tour", "--screenshots", *arguments]
    _prepare(window=True, testing=True)
    if not can_be_private():
        return foreground(command)
    with private_display() as env:
        return foreground(command, env=checks.environment(base=env, shown=True))


def test(arguments: list[str]) -> int:
    _prepare(testing=checks.has_journeys())
    return checks.run([*checks.static(), *checks.tests(arguments)])


def check(arguments: list[str]) -> int:
    _prepare()
    return checks.run([*checks.static(), *checks.fast_tests(arguments)])


def bench(arguments: list[str]) -> int:
    _prepare()
    return checks.run(checks.benchmarks(arguments))


def reliability(arguments: list[str]) -> int:
    _prepare(testing=True)
    code = checks.run(checks.experiments(arguments))
    foreground([tool("python"), "-m", "tests.reliability.table"])
    return code


def storm(arguments: list[str]) -> int:
    if len(arguments) > 2 or not all(argument.isdecimal() for argument in arguments):
        raise Trouble("A storm takes a number of calls and a seed.", 'say: make storm ARGS="500 7"')
    _prepare()
    return checks.run(checks.storm(arguments))


def fuzz(arguments: list[str]) -> int:
    if sys.platform != "linux":
        raise Trouble(
            "Fuzzing needs Linux: atheris is built for nothing else.", "let CI or a container do it."
        )
    os.environ[EXTRAS] = " ".join([*more_extras(), "fuzz"])
    _prepare()
    return foreground([tool("python"), "-m", "tests.fuzz.notifications", *arguments])


def lock(arguments: list[str]) -> int:
    ensure_uv()
    resolve(arguments)
    say("done", "uv.lock is up to date and names no host")
    return 0


def setup(arguments: list[str]) -> int:
    _prepare(window=has_display(), testing="--testing" in arguments)
    return 0


def clean(_: list[str]) -> int:
    for name in (*BUILT, *BUILT_TOO):
        if (ROOT / name).exists():
            shutil.rmtree(ROOT / name)
            say("gone", name)
    for source in SOURCES:
        for cache in (ROOT / source).rglob("__pycache__"):
            shutil.rmtree(cache)
    return 0


def _prepare(*, window: bool = False, testing: bool = False) -> None:
    started = time.monotonic()
    if os.environ.get("OPERATOR_CONSOLE_SKIP_SYSTEM") != "1":  # for those who build images and know better
        ensure_system(window=window, testing=testing)
    ensure_installed()
    if testing:
        ensure_provider()
    say("ready", f"everything is installed  {time.monotonic() - started:.1f} s")


TASKS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "tour": tour,
    "test": test,
    "check": check,
    "bench": bench,
    "reliability": reliability,
    "storm": storm,
    "fuzz": fuzz,
    "screenshots": screenshots,
    "lock": lock,
    "setup": setup,
    "doctor": doctor.examine,
    "clean": clean,
}
