"""What files, registries and environments hold becomes the value of an option, or a sentence about it."""

from __future__ import annotations

from typing import Any

from console.domain.clouds import Cloud, read_cloud
from console.domain.errors import BadSettings
from console.domain.text import Text

_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")


def read_value(name: str, value: Any, default: Any) -> Any:
    """Return `value` in the type of `default`.

    An environment has only strings, a registry only strings and numbers; what they mean is clear enough.
    Raises BadSettings naming the option.
    """
    match default:
        case Cloud():
            return read_cloud(value)
        case bool():
            said = str(value).casefold()
            if said in _TRUE or said in _FALSE:
                return said in _TRUE
            raise BadSettings(
                Text("{name} must be true or false, not {value}.", name=name, value=repr(value))
            )
        case int() | float():
            try:
                return type(default)(value)
            except (TypeError, ValueError, OverflowError):
                raise BadSettings(
                    Text("{name} must be a number, not {value}.", name=name, value=repr(value))
                ) from None
        case tuple():
            return tuple(value.split()) if isinstance(value, str) else tuple(str(v) for v in value)
    return str(value)


def as_toml(value: Any) -> str:
    """Return `value` as TOML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case tuple() | list():
            return "[" + ", ".join(as_toml(v) for v in value) + "]"
        case str():
            return '"' + "".join(_escaped(sign) for sign in value) + '"'
    return str(value)


def _escaped(sign: str) -> str:
    if sign in '\\"':
        return "\\" + sign
    return f"\\u{ord(sign):04X}" if ord(sign) < 0x20 or ord(sign) == 0x7F else sign
