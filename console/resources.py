"""Icons, prompts, sounds and help, found in a source tree, in a wheel and in a frozen app."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path, PurePosixPath

_HERE = Path(__file__).resolve().parent


def path(name: str) -> Path:
    """The file of a resource such as `icons/mic-off.svg`; FileNotFoundError names it when there is none."""
    relative = PurePosixPath(name)
    if not name or relative.is_absolute() or ".." in relative.parts or "\\" in name:
        raise ValueError(f"A resource is named like 'icons/mic-off.svg', not {name!r}.")
    found = _root().joinpath(*relative.parts)
    if not found.exists():
        raise FileNotFoundError(f"There is no resource {name!r} (looked in {_root()}).")
    return found


def read_text(name: str) -> str:
    """The resource as UTF-8 text."""
    return path(name).read_text(encoding="utf-8")


def read_bytes(name: str) -> bytes:
    """The resource as it lies on the disk."""
    return path(name).read_bytes()


@cache
def _root() -> Path:
    for folder in _candidates(_HERE, getattr(sys, "_MEIPASS", None)):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("The resources of Operator Console are missing: the installation is incomplete.")


def _candidates(package: Path, frozen: str | None) -> list[Path]:
    # A frozen app unpacks the wheel's layout below sys._MEIPASS. In a source tree an old build could have
    # left console/_resources behind, so the tree's own folder is asked first there.
    if frozen is not None:
        return [Path(frozen) / "console" / "_resources", Path(frozen) / "resources"]
    source = package.parent / "resources"
    in_source_tree = (package.parent / "pyproject.toml").is_file()
    return [source] if in_source_tree else [package / "_resources"]
