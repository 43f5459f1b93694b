"""JSON from outside: what is plain is read as the standard library does, what is odd is refused at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.wire.strict import DEEPEST, Malformed, parse

LARGEST = 262_144
ODD = {
    "nothing": b"",
    "not UTF-8": b'{"a":"\xff"}',
    "UTF-16": json.dumps({"a": 1}).encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "two values": b"{} {}",
    "member twice": b'{"a":1,"a":2}',
    "member twice, once escaped": b'{"a":1,"\\u0061":2}',
    "member twice, deep inside": b'[{"x":[{"a":1,"b":2,"a":1}]}]',
    "NaN": b'{"a":NaN}',
    "infinity": b"[-Infinity]",
    "beyond every float": b"[1e999]",
    "a whole number beyond every float": b"[" + b"9" * 309 + b"]",
    "and below": b"[-" + b"9" * 309 + b"]",
    "thousands of digits": b"[" + b"9" * 200_000 + b"]",
    "half a character": b'["\\ud800"]',
    "half a character in a name": b'{"\\udc00":1}',
    "halves the wrong way round": b'["\\ude00\\ud83d"]',
    "one level too many": b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    "ten thousand levels": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "opened for ever": b"[" * LARGEST,
    "control character": b'["\x00"]',
    "comment": b"{}//",
}
LARGE = {
    "one name": b'{"' + b"a" * (LARGEST - 6) + b'":1}',
    "many names": b"{" + b",".join(b'"%d":1' % n for n in range(20_000)) + b"}",
    "many lists": b"[" + b"[]," * 80_000 + b"1]",
    "many numbers": b"[" + b"1," * 130_000 + b"1]",
    "many escapes": b'["' + b"\\u00e9" * 40_000 + b'"]',
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_refused_without_being_quoted(name: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(ODD[name])
    assert len(str(refused.value)) < 40


@pytest.mark.timeout(5)
@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_is_read_and_never_slowly(name: str) -> None:
    assert parse(LARGE[name]) == json.loads(LARGE[name])


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(PLAIN, st.booleans())
def test_what_is_plain_is_what_it_was(value: Any, ascii: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=ascii).encode()) == value


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_anything_is_read_or_refused(raw: bytes) -> None:
    try:
        value = parse(raw)
    except Malformed:
        return
    assert value == json.loads(raw)


def test_the_deepest_that_is_read() -> None:
    assert parse(b"[" * DEEPEST + b"]" * DEEPEST)
    assert parse(b'{"a":[' * (DEEPEST // 2) + b'"\xf0\x9f\x98\x80"' + b"]}" * (DEEPEST // 2))


def _read(raw: bytes) -> Any:
    try:
        return parse(raw)
    except Malformed:
        return Malformed


PIECES = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b'"a"',
        b'"b"',
        b'"a" ',
        b'"":',
        b'":"',
        b" ",
        b"\n",
        b'"',
        b"\x00",
    ),
    *(b"1", b"-0", b"1.5", b"1e400", b"9" * 400, b"true", b"null", b"NaN", b'"\xc3\xa9"', b'"\xff"'),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join) | st.binary(max_size=20))
def test_the_quick_reading_takes_and_refuses_what_the_careful_one_does(text: bytes) -> None:
    # An escape anywhere makes the reading a careful one, and an escaped name beside changes nothing else.
    careful = _read(b'["\\u0061",' + text + b"]")
    assert _read(b'["a",' + text + b"]") == careful
    twice = b'{"k":[' + text + b'],"m":{"a":1,"a" :2}}'
    assert _read(twice) is Malformed
