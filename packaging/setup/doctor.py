"""Says what is found on this machine and what is missing, in lines fit to be pasted into an issue."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path

from setup.display import can_be_private, has_display
from setup.index import pip_configuration, uv_environment
from setup.provider import STAMP
from setup.steps import say
from setup.system import FONTS, missing
from setup.venv import PYTHON, UV, is_current


def examine(_: list[str]) -> int:
    """0 when everything is there; nothing is installed or changed."""
    say("system", f"{platform.system()} {platform.machine()} {platform.libc_ver()[1]}".strip())
    say("python", platform.python_version())
    current = is_current()
    say("venv", "up to date" if current else "missing or out of date: `setup` brings it")
    say("uv", f"pinned to {UV}")
    say("index", _index())
    lacking = _lacking() if sys.platform == "linux" else []
    for thing in lacking:
        say("lacks", thing)
    say("node", _node())
    say("screen", "yes" if has_display() else "none: `demo` shows the tour")
    say("Xvfb", "yes" if can_be_private() else "no: journeys need a display")
    return 0 if current and not lacking else 1


def _node() -> str:
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "none: tests against another identity provider are skipped"
    return "yes" if STAMP.is_file() else "yes; `setup --testing` brings the identity provider for tests"


def _lacking() -> list[str]:
    needed, fonts = missing(window=True, testing=True)
    names = {font: ("a font for Chinese", "the Inter font")[index] for index, font in enumerate(FONTS)}
    return [need.thing for need in needed] + [names.get(need, need.thing) for need in fonts]


def _index() -> str:
    # Whether, never where: an index address may hold a password.
    python = PYTHON if PYTHON.exists() else shutil.which("python3") or sys.executable
    configured = "index-url" in pip_configuration(Path(python))
    own = any(name.startswith("UV_") and "INDEX" in name for name in os.environ)
    handed_on = "UV_DEFAULT_INDEX" in uv_environment(Path(python))
    if own:
        return "uv's own configuration"
    return "pip's configuration, handed on to uv" if configured and handed_on else "the public default"
