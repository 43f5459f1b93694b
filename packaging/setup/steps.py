"""Steps with times, commands with captured output, and the one way to say that something went wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TRIES = 2  # a registry or a mirror that answers the second time is common; a third try never helped


class Trouble(Exception):
    """One sentence saying what is wrong, and one saying what to do."""

    def __init__(self, what: str, todo: str = "", details: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo
        self.details = details


def say(word: str, text: str) -> None:
    print(f"  {word:<6} {text}", flush=True)


@contextmanager
def step(text: str, *, slow: bool = False) -> Iterator[None]:
    """Announce a slow step when it starts, and any step with its time when it is done."""
    if slow:
        say("...", text)
    started = time.monotonic()
    yield
    say("done", f"{text}  {time.monotonic() - started:.1f} s")


def quiet(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> str:
    """Run to the end without a word; the output comes back, or goes into the Trouble."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise Trouble(f"{_name(command)} could not be started: {error.strerror}.") from error
    if done.returncode:
        raise Trouble(f"{_name(command)} ended with code {done.returncode}.", details=done.stdout)
    return done.stdout


def patiently(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> str:
    """Like quiet, once more when it failed."""
    for _ in range(TRIES - 1):
        try:
            return quiet(command, env=env)
        except Trouble:
            say("again", f"{_name(command)} failed; trying once more")
            time.sleep(2)
    return quiet(command, env=env)


def foreground(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> int:
    """Run with this terminal; Ctrl+C reaches the program, and we wait for it to end in its own way."""
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def report(trouble: Trouble) -> None:
    """Tell the person: the last lines of what the program said, what is wrong, what to do."""
    out = sys.stderr
    for line in trouble.details.strip().splitlines()[-15:]:
        print(f"    | {line}", file=out)
    print(f"\n{trouble.what}", file=out)
    if trouble.todo:
        print(f"What to do: {trouble.todo}", file=out)
    out.flush()


def _name(command: Sequence[str]) -> str:
    """What a person would call the program: pip rather than the Python that runs it."""
    return command[2] if len(command) > 2 and command[1] == "-m" else Path(command[0]).stem


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
