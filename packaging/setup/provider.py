"""The identity provider for Node that judges our sign-in in tests/auth, installed by its lock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from setup.steps import ROOT, Trouble, patiently, say, step

LOCKED = ROOT / "tests" / "auth" / "provider"
PLACE = ROOT / "build" / "provider"
STAMP = PLACE / "node_modules" / ".operator-console.stamp"
FILES = ("package.json", "package-lock.json")

WANTED = "OPERATOR_CONSOLE_BROWSER"


def wants_browser(environ: Mapping[str, str] = os.environ) -> bool:
    """True when Chromium and Node shall be here: OPERATOR_CONSOLE_BROWSER=1 is how CI asks for them."""
    return environ.get(WANTED) == "1"


def ensure_provider() -> None:
    """After this, the tests find it; where that is not possible they are skipped by name, and a hint says so.

    Raises Trouble where it was asked for and cannot be had.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        if wants_browser():
            raise Trouble("Node or its npm is missing.", "install both (Debian: nodejs and npm).")
        say("hint", "without Node and npm, the tests against another identity provider are skipped")
        return
    wanted = "".join((LOCKED / name).read_text(encoding="utf-8") for name in FILES)
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(LOCKED / name, PLACE)
    try:
        with step("oidc-provider for Node, which judges our sign-in"):
            # Nothing that is installed may run a program of its own; npm's configuration says where from.
            options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
            patiently([npm, "--prefix", str(PLACE), "ci", *options])
    except Trouble as trouble:
        if wants_browser():
            raise
        say("hint", f"{trouble.what} The tests against another identity provider are skipped")
        return
    STAMP.write_text(wanted, encoding="utf-8")
