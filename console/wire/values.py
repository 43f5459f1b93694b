"""Reading single values from JSON that is only roughly what the documents promise (REFERENCE §3, §10.4)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

Json = Mapping[str, Any]
E = TypeVar("E", bound=StrEnum)

LONGEST_TEXT = 512
"""Characters kept of any text from outside; names and subjects are far shorter."""

# Invisible characters that reorder or hide text: a caller could forge another name with them (SECURITY §6.1).
_FORBIDDEN = dict.fromkeys(
    [
        *range(0x00, 0x20),
        *range(0x7F, 0xA0),
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    ]
)


def member(source: object, name: str) -> Any:
    """Return `source[name]`, whatever the case of the key; None when absent or when source is no object."""
    if type(source) is not dict and not isinstance(source, Mapping):
        return None
    if name in source:
        return source[name]
    # Most members are optional and missing, so this runs often: lengths are compared before letters.
    wanted, length = name.casefold(), len(name)
    for key in source:
        if len(key) == length and key.casefold() == wanted:
            return source[key]
    return None


def folded(source: object) -> dict[str, Any]:
    """Return the members of an object by their names in lower case, to look up many; {} for anything else.

    Of two whose names differ only in case the first counts.
    """
    if not isinstance(source, dict):
        return {}
    return {name.casefold(): value for name, value in reversed(source.items())}


def text(value: object) -> str:
    """Return a short, printable, one-line string; empty for anything that is not text or a number."""
    if type(value) is str and value.isascii() and value.isprintable():  # nearly always
        return value[:LONGEST_TEXT].strip()
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).translate(_FORBIDDEN).encode("utf-8", "replace").decode("utf-8")[:LONGEST_TEXT].strip()


def whole(value: object, default: int = 0) -> int:
    """Return an int of 64 bits from a number or a numeric string (Graph sends `"code": "200"`).

    `default` for everything else.
    """
    if isinstance(value, bool):
        return default
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else default
    if isinstance(value, str) and len(value) < 19:
        try:
            return int(value)
        except ValueError:
            return default
    return int(value) if isinstance(value, float) and value == value and abs(value) < 2**53 else default


def flag(value: object) -> bool:
    """Return True only for a JSON true, or the text "true" in any case."""
    return value is True or (isinstance(value, str) and value.casefold() == "true")


def items(value: object) -> list[Json]:
    """Return the objects in `value`: a list of objects, one object alone, or nothing."""
    if isinstance(value, list):
        return [v for v in value if type(v) is dict or isinstance(v, Mapping)]
    return [value] if type(value) is dict or isinstance(value, Mapping) else []


def choice(kind: type[E], value: object) -> E | None:
    """Return the member of `kind` that `value` names in any case, or None."""
    return _choices(kind).get(text(value).casefold())  # type: ignore[return-value]


@cache
def _choices(kind: type[StrEnum]) -> dict[str, StrEnum]:
    """The members of `kind` by their names in lower case; the first of two that are the same counts."""
    return {m.value.casefold(): m for m in reversed(kind) if m.value}


def type_name(source: object) -> str:
    """Return `@odata.type` without Microsoft's prefix, in lower case: "call", "deltaparticipants"."""
    return text(member(source, "@odata.type")).rpartition(".")[2].casefold()
