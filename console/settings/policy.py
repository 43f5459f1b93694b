"""What an organization decides for its desks: the registry of Windows, a managed plist, a file below /etc.

Who reads is passed in, so that every platform's way can be tried on any other.
"""

from __future__ import annotations

import plistlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any
from xml.parsers.expat import ExpatError

from console.domain.errors import BadSettings
from console.domain.text import Text
from console.settings.layers import Layer, Origin
from console.settings.places import POLICY_KEY

ReadKey = Callable[[str, str], Mapping[str, Any] | None]
"""Given a hive ("HKLM", "HKCU") and a key's path, the values below it by name; None without such a key."""
ReadFile = Callable[[PurePath], bytes | None]
"""A file's content; None where there is no such file. Raises OSError."""

_MEANT_FOR_OTHERS = (
    "PayloadUUID",
    "PayloadIdentifier",
    "PayloadType",
    "PayloadVersion",
    "PayloadDisplayName",
)
"""What device management puts beside an administrator's values in a plist."""


def read_registry(read: ReadKey) -> tuple[Layer, ...]:
    """Return the policy of the machine, with that of the user below it, as one layer; none without one.

    Names of values are those of the options, in any case. Raises BadSettings from the layer's values later.
    """
    found = [(hive, read(hive, POLICY_KEY)) for hive in ("HKCU", "HKLM")]
    there = [(hive, values) for hive, values in found if values is not None]
    merged = {name.casefold(): value for _, values in there for name, value in values.items()}
    place = " + ".join(f"{hive}\\{POLICY_KEY}" for hive, _ in reversed(there))
    return (Layer(Origin.POLICY, place, merged),) if there else ()


def read_policy_files(files: Iterable[PurePath], read: ReadFile) -> tuple[Layer, ...]:
    """Return what policy `files` say as one layer, the first the most binding; none where there are none.

    Raises BadSettings for a file that cannot be read: a policy that is overlooked is worse than none.
    """
    merged: dict[str, Any] = {}
    places: list[str] = []
    for file in reversed(tuple(files)):
        try:
            content = read(file)
        except OSError as error:
            raise BadSettings(
                Text("{file} cannot be read: {why}.", file=str(file), why=str(error.strerror)),
                "It is your organization's policy. Ask your administrator.",
            ) from error
        if content is not None:
            merged |= _parsed(file, content)
            places.insert(0, str(file))
    return (Layer(Origin.POLICY, " + ".join(places), merged),) if places else ()


def _parsed(file: PurePath, content: bytes) -> dict[str, Any]:
    if file.suffix == ".plist":
        try:
            values = plistlib.loads(content)
        except (plistlib.InvalidFileException, ExpatError, ValueError, LookupError, OverflowError) as error:
            said = Text("{file} is no valid property list.", file=str(file))
            raise BadSettings(said, "It is your organization's policy. Ask your administrator.") from error
        if not isinstance(values, dict):
            values = {}
        return {name: value for name, value in values.items() if name not in _MEANT_FOR_OTHERS}
    return read_toml(str(file), content)


def read_toml(place: str, content: bytes) -> dict[str, Any]:
    """Return the values in a TOML file's `content`. Raises BadSettings that names the file and the fault."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        said = Text("{file} is not valid TOML: {why}.", file=place, why=str(error))
        raise BadSettings(said) from error


def read_bytes(file: PurePath) -> bytes | None:
    """Return a file's content, None where there is none. Raises OSError."""
    try:
        return Path(file).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def registry_key(hive: str, path: str) -> dict[str, Any] | None:
    """Return the values of a key of this computer's registry, None without one; only Windows has one."""
    import winreg  # type: ignore[import-not-found,unused-ignore]

    root = winreg.HKEY_LOCAL_MACHINE if hive == "HKLM" else winreg.HKEY_CURRENT_USER  # type: ignore[attr-defined,unused-ignore]
    access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY  # type: ignore[attr-defined,unused-ignore]
    try:
        with winreg.OpenKey(root, path, 0, access) as key:  # type: ignore[attr-defined,unused-ignore]
            count = winreg.QueryInfoKey(key)[1]  # type: ignore[attr-defined,unused-ignore]
            named = (winreg.EnumValue(key, n) for n in range(count))  # type: ignore[attr-defined,unused-ignore]
            return {name: value for name, value, _ in named}
    except OSError:
        return None
