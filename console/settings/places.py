"""Where options are looked for on each platform: the administrator's file, the policy, the own folder."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

POLICY_KEY = r"Software\Policies\OperatorConsole"
"""In HKEY_LOCAL_MACHINE, then in HKEY_CURRENT_USER, where only administrators may write either."""
POLICY_DOMAIN = "com.operator-console"
"""The preference domain that a configuration profile of macOS names."""
KEPT = "console.toml"
"""What the assistant and the settings page keep, in the operator's folder."""


def default_file(environment: Mapping[str, str], platform: str = sys.platform) -> PurePath:
    """Return where the options are looked for when no file is named."""
    if platform == "win32":
        common = PureWindowsPath(environment.get("PROGRAMDATA", r"C:\ProgramData"))
        return common / "OperatorConsole" / "console.toml"
    if platform == "darwin":
        return PurePosixPath("/Library/Application Support/OperatorConsole/console.toml")
    return PurePosixPath("/etc/operator-console/console.toml")


def policy_files(environment: Mapping[str, str], platform: str = sys.platform) -> tuple[PurePath, ...]:
    """Return the files in which a policy can stand, the most binding first; Windows has its registry."""
    if platform == "win32":
        return ()
    if platform == "darwin":
        managed = PurePosixPath("/Library/Managed Preferences")
        user = environment.get("USER", "")
        own = (managed / user / f"{POLICY_DOMAIN}.plist",) if user and "/" not in user else ()
        return (*own, managed / f"{POLICY_DOMAIN}.plist")
    return (PurePosixPath("/etc/operator-console/policy.toml"),)


def operator_folder(environment: Mapping[str, str], platform: str = sys.platform) -> PurePath:
    """Return the folder for an operator's own layout, logs and choices, where the system has it."""
    if platform == "win32":
        home = PureWindowsPath(environment.get("USERPROFILE", "."))
        return PureWindowsPath(environment.get("APPDATA", home / "AppData" / "Roaming")) / "operator-console"
    home_posix = PurePosixPath(environment.get("HOME", str(Path.home())))
    if platform == "darwin":
        return home_posix / "Library" / "Application Support" / "operator-console"
    data = environment.get("XDG_DATA_HOME") or home_posix / ".local" / "share"
    return PurePosixPath(data) / "operator-console"


def local_folder(environment: Mapping[str, str], platform: str = sys.platform) -> PurePath:
    """Return the folder for what must stay on this computer when an operator's profile roams."""
    if platform != "win32":
        return operator_folder(environment, platform)
    home = PureWindowsPath(environment.get("USERPROFILE", "."))
    return PureWindowsPath(environment.get("LOCALAPPDATA", home / "AppData" / "Local")) / "operator-console"
