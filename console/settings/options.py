"""Every option of the console, from a TOML file and the environment."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from console.domain.clouds import Cloud, read_cloud
from console.domain.errors import BadSettings
from console.domain.text import Text
from console.language import AUTO, LANGUAGES

PREFIX = "OPERATOR_CONSOLE_"
"""Environment variables override the file: OPERATOR_CONSOLE_RELAY=https://…"""


def _option(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": Text(meaning)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What an administrator sets. Everything an operator may change lives in the Settings view instead.

    Addresses that are empty are those of the cloud.
    """

    cloud: Cloud = _option(  # noqa: RUF009 - one immutable default for all is what we want
        Cloud.GLOBAL, "Microsoft's cloud of your tenant: global (for GCC too), gcc-high, dod or china"
    )
    tenant_id: str = _option("", "Directory id of your tenant")
    relay: str = _option("", "Address of the relay, such as https://relay.example.com; none in china")
    authority: str = _option("", "Sign-in authority with the tenant; empty is the cloud's with tenant_id")
    client_id: str = _option("", "Application id of the console's registration (a public client)")
    relay_app_id: str = _option(
        "", "Application id of the relay's API registration; roles are assigned there. None in china"
    )
    graph_root: str = _option("", "Microsoft Graph with its version; empty is the cloud's")
    ca_file: str = _option("", "PEM file of one more certificate authority to trust")
    browser_command: tuple[str, ...] = _option(
        (), "Program that opens the sign-in page instead of the browser"
    )
    login_hint: str = _option("", "User name to fill in at sign-in")
    sign_in_at_start: bool = _option(True, "Begin signing in when the console starts")
    language: str = _option(AUTO, "Language of the console: auto (the system's), en or zh-CN")
    undo_seconds: float = _option(3.0, "Seconds in which Transfer and Reject can be undone; 0 sends at once")
    profile: str = _option("", "Folder for window layout and logs; empty means the usual place of the system")


def default_file() -> Path:
    """Return where the options are looked for when no file is named."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "OperatorConsole" / "console.toml"
    if sys.platform == "darwin":
        return Path("/Library/Application Support/OperatorConsole/console.toml")
    return Path("/etc/operator-console/console.toml")


def load(file: Path | None, environment: Mapping[str, str] = os.environ) -> Options:
    """Return the options in `file`, overridden by the environment, and checked.

    Without a file the usual place is read if it exists. Raises BadSettings naming the option and the mend.
    """
    found = file or default_file()
    raw: dict[str, Any] = {}
    if file is not None or found.exists():
        try:
            raw = tomllib.loads(found.read_text("utf-8"))
        except OSError as error:
            said = Text("{file} cannot be read: {why}.", file=str(found), why=str(error.strerror))
            raise BadSettings(said, "Name the right file.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            said = Text("{file} is not valid TOML: {why}.", file=str(found), why=str(error))
            raise BadSettings(said) from error
    known = {f.name: f.default for f in fields(Options)}
    if unknown := sorted(set(raw) - set(known)):
        said = Text("{file} has an option that does not exist: {name}.", file=str(found), name=unknown[0])
        raise BadSettings(said, "Remove it or mend its name.")
    for name in known:
        if (value := environment.get(PREFIX + name.upper())) is not None:
            raw[name] = value
    return check(Options(**{name: _typed(name, value, known[name]) for name, value in raw.items()}))


def _typed(name: str, value: Any, default: Any) -> Any:
    match default:
        case Cloud():
            return read_cloud(value)
        case bool():
            if isinstance(value, bool):
                return value
            if str(value).casefold() in ("true", "1", "yes", "false", "0", "no"):
                return str(value).casefold() in ("true", "1", "yes")
            said = Text("{name} must be true or false, not {value}.", name=name, value=repr(value))
            raise BadSettings(said)
        case float():
            try:
                return float(value)
            except (TypeError, ValueError):
                said = Text("{name} must be a number, not {value}.", name=name, value=repr(value))
                raise BadSettings(said) from None
        case tuple():
            return tuple(value.split()) if isinstance(value, str) else tuple(str(v) for v in value)
    return str(value)


def check(options: Options) -> Options:
    """Return `options` when they can work. Raises BadSettings for the first one that cannot."""
    for name in _needed(options):
        if not getattr(options, name):
            remedy = Text(
                "Set it in {file} or {variable}.", file=str(default_file()), variable=PREFIX + name.upper()
            )
            raise BadSettings(Text("The option {name} is not set.", name=name), remedy)
    for name in ("relay", "authority", "graph_root"):
        if not getattr(options, name):
            continue
        address = urlsplit(getattr(options, name))
        loopback = address.hostname in ("127.0.0.1", "localhost", "::1")
        if not address.hostname or (
            address.scheme != "https" and not (address.scheme == "http" and loopback)
        ):
            value = getattr(options, name)
            said = Text("The option {name} is no https address: {value}.", name=name, value=value)
            raise BadSettings(said)
    if options.language not in (AUTO, *LANGUAGES):
        names = ", ".join((AUTO, *LANGUAGES))
        raise BadSettings(Text("The language must be one of {names}.", names=names))
    if not 0 <= options.undo_seconds <= 10:
        raise BadSettings("undo_seconds must lie between 0 and 10.")
    if options.ca_file and not Path(options.ca_file).is_file():
        raise BadSettings(Text("The ca_file {file} does not exist.", file=options.ca_file))
    return options


def _needed(options: Options) -> tuple[str, ...]:
    relay = () if options.cloud is Cloud.CHINA else ("relay", "relay_app_id")
    return (*relay, "client_id", *(() if options.authority else ("tenant_id",)))


def template(say: Callable[[Text], str] = str) -> str:
    """Return a documented TOML file with every option at its default, its meaning put into words by `say`."""
    lines: list[str] = []
    for f in fields(Options):
        lines += [f"# {say(f.metadata['meaning'])}", f"# {f.name} = {_toml(f.default)}", ""]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return "[" + ", ".join(_toml(v) for v in value) + "]"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
