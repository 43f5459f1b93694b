"""Changes a JSON text as an attacker or a careless service would: in its structure, its values, its bytes."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

LONGEST = 32_768
_ODD: Sequence[Any] = (
    None, True, False, 0, -1, 1, 200, 2**31, 2**53, 2**63, -(2**63), 2**64, 1e308, -0.0, 1.5, "", " ", "0",
    "200", "true", "..", "../..", "%2e%2e", "/", "\\", "\x00", "\u202eevil", "\ufeff", "é" * 300, "😀",
    "a" * 600, "<img src=x>", "#microsoft.graph.", "@odata.type", [], {}, [[]], [{}], {"": ""}, [None],
    ["x"] * 40,
)  # fmt: skip
_WITHIN = (
    "\x00", "\n", "\r\n", "\u202e", "\u2066", "\ufeff", "\x9f", " ", "/", "..", "%2f", "?", "#", ";", "-",
    "é", "😀", "<b>", "0" * 600, "\u0130", "ß",
)  # fmt: skip
"""Put into a text: what hides or turns other signs round, means something in an address, changes length."""
_NEVER_JSON = (
    b"NaN", b"Infinity", b"1e999", b"9" * 400, b'"\\ud800"', b'"\\udc00\\ud800"', b"[" * 40 + b"]" * 40, b"{",
    b"\xff", b'{"a":1,"a":2}', b"01", b"+1", b"'x'", b"//", b"\x00", b"\xed\xa0\x80",
)  # fmt: skip


def mutate(raw: bytes, dice: random.Random, words: Sequence[str], others: Sequence[bytes] = ()) -> bytes:
    """Return `raw` changed in one to five places. `words` and `others` are what it may be changed with."""
    for _ in range(dice.randint(1, 5)):
        if len(raw) > LONGEST:
            break  # a mutation that repeats what another has repeated would fill the memory
        if dice.random() < 0.25:
            raw = _bytes(raw, dice)
            continue
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            raw = _bytes(raw, dice)
            continue
        changed = _value(value, dice, words, others)
        raw = json.dumps(changed, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
        if dice.random() < 0.1:
            raw = _spoiled(raw, dice)
    return raw


def _value(value: Any, dice: random.Random, words: Sequence[str], others: Sequence[bytes]) -> Any:
    """Change one place, found by walking down at random."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        name = dice.choice(sorted(value))
        match dice.randrange(8):
            case 0:
                return {k: v for k, v in value.items() if k != name}
            case 1:
                renamed = dice.choice((name.swapcase(), name.title(), dice.choice(words), name + "x", ""))
                return {renamed if k == name else k: v for k, v in value.items()}
            case 2:
                return {**value, dice.choice(words): _new(dice, words, others)}
            case _:
                return {**value, name: _value(value[name], dice, words, others)}
    if isinstance(value, list) and value and dice.random() < 0.8:
        at = dice.randrange(len(value))
        match dice.randrange(5):
            case 0:
                return [*value, value[at]] * dice.choice((1, 1, 1, 30))
            case 1:
                return [*value[:at], *value[at + 1 :]]
            case _:
                return [*value[:at], _value(value[at], dice, words, others), *value[at + 1 :]]
    if isinstance(value, str) and dice.random() < 0.5:
        at = dice.randint(0, len(value))
        within = dice.choice((*_WITHIN, dice.choice(words)))
        return dice.choice((value.swapcase(), value[:at], value[:at] + within + value[at:]))
    match dice.randrange(6):
        case 0:
            return [value]
        case 1:
            return {dice.choice(words): value}
        case _:
            return _new(dice, words, others)


def _new(dice: random.Random, words: Sequence[str], others: Sequence[bytes]) -> Any:
    match dice.randrange(4):
        case 0 if others:
            return json.loads(dice.choice(others))
        case 1:
            return dice.choice(words)
        case _:
            return dice.choice(_ODD)


def _spoiled(raw: bytes, dice: random.Random) -> bytes:
    """Put something where a value stands that is no JSON, or not of the kind that we read."""
    places = [at for at in range(len(raw)) if raw[at : at + 1] in b":,["]
    if not places:
        return raw
    at = dice.choice(places) + 1
    return raw[:at] + dice.choice(_NEVER_JSON) + raw[at + dice.choice((0, 1, 4)) :]


def _bytes(raw: bytes, dice: random.Random) -> bytes:
    if not raw:
        return dice.choice(_NEVER_JSON)
    at = dice.randrange(len(raw))
    match dice.randrange(4):
        case 0:
            return raw[:at] + bytes([dice.randrange(256)]) + raw[at + 1 :]
        case 1:
            return raw[:at] + raw[at + dice.randrange(1, 40) :]
        case 2:
            return raw[:at] + dice.choice(_NEVER_JSON) + raw[at:]
        case _:
            return raw[: dice.randrange(len(raw))]
