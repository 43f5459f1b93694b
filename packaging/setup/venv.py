"""The virtual environment: made once, filled from uv.lock by hash, and left alone while nothing changed."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from setup.index import uv_environment
from setup.steps import ROOT, Trouble, patiently, quiet, say, step

UV = "uv==0.13.9"

EXTRAS = "OPERATOR_CONSOLE_EXTRAS"

VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
SUFFIX = ".exe" if os.name == "nt" else ""
PYTHON = BIN / f"python{SUFFIX}"
STAMP = VENV / "operator-console.stamp"
REQUIREMENTS = ROOT / "build" / "requirements.txt"

OLDEST_GLIBC = (2, 34)  # Qt's and cryptography's wheels are built for it

NO_INDEX = (
    "see that this machine reaches its package index (`pip download idna` is a quick probe; "
    "PIP_INDEX_URL or pip's configuration names another index), then start this again."
)


def ensure_installed() -> None:
    """After this, everything in pyproject.toml is installed; the second time that costs a file's reading."""
    if _stamp() == _wanted():
        return
    ensure_uv()
    STAMP.unlink(missing_ok=True)
    env = uv_environment(PYTHON)
    with step("reading the pinned packages from uv.lock"):
        _export(env)
    with step("packages: downloading and installing (about 100 MB the first time)", slow=True):
        _install_packages(env)
    with step("the project itself, editable"):
        _uv_or_pip(["--no-deps", "-e", f"{ROOT}"], env)
    STAMP.write_text(_wanted(), encoding="utf-8")


def ensure_uv() -> None:
    """After this, .venv exists and holds the pinned uv."""
    if _moved():
        with step("removing a .venv that belongs to another place or Python"):
            shutil.rmtree(VENV)
    if not PYTHON.exists():
        _create()
    if Path(tool("uv")).exists() and quiet([tool("uv"), "--version"]).split()[1] == UV.partition("==")[2]:
        return
    with step(f"installing {UV}"):
        try:
            patiently([tool("python"), "-m", "pip", "install", "--quiet", UV])
        except Trouble as trouble:
            raise Trouble(f"{UV} could not be installed.", NO_INDEX, trouble.details) from trouble


def more_extras(environ: Mapping[str, str] = os.environ) -> list[str]:
    """What is wanted beside `dev`: OPERATOR_CONSOLE_EXTRAS=sdk is how CI asks for Microsoft's own client."""
    return sorted({*environ.get(EXTRAS, "").replace(",", " ").split()})


def is_current() -> bool:
    return _stamp() == _wanted()


def tool(name: str) -> str:
    """A program of the venv, as the first word of a command."""
    return str(BIN / f"{name}{SUFFIX}")


def _create() -> None:
    _refuse_old_glibc()
    base = str(getattr(sys, "_base_executable", sys.executable))
    try:
        quiet([base, "-c", "import ensurepip, venv"])
    except Trouble as trouble:
        raise Trouble(
            "This Python cannot make virtual environments.",
            f"install what it lacks (Debian: sudo apt-get install python3.{sys.version_info[1]}-venv) "
            "or a complete Python 3.11 to 3.13, then start this again.",
        ) from trouble
    with step(f"creating .venv with Python {platform.python_version()}"):
        if VENV.exists():  # half made: an earlier start was interrupted
            shutil.rmtree(VENV)
        quiet([base, "-m", "venv", str(VENV)])


def _refuse_old_glibc() -> None:
    name, version = platform.libc_ver()
    if sys.platform == "linux" and name == "glibc":
        have = tuple(int(part) for part in version.split(".")[:2])
        if have < OLDEST_GLIBC:
            raise Trouble(
                f"This Linux has glibc {version}; Qt needs 2.34 or newer.",
                "use Debian 12, Ubuntu 22.04 or anything newer.",
            )


def _export(env: Mapping[str, str]) -> None:
    REQUIREMENTS.parent.mkdir(exist_ok=True)
    what = ["--frozen", "--no-emit-project", "--no-emit-index-url"]
    for extra in ("dev", *more_extras()):
        what += ["--extra", extra]
    quiet([tool("uv"), "export", "--quiet", *what, "-o", str(REQUIREMENTS)], env=env)


def _install_packages(env: Mapping[str, str]) -> None:
    _uv_or_pip(["--require-hashes", "-r", f"{REQUIREMENTS}"], env)


def _uv_or_pip(options: list[str], env: Mapping[str, str]) -> None:
    try:
        patiently([tool("uv"), "pip", "install", "--python", tool("python"), *options], env=env)
        return
    except Trouble as trouble:
        first = trouble
    # pip understands set-ups that uv does not: a netrc, a client certificate, a keyring, a folder of wheels.
    say("again", "uv could not; trying with pip")
    try:
        quiet([tool("python"), "-m", "pip", "install", "--quiet", *options])
    except Trouble as trouble:
        details = f"{first.details}\n{trouble.details}"
        raise Trouble("The packages could not be installed.", NO_INDEX, details) from trouble


def _wanted() -> str:
    digest = hashlib.sha256(UV.encode())
    for name in ("uv.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    digest.update(" ".join(more_extras()).encode())
    return f"{_python_of_venv()}\n{ROOT}\n{digest.hexdigest()}\n"


def _stamp() -> str:
    if not PYTHON.exists():  # also when it is a link to a Python that was removed since
        return ""
    return STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""


def _python_of_venv() -> str:
    # Asked of the venv, not of the Python that runs this: two of them on one machine must not fight over it.
    settings = VENV / "pyvenv.cfg"
    for line in settings.read_text(encoding="utf-8").splitlines() if settings.is_file() else ():
        name, _, value = line.partition("=")
        if name.strip() in ("version", "version_info"):
            return value.strip()
    return ""


def _moved() -> bool:
    """A venv holds absolute paths: copied or moved with its checkout it would quietly serve the old place."""
    if not VENV.exists():
        return False
    lines = _stamp().splitlines()
    elsewhere = len(lines) > 1 and lines[1] != f"{ROOT}"
    unsupported = not _python_of_venv().startswith(("3.11", "3.12", "3.13"))
    return elsewhere or unsupported
