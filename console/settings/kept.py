"""What the operator chose at this desk, in a file of their own below whatever an administrator says."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.domain.errors import BadSettings
from console.domain.text import Text
from console.settings import places
from console.settings.layers import Configuration, Layer, Origin
from console.settings.values import as_toml

HEAD = (
    "# Kept by the console: what was set up at this desk. A policy or an administrator's file goes before it."
)


def keep(configuration: Configuration, folder: Path, values: Mapping[str, Any]) -> Configuration:
    """Keep `values` beside what was kept before and return the configuration with them.

    An option whose value is None is forgotten. Raises BadSettings when the file cannot be written, or when
    the options would not be of the right type any more; then nothing is changed.
    """
    file = folder / places.KEPT
    before = next((layer.values for layer in configuration.layers if layer.origin is Origin.KEPT), {})
    chosen = {name: value for name, value in {**before, **values}.items() if value is not None}
    after = configuration.with_layer(Layer(Origin.KEPT, str(file), chosen))
    lines = [HEAD, *(f"{name} = {as_toml(value)}" for name, value in sorted(chosen.items()))]
    try:
        _write(file, "\n".join(lines) + "\n")
    except OSError as error:
        said = Text("{file} cannot be written: {why}.", file=str(file), why=str(error.strerror))
        raise BadSettings(said, "Free some space or mend the folder's rights, then try again.") from error
    return after


def _write(file: Path, text: str) -> None:
    """Put `text` there in one step, readable by its owner only: half a file would point nowhere."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".console-", suffix=".toml")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(draft).replace(file)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
