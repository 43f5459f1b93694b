"""Where each option comes from: policy before environment, file, what the assistant kept, and defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any

from console.domain.errors import BadSettings
from console.domain.text import Text
from console.settings.options import Options, missing
from console.settings.values import read_value

DEFAULTS: Mapping[str, Any] = {f.name: f.default for f in fields(Options)}


class Origin(IntEnum):
    """Who set an option; the smallest number wins."""

    POLICY = 1
    ENVIRONMENT = 2
    FILE = 3
    KEPT = 4
    DEFAULT = 5


@dataclass(frozen=True, slots=True)
class Layer:
    """What one place says. `place` is a file's path or a registry's key, for whoever has to mend it."""

    origin: Origin
    place: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Configuration:
    """The options as they hold, and the layer that each of them is from."""

    options: Options
    layers: tuple[Layer, ...] = ()

    def source(self, name: str) -> Layer:
        """Return the layer that the option `name` is from."""
        found = (layer for layer in self.layers if name in layer.values)
        return next(found, Layer(Origin.DEFAULT, ""))

    def fixed(self, name: str) -> bool:
        """True when the operator cannot change `name`: an administrator's layer holds it."""
        return self.source(name).origin < Origin.KEPT

    @property
    def missing(self) -> tuple[str, ...]:
        """The options that a console cannot do without and that nobody has set."""
        return missing(self.options)

    def with_layer(self, layer: Layer) -> Configuration:
        """Return the same with `layer` in the place of the one of its origin."""
        return lay((*(found for found in self.layers if found.origin is not layer.origin), layer))


def lay(layers: Iterable[Layer]) -> Configuration:
    """Return what `layers` come to, the most binding first.

    Raises BadSettings for an option that does not exist, or whose value is of the wrong type, with its place.
    """
    ordered = tuple(sorted(layers, key=lambda layer: layer.origin))
    read = tuple(Layer(layer.origin, layer.place, _read(layer)) for layer in ordered)
    chosen: dict[str, Any] = {}
    for layer in reversed(read):
        chosen |= layer.values
    return Configuration(Options(**chosen), read)


def _read(layer: Layer) -> dict[str, Any]:
    if unknown := sorted(set(layer.values) - set(DEFAULTS)):
        raise BadSettings(
            Text("{file} has an option that does not exist: {name}.", file=layer.place, name=unknown[0]),
            "Remove it or mend its name.",
        )
    try:
        return {name: read_value(name, value, DEFAULTS[name]) for name, value in layer.values.items()}
    except BadSettings as error:
        raise BadSettings(error.sentence, Text("It is set in {place}.", place=layer.place)) from error
