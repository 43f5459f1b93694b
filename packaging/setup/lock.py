"""Resolves the dependencies into uv.lock without leaving the name of anybody's package index in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from setup.index import uv_environment
from setup.steps import ROOT, Trouble, step
from setup.venv import PYTHON, tool

LOCK = ROOT / "uv.lock"
WORKSHOP = ROOT / "build" / "lock"

INDEX = "https://index.invalid/simple"
FILES = "https://files.invalid"

REGISTRY = re.compile(r'registry = "[^"]*"')
FILE = re.compile(r'url = "[a-z+]+://[^/"]+(?P<path>/[^"]*)"')
ADDRESS = re.compile(r'[a-z+]+://(?P<host>[^/"]+)')


def resolve(arguments: list[str]) -> None:
    """Run uv's resolver on a copy, so that a failure half-way changes nothing in the tree."""
    if WORKSHOP.exists():
        shutil.rmtree(WORKSHOP)
    WORKSHOP.mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", WORKSHOP)
    if LOCK.exists():
        shutil.copy(LOCK, WORKSHOP)
    with step("resolving", slow=True):
        command = [tool("uv"), "lock", "--project", str(WORKSHOP), *arguments]
        done = subprocess.run(command, env=uv_environment(PYTHON), cwd=WORKSHOP, check=False)
    if done.returncode:
        raise Trouble(
            "The dependencies could not be resolved.", "see what uv said above; uv.lock is unchanged."
        )
    text = without_hosts((WORKSHOP / "uv.lock").read_text(encoding="utf-8"))
    if named := hosts(text):
        raise Trouble(
            f"The new lock still names {', '.join(sorted(named))}; uv.lock is unchanged.",
            "extend packaging/setup/lock.py so that this kind of source is rewritten.",
        )
    written = Path(f"{LOCK}.new")
    written.write_text(text, encoding="utf-8", newline="\n")
    os.replace(written, LOCK)  # noqa: PTH105 - one atomic call on every platform
    shutil.rmtree(WORKSHOP)


def without_hosts(text: str) -> str:
    """The lock with every registry and every file moved to a host that cannot exist (RFC 2606)."""
    text = REGISTRY.sub(f'registry = "{INDEX}"', text)
    return FILE.sub(lambda match: f'url = "{FILES}{_from_packages(match["path"])}"', text)


def hosts(text: str) -> set[str]:
    """Every host in the lock that could exist."""
    return {match["host"] for match in ADDRESS.finditer(text) if not match["host"].endswith(".invalid")}


def _from_packages(path: str) -> str:
    # A mirror may serve the same file below a folder of its own, which names it as well as its host does.
    start = path.find("/packages/")
    return path[start:] if start >= 0 else path
