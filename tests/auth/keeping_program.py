"""A console's token store as a process of its own: `keep` opens and saves once and says what came of it,
`often` saves without pause, `killed` has children killed in the middle of it and says what was found then."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from console.auth.vault import Trouble, Vault
from tests.auth.keys import FileKeys

WHO = "tenant.operator"
NOTHING = -1


def start(folder: Path, told: list[Trouble | None]) -> Vault:
    return Vault(folder, FileKeys(folder.parent / "keys.json"), told.append)


def keep(folder: Path, text: str) -> dict[str, object]:
    told: list[Trouble | None] = []
    store = start(folder, told).of(WHO)
    before = store.load()
    store.save(text)
    reasons = [trouble.reason.value if trouble else None for trouble in told]
    return {"before": before, "after": store.load(), "reasons": reasons}


def as_nobody(folder: Path, text: str) -> dict[str, object]:
    """The same as somebody to whom things are forbidden, which nothing is to root."""
    os.setuid(65534)
    return keep(folder, text)


def often(folder: Path, name: str) -> list[str]:
    """Save forty times and say what was in the way."""
    told: list[Trouble | None] = []
    store = start(folder, told).of(WHO)
    for number in range(40):
        store.save(f"{name} {text_of(number)}")
    return [trouble.reason.value if trouble else "" for trouble in told]


def text_of(number: int) -> str:
    """About 20 kB, as MSAL's cache has; one that is half another does not read as either."""
    return f"{number}:" + f"{number:08d}" * 2500


def save_for_ever(folder: Path, first: int, pipe: int) -> NoReturn:
    store = start(folder, []).of(WHO)
    for number in itertools.count(first):
        os.write(pipe, f"begin {number}\n".encode())
        store.save(text_of(number))
        os.write(pipe, f"end {number}\n".encode())
    raise AssertionError


def killed(folder: Path, times: int, seed: int) -> dict[str, object]:
    """Children save without pause; each is killed at a random moment, every tenth before it saved anything.

    What is found must be the last that was saved, or the one being saved when the signal came.
    """
    draw = random.Random(seed)  # noqa: S311 - the same moments every time
    found, counts = NOTHING, {"old": 0, "new": 0, "idle": 0, "unfinished": 0}
    wrong: list[object] = []
    for turn in range(times):
        anew = turn % 10 == 0
        if anew:  # now and then there is nothing yet, not even a key
            start(folder, []).of(WHO).clear()
            found = NOTHING
        begun, ended = kill_one(folder, turn * 1000, "begin" if anew else "end", draw.uniform(0, 0.006))
        counts["unfinished"] += len(list(folder.glob("*.unfinished")))
        old = ended if ended != NOTHING else found
        told: list[Trouble | None] = []
        text = start(folder, told).of(WHO).load()
        found = int(text.partition(":")[0]) if text else NOTHING
        counts["idle" if begun == old else "new" if found == begun else "old"] += 1
        if told or found not in (old, begun) or text != (text_of(found) if found != NOTHING else None):
            wrong.append([turn, old, begun, found, [str(trouble) for trouble in told]])
    return {"wrong": wrong, **counts}


def kill_one(folder: Path, first: int, wait_for: str, seconds: float) -> tuple[int, int]:
    """Return the number of the last text that the child began to save, and the last that it had saved."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        save_for_ever(folder, first, writing)
    os.close(writing)
    last = {"begin": NOTHING, "end": NOTHING}
    with os.fdopen(reading) as pipe:
        for line in pipe:
            what, _, number = line.partition(" ")
            last[what] = int(number)
            if what == wait_for:
                wait_for = ""
                time.sleep(seconds)
                os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return last["begin"], last["end"]


if __name__ == "__main__":
    task, place, value = sys.argv[1:4]
    tasks = {
        "keep": keep,
        "as_nobody": as_nobody,
        "often": often,
        "killed": lambda folder, times: killed(folder, int(times), seed=5),
    }
    made = tasks[task](Path(place), value)
    sys.stdout.write(json.dumps(made))
