"""A sealed text opens with its own key, at its own place, whole and unchanged; in every other case it does
not open at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.auth.vault.sealing import KEY, MAGIC, NONCE, SHORTEST, TAG, Spoiled, draw_key, seal, unseal

KEY_A, KEY_B = bytes(range(KEY)), bytes(range(1, KEY + 1))
PLACE = "7f" * 16
TEXT = '{"RefreshToken": {"an entry": {"secret": "0.AAAA"}}}'


def refused(sealed: bytes, key: bytes = KEY_A, place: str = PLACE) -> bool:
    with pytest.raises(Spoiled):
        unseal(key, place, sealed)
    return True


@given(st.text(), st.binary(min_size=KEY, max_size=KEY), st.text(max_size=40))
def test_what_was_sealed_opens(text: str, key: bytes, place: str) -> None:
    try:
        text.encode(), place.encode()
    except UnicodeEncodeError:
        return
    assert unseal(key, place, seal(key, place, text)) == text


@given(st.binary(max_size=200), st.sampled_from([b"", MAGIC]))
def test_whatever_lies_there_is_refused_in_one_way(found: bytes, before: bytes) -> None:
    assert refused(before + found)


def test_nothing_of_the_text_shows_and_no_two_are_alike() -> None:
    several = [seal(KEY_A, PLACE, TEXT) for _ in range(100)]
    assert len({sealed[len(MAGIC) : len(MAGIC) + NONCE] for sealed in several}) == 100
    assert not any(TEXT[i : i + 8].encode() in sealed for sealed in several for i in range(len(TEXT) - 8))
    assert len({draw_key() for _ in range(100)}) == 100


def test_every_byte_counts() -> None:
    """Magic, nonce, body and tag: each byte, each bit of it."""
    sealed = seal(KEY_A, PLACE, TEXT)
    for place in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[place] ^= 1 << bit
            assert refused(bytes(changed)), (place, bit)


def test_every_length_but_the_right_one_is_refused() -> None:
    """Cut within the magic, the nonce, the body and the tag, down to nothing; and with more behind it."""
    sealed = seal(KEY_A, PLACE, TEXT)
    for length in range(len(sealed)):
        assert refused(sealed[:length]), length
    for more in (b"\0", b"\n", sealed[-TAG:], sealed):
        assert refused(sealed + more) and refused(more + sealed)


def test_an_empty_text_is_a_text() -> None:
    sealed = seal(KEY_A, PLACE, "")
    assert len(sealed) == SHORTEST and unseal(KEY_A, PLACE, sealed) == ""


def test_parts_of_two_do_not_make_a_third() -> None:
    first, second = seal(KEY_A, PLACE, TEXT), seal(KEY_A, PLACE, TEXT.upper())
    for cut in (len(MAGIC) + 1, len(MAGIC) + NONCE, len(first) - TAG):
        assert refused(first[:cut] + second[cut:])


def test_another_key_or_place_opens_nothing() -> None:
    sealed = seal(KEY_A, PLACE, TEXT)
    assert refused(sealed, key=KEY_B) and refused(sealed, place="80" * 16) and refused(sealed, place="")
