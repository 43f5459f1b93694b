"""JSON from outside, read without leniency: what two readers could read differently is refused.

A body whose members stand twice means one thing to whoever checks it and another to whoever acts on it; one
that nests for ever, or holds half a character, stops a program after it was let in (SECURITY §6, row 11).
"""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

import msgspec

DEEPEST = 32
"""Objects and lists inside each other; what Graph sends has fewer than twelve."""
_LARGEST = sys.float_info.max
_NOT_PLAIN = object()


class Malformed(ValueError):
    """The text is no JSON that we would read. The sentence says why; it holds nothing of the text."""


def parse(raw: bytes) -> Any:
    """Return the value of a JSON text in UTF-8. Raises Malformed.

    Refused: members that stand twice, more than 32 levels, numbers that no double holds (RFC 8259 §6), and
    strings with half a surrogate pair.
    """
    value = _parse_plain(raw)
    if value is not _NOT_PLAIN:
        return value
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise Malformed("It nests too deeply.") from None
    except Malformed:
        raise
    except ValueError:  # what json says of it would quote the text
        raise Malformed("It is not JSON.") from None
    _examine(value)
    return value


def _parse_plain(raw: bytes) -> Any:
    """Return the value of a text without escapes, quickly, or _NOT_PLAIN when it must be looked at closely.

    Without escapes every quotation mark begins or ends a string. A member that stood twice is missing from
    the value with its name, so then the value has fewer strings than the text.
    """
    if b"\\" in raw:
        return _NOT_PLAIN
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _NOT_PLAIN
    strings = 0
    level = 0
    layer: list[Any] = [[value]]
    while layer:
        deeper: list[Any] = []
        for values in layer:
            for one in values:
                kind = type(one)
                if kind is str:
                    strings += 1
                elif kind is dict:
                    strings += len(one)
                    deeper.append(one.values())
                elif kind is list:
                    deeper.append(one)
                elif (kind is int or kind is float) and not -_LARGEST <= one <= _LARGEST:
                    return _NOT_PLAIN
        level, layer = level + 1, deeper
        if layer and level > DEEPEST:
            return _NOT_PLAIN
    return value if 2 * strings == raw.count(b'"') else _NOT_PLAIN


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("A member stands twice.")
    return members


def _no_number(_: str) -> NoReturn:
    raise Malformed("A number is none.")


def _examine(value: Any) -> None:
    """Look at everything once. It runs for every notification, so only what can hold more is put aside."""
    level = 0
    layer: list[Any] = [[value]]
    while layer:
        deeper: list[Any] = []
        for values in layer:
            for one in values:
                kind = type(one)
                if kind is str:
                    if not one.isascii():
                        _whole_text(one)
                elif kind is dict:
                    deeper += (one.keys(), one.values())
                elif kind is list:
                    deeper.append(one)
                elif (kind is int or kind is float) and not -_LARGEST <= one <= _LARGEST:
                    raise Malformed("A number is too large.")
        level, layer = level + 1, deeper
        if layer and level > DEEPEST:
            raise Malformed("It nests too deeply.")


def _whole_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Malformed("A character is half there.") from None
