"""The stream parser gives the same frames however the bytes are cut."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from console.feed.sse import Frame, Parser

STREAM = (
    b": hello\n\n"
    b"retry: 100\n\n"
    b'event: hello\ndata: {"a":1}\n\n'
    b"id: e:1\ndata: one\ndata: two\n\n"
    b": beat\n\n"
    b"id: e:2\r\ndata: three\r\n\r\n"
    b"data:no space\n\n"
    b"event: lonely\n\n"
)
FRAMES = [
    Frame("hello", "", b'{"a":1}'),
    Frame("message", "e:1", b"one\ntwo"),
    Frame("message", "e:2", b"three"),
    Frame("message", "", b"no space"),
]


@given(st.lists(st.integers(1, len(STREAM) - 1), max_size=20))
def test_frames_do_not_depend_on_how_the_bytes_are_cut(cuts: list[int]) -> None:
    parser = Parser()
    edges = [0, *sorted(set(cuts)), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in itertools.pairwise(edges)]
    assert [f for c in chunks for f in parser.feed(c)] == FRAMES
