"""The options of this console, gathered from every place that may set one."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path, PurePath

from console.domain.errors import BadSettings
from console.domain.text import Text
from console.settings import places
from console.settings.layers import Configuration, Layer, Origin, lay
from console.settings.options import Options
from console.settings.policy import (
    ReadFile,
    ReadKey,
    read_bytes,
    read_policy_files,
    read_registry,
    read_toml,
    registry_key,
)

PREFIX = "OPERATOR_CONSOLE_"
"""Environment variables override the file, but no policy: OPERATOR_CONSOLE_RELAY=https://…"""


@dataclass(frozen=True, slots=True)
class Computer:
    """What is read of the computer. `platform` is spelt as sys.platform."""

    environment: Mapping[str, str]
    platform: str = sys.platform
    read_file: ReadFile = read_bytes
    read_key: ReadKey = registry_key


def this_computer() -> Computer:
    return Computer(os.environ)


def gather(file: Path | None, computer: Computer) -> Configuration:
    """Return the options, each from the most binding place that names it; they may be incomplete.

    `file` is the one the operator named; without it the usual place is read if it exists. Raises BadSettings
    for a place that cannot be read and for what cannot be an option.
    """
    layers = [*_policy(computer), _environment(computer.environment), *_file(file, computer)]
    folder = operator_folder(lay(layers).options, computer)
    return lay([*layers, *_kept(folder / places.KEPT, computer)])


def operator_folder(options: Options, computer: Computer) -> PurePath:
    """Return the folder of the operator's own layout, logs and choices."""
    if options.profile:
        return Path(options.profile)
    return places.operator_folder(computer.environment, computer.platform)


def _policy(computer: Computer) -> tuple[Layer, ...]:
    if computer.platform == "win32":
        return read_registry(computer.read_key)
    files = places.policy_files(computer.environment, computer.platform)
    return read_policy_files(files, computer.read_file)


def _environment(environment: Mapping[str, str]) -> Layer:
    named = ((f.name, environment.get(PREFIX + f.name.upper())) for f in fields(Options))
    return Layer(Origin.ENVIRONMENT, PREFIX + "…", {n: value for n, value in named if value is not None})


def _file(file: Path | None, computer: Computer) -> tuple[Layer, ...]:
    place = file or places.default_file(computer.environment, computer.platform)
    try:
        content = computer.read_file(place)
    except OSError as error:
        said = Text("{file} cannot be read: {why}.", file=str(place), why=str(error.strerror))
        raise BadSettings(said, "Name the right file.") from error
    if content is None and file is not None:
        raise BadSettings(Text("There is no file {file}.", file=str(file)), "Name the right file.")
    return () if content is None else (Layer(Origin.FILE, str(place), read_toml(str(place), content)),)


def _kept(file: PurePath, computer: Computer) -> tuple[Layer, ...]:
    """What this console itself wrote. Where that is broken it asks again rather than refuse to start."""
    try:
        content = computer.read_file(file)
        if content is None:
            return ()
        layer = Layer(Origin.KEPT, str(file), read_toml(str(file), content))
        lay((layer,))
    except (OSError, BadSettings):
        return ()
    return (layer,)
